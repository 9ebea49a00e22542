// Package terminal runs a program at a terminal of its own, and is the person in
// front of it, who reads what it shows and types.
package terminal

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"

	"github.com/creack/pty"
)

// question is what a terminal shows while a program waits for an answer: a line that
// has not ended, with a sign and a space behind it. A program must not end lines of its
// own with these: the line break may come a moment later.
var question = regexp.MustCompile(`[:?>] $`)

// Run runs a program at a new terminal, until it has ended and nothing that it has
// started is left there. The context that the command was made with is the deadline:
// its end kills them. As any terminal does, this one shows what is typed, unless the
// program tells it not to.
//
// At each question, answer is told what the terminal has shown since the answer before,
// of which the question is the end. What it returns is typed, and Enter; its error ends
// the program, and is in the error of Run.
//
// Returned is all that the terminal has shown, without carriage returns, and in the
// error how the program ended, as [exec.Cmd.Wait] says it.
func Run(cmd *exec.Cmd, answer func(shown string) (string, error)) (shown string, err error) {
	person, program, err := pty.Open()
	if err != nil {
		return "", fmt.Errorf("open a terminal: %w", err)
	}
	defer func() { err = errors.Join(err, person.Close()) }()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = program, program, program
	takeTerminal(cmd)
	cmd.Cancel = func() error {
		killAll(cmd)
		return nil
	}
	err = cmd.Start()
	_ = program.Close() // the program has its own
	if err != nil {
		return "", err
	}
	shown, err = talk(person, answer)
	if err != nil {
		killAll(cmd)
	}
	return shown, errors.Join(err, cmd.Wait())
}

// talk goes on until nobody else is left at the terminal.
func talk(person *os.File, answer func(shown string) (string, error)) (shown string, err error) {
	answered := 0
	for chunk := make([]byte, 4096); ; {
		n, end := person.Read(chunk)
		shown += strings.ReplaceAll(string(chunk[:n]), "\r", "")
		if end != nil {
			return shown, nil //nolint:nilerr // nobody else is left: that is EIO on Linux, and io.EOF on macOS
		}
		since := shown[answered:]
		if !question.MatchString(since) {
			continue
		}
		answered = len(shown)
		typed, err := answer(since)
		if err != nil {
			return shown, err
		}
		_, _ = person.WriteString(typed + "\r") // where nobody is left to read it, the next Read says so
	}
}
