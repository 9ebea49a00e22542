package hooks_test

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// TestVariables holds the table of settings true: its text is complete, and
// README.md and -help say the same.
func TestVariables(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	presence := make(map[string]map[string][]string) // variable -> default as written -> programs
	all := slices.SortedFunc(slices.Values(programs()), func(a, b hooks.Program) int { return strings.Compare(a.Name(), b.Name()) })
	for _, p := range all {
		help := run(p, nil, "-help")
		if help.code != 0 || help.stderr != "" {
			t.Fatalf("-help of %s: %d, %s", p.Name(), help.code, help.stderr)
		}
		for _, v := range p.Variables() {
			describes(t, p.Name(), help.stdout, v)
			note(presence, p.Name(), v)
		}
	}
	for _, v := range hooks.Hookd().Variables() {
		describes(t, "hookd", hooks.Hookd().Help(), v)
		note(presence, "hookd", v)
	}
	common := hooks.Keyint().Variables()
	shows(t, string(readme), "AUTHY_", common, presence)
	shows(t, string(readme), "HOOKD_", hooks.Hookd().Variables()[len(common):], presence)
}

// describes fails the test unless the variable is complete, and -help tells it.
func describes(t *testing.T, program, help string, v hooks.Variable) {
	t.Helper()
	ours := strings.HasPrefix(v.Name, "AUTHY_") || program == "hookd" && strings.HasPrefix(v.Name, "HOOKD_")
	if !ours || !strings.HasSuffix(v.Meaning, ".") && !strings.HasSuffix(v.Meaning, ").") {
		t.Errorf("%+v", v)
	}
	for _, text := range []string{"  " + v.Name, v.Meaning, v.Default} {
		if !strings.Contains(help, text) {
			t.Errorf("-help of %s lacks %q", program, text)
		}
	}
}

// note writes down the default of a variable as README.md does.
func note(presence map[string]map[string][]string, program string, v hooks.Variable) {
	written := ""
	if v.Default != "" {
		written = "`" + v.Default + "`"
	}
	if presence[v.Name] == nil {
		presence[v.Name] = make(map[string][]string)
	}
	presence[v.Name][written] = append(presence[v.Name][written], program)
}

// shows fails the test unless README.md has the table of those variables, and no
// other with the prefix.
func shows(t *testing.T, readme, prefix string, variables []hooks.Variable, presence map[string]map[string][]string) {
	t.Helper()
	var rows []string
	for _, v := range variables {
		rows = append(rows, fmt.Sprintf("| `%s` | %s | %s |\n", v.Name, defaultsText(presence[v.Name]), v.Meaning))
	}
	if table := "| variable | default | meaning |\n|---|---|---|\n" + strings.Join(rows, "") + "\n"; !strings.Contains(readme, table) {
		t.Errorf("README.md does not have this table:\n%s", table)
	}
	if n := strings.Count(readme, "| `"+prefix); n != len(rows) {
		t.Errorf("README.md has %d rows, the table in code %d", n, len(rows))
	}
}

// defaultsText writes the default of a variable, or those of the programs.
func defaultsText(defaults map[string][]string) string {
	var parts []string
	for _, written := range slices.Sorted(maps.Keys(defaults)) {
		if len(defaults) == 1 {
			return written
		}
		if written != "" {
			parts = append(parts, fmt.Sprintf("%s (%s)", written, strings.Join(defaults[written], ", ")))
		}
	}
	return strings.Join(parts, ", ")
}

func TestHelpAndCheck(t *testing.T) {
	t.Parallel()
	for _, p := range programs() {
		environ := settings(t, "https://mock.example.com/base", "AUTHY_TOKEN_DIGITS=6", "AUTHY_DEADLINE=3s")
		for _, flag := range []string{"-check", "--check"} {
			o := run(p, environ, flag)
			if o.code != 0 || o.stderr != "" || !strings.HasPrefix(o.stdout, "configuration ok\n") {
				t.Fatalf("%s %s: %+v", p.Name(), flag, o)
			}
			for _, fact := range []string{p.Name(), "https://mock.example.com/base", "token digits: 6\n", "deadline:     3s\n", "users:        1\n"} {
				if !strings.Contains(o.stdout, fact) {
					t.Errorf("%s %s does not tell %q:\n%s", p.Name(), flag, fact, o.stdout)
				}
			}
			noSecrets(t, "check", o.stdout)
		}
		for _, flag := range []string{"-help", "--help", "-h"} {
			o := run(p, nil, flag)
			if o.code != 0 || o.stderr != "" || !strings.HasPrefix(o.stdout, p.Name()+" - ") {
				t.Errorf("%s %s: %+v", p.Name(), flag, o)
			}
			for _, fact := range []string{"0  login accepted", "1  login denied", "2  wrong configuration", "-check"} {
				if !strings.Contains(o.stdout, fact) {
					t.Errorf("%s %s does not tell %q", p.Name(), flag, fact)
				}
			}
		}
		for _, args := range [][]string{nil, {""}, {"help"}, {"-x"}, {"-help", "-check"}, {"-check", "x"}, {canaryToken}} {
			o := run(p, environ, args...)
			if o.code != hooks.ExitConfig || o.stdout != denials[p.Name()]+"\n" || !strings.Contains(o.stderr, "started by SFTPGo") {
				t.Errorf("%s %q by hand: %+v", p.Name(), args, o)
			}
			noSecrets(t, "usage", o.stderr)
		}
		for _, args := range [][]string{{"-help"}, {"-h"}, {"-check"}, {"--check"}, {"x"}, {""}} {
			for _, login := range [][]string{loginOf(p.Name()), {"SFTPGO_AUTHD_USERNAME="}} {
				o := run(p, append(slices.Clone(environ), login...), args...)
				mustDeny(t, p, o, hooks.ExitConfig, "arguments are refused in a login")
			}
		}
		// What is printed for an administrator is no acceptance to SFTPGo.
		for _, flag := range []string{"-help", "-check"} {
			if o := run(p, environ, flag); sftpgoLetsIn(p.Name(), o) {
				t.Errorf("%s %s would let in", p.Name(), flag)
			}
		}
		for _, flag := range []string{"-help", "-check", "-x"} {
			if code := p.Run(t.Context(), []string{flag}, environ, nil, brokenWriter{}, io.Discard); code == 0 {
				t.Errorf("%s %s: exit code 0 though nothing was written", p.Name(), flag)
			}
		}
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, os.ErrClosed }
