//go:build !unix

package terminal

import "os/exec"

// takeTerminal does nothing: no terminal could be opened.
func takeTerminal(*exec.Cmd) {}

// killAll does nothing: no program was started.
func killAll(*exec.Cmd) {}
