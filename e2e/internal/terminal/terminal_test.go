//go:build unix

package terminal

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// within is more than any of these programs takes.
const within = time.Minute

// shell is a program that asks.
func shell(t *testing.T, script string) (cmd *exec.Cmd, end context.CancelFunc) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	t.Cleanup(cancel)
	return exec.CommandContext(ctx, "sh", "-c", script), cancel
}

// types answers each question with the next of these.
func types(lines ...string) func(string) (string, error) {
	return func(string) (string, error) {
		if len(lines) == 0 {
			return "", io.ErrUnexpectedEOF
		}
		line := lines[0]
		lines = lines[1:]
		return line, nil
	}
}

// TestRunLeavesNoFileOpen has the files of this process for itself: it is not one of
// those that run side by side.
func TestRunLeavesNoFileOpen(t *testing.T) {
	open := func() int {
		files, err := os.ReadDir("/dev/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(files)
	}
	run := func() {
		cmd, _ := shell(t, `printf 'Name: '; read -r name`)
		if _, err := Run(cmd, types("alice")); err != nil {
			t.Fatal(err)
		}
		if _, err := Run(exec.CommandContext(t.Context(), "/nowhere"), types()); !errors.Is(err, os.ErrNotExist) {
			t.Fatalf("a program that does not exist: %v", err)
		}
	}
	run() // the first opens what the runtime keeps
	before := open()
	run()
	if after := open(); after != before {
		t.Errorf("%d files are open, %d were before", after, before)
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		script string
		typed  []string
		shown  string
	}{
		"no question":              {`echo hello; echo no >&2`, nil, "hello\nno\n"},
		"what is typed is shown":   {`printf 'Name: '; read -r name; echo "it is $name"`, []string{"alice"}, "Name: alice\nit is alice\n"},
		"and not where it is told": {`stty -echo; printf 'Password: '; read -r password; stty echo; echo`, []string{"secret"}, "Password: \n"},
		"two questions": {
			`printf 'A? '; read -r a; printf 'B> '; read -r b; echo "$a$b"`,
			[]string{"1", "2"},
			"A? 1\nB> 2\n12\n",
		},
		"a question in two parts":       {`printf 'User '; printf 'name: '; read -r name`, []string{"alice"}, "User name: alice\n"},
		"the terminal, whatever stdin":  {`printf 'Name: ' >/dev/tty; read -r name </dev/tty; echo "$name"`, []string{"alice"}, "Name: alice\nalice\n"},
		"carriage returns are left out": {`printf 'one\rtwo\r\n'`, nil, "onetwo\n"},
		"more than the terminal can hold": {
			`i=0; while [ $i -lt 2000 ]; do echo 0123456789; i=$((i+1)); done`, nil, strings.Repeat("0123456789\n", 2000),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd, _ := shell(t, test.script)
			shown, err := Run(cmd, types(test.typed...))
			if err != nil || shown != test.shown {
				t.Errorf("the terminal shows %q, %v; want %q", shown, err, test.shown)
			}
		})
	}
}

func TestRunTellsWhatIsNew(t *testing.T) {
	t.Parallel()
	var asked []string
	cmd, _ := shell(t, `echo hello; printf 'A: '; read -r a; echo thanks; printf 'B: '; read -r b`)
	_, err := Run(cmd, func(shown string) (string, error) {
		asked = append(asked, shown)
		return "x", nil
	})
	if want := []string{"hello\nA: ", "x\nthanks\nB: "}; err != nil || strings.Join(asked, "|") != strings.Join(want, "|") {
		t.Errorf("answer was told %q, %v; want %q", asked, err, want)
	}
}

func TestRunTellsHowItEnded(t *testing.T) {
	t.Parallel()
	cmd, _ := shell(t, `echo bad; exit 7`)
	shown, err := Run(cmd, types())
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 7 || shown != "bad\n" {
		t.Errorf("it ended with %v after %q, want exit code 7", err, shown)
	}
}

// starts is a script that starts another program, which asks and does not care that
// the terminal is gone. The file is open for as long as one of them lives.
const starts = `(trap '' HUP; printf 'Name: '; exec cat </dev/tty >&3) & wait`

// TestRunEndsAll wants nothing left of a program that has to be ended.
func TestRunEndsAll(t *testing.T) {
	t.Parallel()
	for name, give := range map[string]func(end context.CancelFunc) (string, error){
		"no answer": func(context.CancelFunc) (string, error) { return "", io.ErrUnexpectedEOF },
		"the deadline": func(end context.CancelFunc) (string, error) {
			end()
			return "", nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			alive, held, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer alive.Close()
			cmd, end := shell(t, starts)
			cmd.ExtraFiles = []*os.File{held}
			shown, err := Run(cmd, func(string) (string, error) { return give(end) })
			_ = held.Close()
			if err == nil || !strings.HasPrefix(shown, "Name: ") {
				t.Errorf("it ended with %v after %q", err, shown)
			}
			_ = alive.SetReadDeadline(time.Now().Add(within))
			if _, err := io.Copy(io.Discard, alive); err != nil {
				t.Errorf("what it has started lives: %v", err)
			}
		})
	}
}
