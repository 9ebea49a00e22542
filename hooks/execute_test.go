package hooks_test

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestMain removes the binaries in the end, and looks for goroutines that a
// program left behind. More tests run side by side than there are cores, unless
// -parallel says how many: many wait for a deadline.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", "4"); err != nil {
		panic(err)
	}
	code := m.Run()
	if binaries.directory != "" {
		os.RemoveAll(binaries.directory)
	}
	if left := goroutinesLeft(5 * time.Second); left != "" && code == 0 {
		fmt.Fprintln(os.Stderr, "goroutines left behind:\n"+left)
		code = 1
	}
	os.Exit(code)
}

// goroutinesLeft returns the stacks of goroutines that are still in this
// package, after having given them some time to end.
func goroutinesLeft(patience time.Duration) string {
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for end := time.Now().Add(patience); ; <-ticker.C {
		var all bytes.Buffer
		_ = pprof.Lookup("goroutine").WriteTo(&all, 1)
		left := ""
		for stack := range strings.SplitSeq(all.String(), "\n\n") {
			if strings.Contains(stack, "sftpgo-authy/hooks") && !strings.Contains(stack, "TestMain") {
				left += stack + "\n\n"
			}
		}
		if left == "" || time.Now().After(end) {
			return left
		}
	}
}

// binaries are the three programs, built once as they are for a container.
var binaries struct {
	once      sync.Once
	directory string
	err       error
}

func binary(tb testing.TB, name string) string {
	tb.Helper()
	if testing.Short() {
		tb.Skip("builds the programs")
	}
	binaries.once.Do(func() {
		// Not the directory of this test: the other ones use the binaries, too.
		if binaries.directory, binaries.err = os.MkdirTemp("", "hooks-"); binaries.err != nil { //nolint:usetesting // lives longer than this test
			return
		}
		build := exec.Command("go", "build", "-ldflags=-s -w", "-o", binaries.directory+string(filepath.Separator), "./cmd/...")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if output, err := build.CombinedOutput(); err != nil {
			binaries.err = fmt.Errorf("%w: %s", err, output)
		}
	})
	if binaries.err != nil {
		tb.Fatal(binaries.err)
	}
	return filepath.Join(binaries.directory, name)
}

// execute runs a program as SFTPGo does: with nothing in its environment but
// what is listed, and /dev/null for standard input.
func execute(tb testing.TB, name string, environ []string, args ...string) outcome {
	tb.Helper()
	command := exec.CommandContext(tb.Context(), binary(tb, name), args...)
	command.Env = append([]string{}, environ...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	start := time.Now()
	err := command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		tb.Fatal(err)
	}
	return outcome{command.ProcessState.ExitCode(), stdout.String(), stderr.String(), time.Since(start)}
}

// converse runs keyint as SFTPGo does (executeKeyboardInteractiveProgram): over
// pipes, each answer in one write, killed as soon as the result is read.
func converse(tb testing.TB, environ []string, answers ...string) (lines []string) {
	tb.Helper()
	command := exec.CommandContext(tb.Context(), binary(tb, "keyint"))
	command.Env = append([]string{}, environ...)
	stdout, err := command.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	stdin, err := command.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := command.Start(); err != nil {
		tb.Fatal(err)
	}
	reader := bufio.NewScanner(stdout)
	for reader.Scan() {
		lines = append(lines, reader.Text())
		if isResult(reader.Text()) {
			_ = command.Process.Kill()
			break
		}
		if len(answers) == 0 {
			stdin.Close()
			continue
		}
		if _, err := io.WriteString(stdin, answers[0]); err != nil {
			tb.Error(err)
		}
		answers = answers[1:]
	}
	_, _ = io.Copy(io.Discard, stdout)
	_ = command.Wait()
	return lines
}
