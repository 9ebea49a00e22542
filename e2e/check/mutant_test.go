package check_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/poll"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/rulebook"
)

// mutants is the folder of the hooks with one mistake each.
const mutants = "../testdata/mutants"

// noMistake is what the table calls a hook that is right.
const noMistake = "none"

// mutant is a hook of the table, which says there what its parts are.
type mutant struct {
	Mistake   string `yaml:"mistake"`
	In        string `yaml:"in"`
	InsteadOf string `yaml:"instead of"`
	Stands    string `yaml:"stands"`
	HTTP      bool   `yaml:"http"`
	Finds     string `yaml:"finds"`
}

func table(t *testing.T) map[driver.Kind][]mutant {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(mutants, "mutants.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var all map[driver.Kind][]mutant
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

func (m mutant) name() string {
	name := m.Mistake
	if m.In != "" {
		name = m.In + ": " + name
	}
	if m.HTTP {
		name += ", over HTTP"
	}
	return name
}

func (m mutant) finds() []string { return strings.Fields(m.Finds) }

func (m mutant) breaks(r rulebook.Rule) bool { return slices.Contains(m.finds(), idOf(r)) }

// idOf leaves out the word for the kind.
func idOf(r rulebook.Rule) string {
	_, id, _ := strings.Cut(r.ID, "-")
	return id
}

// hook is the mutant as a program, which is the one in Go unless it is a script.
func (m mutant) hook(t *testing.T, kind driver.Kind, program string) driver.Hook {
	t.Helper()
	hook := driver.Hook{Kind: kind, APIKey: apiKey, Users: crowd(16), Program: program, Args: []string{string(kind)}}
	switch {
	case m.In != "":
		hook.Program, hook.Args = m.script(t, string(kind))
	case m.Mistake != noMistake:
		hook.Args = []string{"-mistake", m.Mistake, string(kind)}
	}
	users := make([]string, 0, len(hook.Users))
	for _, u := range hook.Users {
		users = append(users, fmt.Sprintf("%s=%d", u.Username, u.AuthyID))
	}
	hook.Env = []string{
		"AUTHY_URL=" + driver.AuthyPlaceholder, "AUTHY_KEY=" + apiKey, "AUTHY_USERS=" + strings.Join(users, " "),
		"AUTHY_SECONDS=" + strconv.Itoa(int(givesUp.Seconds())),
	}
	return hook
}

// script writes the changed script down, and tells how it is started.
func (m mutant) script(t *testing.T, kind string) (program string, args []string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(mutants, "scripts", m.In))
	if err != nil {
		t.Fatal(err)
	}
	text := string(content)
	if m.Mistake != noMistake {
		if n := strings.Count(text, m.InsteadOf); n != 1 {
			t.Fatalf("%q is %d times in %s, want once", m.InsteadOf, n, m.In)
		}
		text = strings.Replace(text, m.InsteadOf, m.Stands, 1)
	}
	file := filepath.Join(t.TempDir(), m.In)
	if err := os.WriteFile(file, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	if filepath.Ext(file) == ".py" {
		return python(t), []string{file, kind}
	}
	for _, tool := range []string{"curl", "jq"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	return file, nil
}

// python is the interpreter itself: a hook has no PATH by which a wrapper finds
// it.
func python(t *testing.T) string {
	t.Helper()
	path, err := exec.CommandContext(t.Context(), "python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil {
		t.Skip("there is no Python 3 here: ", err)
	}
	return strings.TrimSpace(string(path))
}

// serve starts a program over HTTP, for the length of the test.
func serve(t *testing.T, hook driver.Hook, authy string) driver.Hook {
	t.Helper()
	address := freeAddress(t)
	args := slices.Concat([]string{"-http", address}, hook.Args)
	if filepath.Ext(hook.Args[0]) == ".py" {
		args = slices.Concat(hook.Args, []string{address})
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	command := exec.CommandContext(ctx, hook.Program, args...)
	command.Env = hook.Environment(authy, "")
	if err := command.Start(); err != nil {
		cancel()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = command.Wait() // it was killed
	})
	err := poll.Until(t.Context(), within, func(ctx context.Context) (bool, error) {
		connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err == nil {
			err = connection.Close()
		}
		return false, err
	})
	if err != nil {
		t.Fatal(err)
	}
	hook.Program, hook.Args, hook.Env, hook.URL = "", nil, nil, "http://"+address
	return hook
}

// freeAddress is where nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
