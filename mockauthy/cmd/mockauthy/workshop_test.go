package main_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"

	"go.uber.org/goleak"
)

// TestMain looks for goroutines that were left behind, and removes the programs.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		if programs.folder != "" {
			os.RemoveAll(programs.folder)
		}
		os.Exit(code)
	}))
}

// folder is where a test works: mockauthy and my-program, which asks Authy, can
// be called there, and the clients of testdata lie there.
type folder string

// workshop makes a folder.
func workshop(t *testing.T) folder {
	t.Helper()
	dir := folder(t.TempDir())
	if err := os.CopyFS(string(dir), os.DirFS("testdata/clients")); err != nil {
		t.Fatal(err)
	}
	programs.once.Do(buildPrograms)
	if programs.err != nil {
		t.Fatal(programs.err)
	}
	if err := os.Symlink(programs.folder, filepath.Join(string(dir), "bin")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// programs are built once, into a folder that TestMain removes.
var programs struct {
	once   sync.Once
	folder string
	err    error
}

func buildPrograms() {
	// Not the folder of the first test: others need them, too.
	if programs.folder, programs.err = os.MkdirTemp("", "mockauthy-"); programs.err != nil {
		return
	}
	for name, source := range map[string]string{"mockauthy": ".", "my-program": "testdata/clients/program.go"} {
		build := exec.Command("go", "build", "-ldflags=-s -w", "-o", filepath.Join(programs.folder, name), source)
		if out, err := build.CombinedOutput(); err != nil {
			programs.err = fmt.Errorf("%s: %w\n%s", build, err, out)
			return
		}
	}
}

// command has an environment of its own: proxies and authorities of this machine
// are not for the clients of a test.
func (dir folder) command(t *testing.T, variables []string, name string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = string(dir)
	cmd.Env = append([]string{"PATH=" + filepath.Join(string(dir), "bin") + ":" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}, variables...)
	return cmd
}

// sh runs lines of a shell and tells all that they print. They find the mock.
func (dir folder) sh(t *testing.T, m *mock, lines string) (string, error) {
	t.Helper()
	var variables []string
	if m != nil {
		variables = append(variables, "MOCKAUTHY_URL=http://"+m.plain)
	}
	out, err := dir.command(t, variables, "sh", "-ec", lines).CombinedOutput()
	return string(out), err
}

// mock is a mock that runs.
type mock struct {
	greeting      string
	plain, secure string // its addresses
	cmd           *exec.Cmd
}

// serve starts a mock, which ends with the test.
func (dir folder) serve(t *testing.T, variables []string, flags ...string) *mock {
	t.Helper()
	m := &mock{cmd: dir.command(t, append(variables, "MOCKAUTHY_LISTEN=127.0.0.1:0"), filepath.Join(string(dir), "bin", "mockauthy"), append([]string{"serve"}, flags...)...)}
	m.cmd.Stderr = t.Output()
	stdout, err := m.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := m.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.cmd.Wait() }) // the end of the test's context has killed it, unless it has stopped
	lines := bufio.NewScanner(stdout)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "Ctrl-C") {
		m.greeting += lines.Text() + "\n"
	}
	addresses := regexp.MustCompile(`listens on http://(\S+)(?: and https://(\S+))?\n`).FindStringSubmatch(m.greeting)
	if addresses == nil {
		rest, _ := io.ReadAll(stdout)
		t.Fatalf("no address of the mock in\n%s%s", m.greeting, rest)
	}
	m.plain, m.secure = addresses[1], addresses[2]
	return m
}

// stop interrupts the mock, and wants it to end in order.
func (m *mock) stop(t *testing.T) {
	t.Helper()
	if err := m.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := m.cmd.Wait(); err != nil {
		t.Errorf("the mock ended by %v", err)
	}
}
