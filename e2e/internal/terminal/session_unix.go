//go:build unix

package terminal

import (
	"os/exec"
	"syscall"
)

// takeTerminal makes the standard input of the command the terminal of a session of
// its own, which is what /dev/tty is there.
func takeTerminal(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
}

// killAll ends the program and what it has started, which are one process group.
func killAll(cmd *exec.Cmd) {
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // nobody may be left
}
