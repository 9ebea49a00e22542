//go:build !unix

package contract

import "os/exec"

// ownGroup does nothing: there are no process groups.
func ownGroup(*exec.Cmd) {}

// killGroup does nothing: what a hook has started and left behind stays.
func killGroup(*exec.Cmd) {}
