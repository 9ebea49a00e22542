package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"go.uber.org/goleak"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/authority"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// result is what a command came to.
type result struct {
	code           int
	stdout, stderr string
}

func hookcheck(t *testing.T, env map[string]string, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), args, func(name string) string { return env[name] }, &stdout, &stderr)
	return result{code, stdout.String(), stderr.String()}
}

// denies is a hook that denies everybody.
func denies(t *testing.T) string {
	t.Helper()
	return script(t, `echo '{"status":0}'; exit 1`)
}

// open is a hook that lets everybody in who has the password, with what stands
// behind it.
func open(t *testing.T) string {
	t.Helper()
	return script(t, `echo '{"status":1}'`)
}

func script(t *testing.T, line string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "hook")
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"+line+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestWrongFlags(t *testing.T) {
	t.Parallel()
	hook := denies(t)
	for args, want := range map[string]string{
		"":                      `kind "": want keyboard-interactive, external-auth or check-password`,
		"--kind login":          `kind "login": want keyboard-interactive`,
		"--kind check-password": "want either a program or a URL",
		"--kind check-password --program /none --user a=1":                        "no such file",
		"--kind check-password --program " + hook + " --url http://127.0.0.1:1":   "want either a program or a URL",
		"--kind check-password --url 127.0.0.1:9000":                              "want http:// or https://",
		"--kind check-password --program " + hook:                                 "want at least one user",
		"--kind check-password --program " + hook + " --user alice":               `--user "alice": want NAME=ID`,
		"--kind check-password --program " + hook + " --user a=1 --user b=1":      "another user has this Authy ID",
		"--kind check-password --program " + hook + " --user a=1 --env X":         `environment "X": want NAME=VALUE`,
		"--kind check-password --url http://x --user a=1 --api-key k":             "--api-key: want 8 characters or more",
		"--kind check-password --url http://x --user a=1 --header secret":         "--header: want NAME: VALUE",
		"--kind check-password --program " + hook + " --user a=1 --rule NONE":     `--rule "NONE": there is no such rule`,
		"--kind check-password --program " + hook + " --user a=1 --tags @nothing": "no rule is left",
		"--kind check-password --program " + hook + " --user a=1 --digits seven":  "invalid argument",
		"--kind check-password --program " + hook + " --user a=1 --cacert x":      "cacert, cert and key are for a hook with an https:// URL",
		"--kind check-password --url http://x --user a=1 --cert x --key x":        "cacert, cert and key are for a hook with an https:// URL",
		"--kind check-password --url https://x --user a=1 --cacert /none":         "cacert: open /none: no such file",
		"--kind check-password --url https://x --user a=1 --cert /none":           "cert /none: want its key too",
		"--kind check-password --url https://x --user a=1 --key " + hook:          "want its cert too",
		"serve": `unknown command "serve"`,
	} {
		got := hookcheck(t, nil, strings.Fields(args)...)
		if got.code != 2 || !strings.Contains(got.stderr, want) || got.stdout != "" {
			t.Errorf("hookcheck %s: exit %d, stdout %q, stderr %q, want 2 and %q", args, got.code, got.stdout, got.stderr, want)
		}
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	got := hookcheck(t, nil, "--list", "--kind", "check-password", "--rule", "*PWD-FORCE")
	if want := "CHECKPWD-FORCE             MUST    A wrong token is refused though Authy"; got.code != 0 || !strings.HasPrefix(got.stdout, want) || strings.Count(got.stdout, "\n") != 1 {
		t.Errorf("exit %d, %q, want %q", got.code, got.stdout, want)
	}
	if all := hookcheck(t, nil, "--list"); strings.Count(all.stdout, "\n") < 100 {
		t.Errorf("--list: only\n%s", all.stdout)
	}
	slow := hookcheck(t, nil, "--list", "--tags", "@slow")
	others := hookcheck(t, nil, "--list", "--tags", "~@slow")
	if all := hookcheck(t, nil, "--list"); len(slow.stdout)+len(others.stdout) != len(all.stdout) || slow.stdout == "" {
		t.Errorf("--tags: %d and %d bytes of %d", len(slow.stdout), len(others.stdout), len(all.stdout))
	}
}

// TestVerdicts tells hooks apart by exit code and report.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		hook string
		args []string
		code int
		want string
	}{
		"denies everybody": {denies(t), []string{"--rule", "CHECKPWD-TOKEN-WRONG"}, 0, "The hook keeps every MUST rule"},
		"lets nobody in":   {denies(t), []string{"--rule", "CHECKPWD-LOGIN"}, 1, "alice was to be let in, and was refused"},
		"lets all in":      {open(t), []string{"--rule", "CHECKPWD-TOKEN-WRONG"}, 1, "the login was to be refused, and was let in"},
		"a SHOULD":         {denies(t), []string{"--rule", "CHECKPWD-TOKEN-WRONG", "--rule", "CHECKPWD-AUTHY-HTML"}, 0, "does not keep 1 SHOULD rule"},
		"a SHOULD, strict": {denies(t), []string{"--rule", "CHECKPWD-TOKEN-WRONG", "--rule", "CHECKPWD-AUTHY-HTML", "--strict"}, 1, "The hook breaks 1 of 2 rules"},
		"cannot start":     {noInterpreter(t), []string{"--rule", "CHECKPWD-LOGIN"}, 2, "No verdict"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := hookcheck(t, nil, append([]string{"--kind", "check-password", "--program", test.hook, "--user", "alice=1"}, test.args...)...)
			if got.code != test.code || !strings.Contains(strings.Join(strings.Fields(got.stdout), " "), test.want) {
				t.Errorf("exit %d, want %d and %q:\n%s%s", got.code, test.code, test.want, got.stdout, got.stderr)
			}
		})
	}
}

// noInterpreter is a hook that cannot be started.
func noInterpreter(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "hook")
	if err := os.WriteFile(file, []byte("#!/no/such/interpreter\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestCompiledIn holds a hook with Authy's address compiled in, by variables in
// the place of flags, and reads the reports.
func TestCompiledIn(t *testing.T) {
	t.Parallel()
	programs := build.ForTest(t, "hooks/cmd/checkpwd")
	folder := t.TempDir()
	users := filepath.Join(folder, "users.csv")
	if err := os.WriteFile(users, []byte("alice,1001\nbob,1002\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{
		"HOOKCHECK_KIND":    "check-password",
		"HOOKCHECK_PROGRAM": programs.Path("checkpwd"),
		"HOOKCHECK_ENV":     "AUTHY_API_KEY=0123456789abcdef\nAUTHY_USERS_FILE=" + users + "\n",
		"HOOKCHECK_API_KEY": "0123456789abcdef",
		"HOOKCHECK_USER":    "alice=1001\nbob=1002\n",
		"HOOKCHECK_RULE":    "CHECKPWD-LOGIN\nCHECKPWD-TOKEN-FOREIGN",
		"HOOKCHECK_JUNIT":   filepath.Join(folder, "junit.xml"),
		"HOOKCHECK_HTML":    filepath.Join(folder, "report.html"),
		"HOOKCHECK_JSON":    filepath.Join(folder, "report.json"),
	}
	if got := hookcheck(t, env); got.code != 0 || !strings.Contains(got.stdout, "keeps every MUST rule") {
		t.Fatalf("exit %d:\n%s%s", got.code, got.stdout, got.stderr)
	}
	for variable, read := range map[string]func([]byte) error{
		"HOOKCHECK_JUNIT": func(b []byte) error { return xml.Unmarshal(b, new(struct{})) },
		"HOOKCHECK_JSON":  func(b []byte) error { return json.Unmarshal(b, new(any)) },
		"HOOKCHECK_HTML": func(b []byte) error {
			if !bytes.Contains(b, []byte("CHECKPWD-LOGIN")) {
				return fmt.Errorf("no CHECKPWD-LOGIN in %s", b)
			}
			return nil
		},
	} {
		content, err := os.ReadFile(env[variable])
		if err == nil {
			err = read(content)
		}
		if err != nil {
			t.Errorf("%s: %v", variable, err)
		}
		if bytes.Contains(content, []byte("0123456789abcdef")) {
			t.Errorf("%s: the API key is in it", variable)
		}
	}
}

// TestOverTLS asks a hook that lets in whoever it is asked about, and is asked only
// with the files of the flags.
func TestOverTLS(t *testing.T) {
	t.Parallel()
	ca, err := authority.New()
	if err != nil {
		t.Fatal(err)
	}
	certified, err := ca.Server("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair(certified.Certificate, certified.Key)
	if err != nil {
		t.Fatal(err)
	}
	own, err := ca.Client("SFTPGo")
	if err != nil {
		t.Fatal(err)
	}
	clients := x509.NewCertPool()
	clients.AppendCertsFromPEM(ca.Certificate())
	hook := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"status":1}`)
	}))
	hook.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients}
	hook.StartTLS()
	defer hook.Close()
	folder := t.TempDir()
	env := map[string]string{"HOOKCHECK_KEY": filepath.Join(folder, "key.pem")}
	args := []string{
		"--kind", "check-password", "--url", hook.URL, "--listen", "127.0.0.1:0", "--user", "alice=1", "--rule", "CHECKPWD-TOKEN-WRONG",
		"--cacert", filepath.Join(folder, "ca.pem"), "--cert", filepath.Join(folder, "cert.pem"),
	}
	for name, content := range map[string][]byte{"ca.pem": ca.Certificate(), "cert.pem": own.Certificate, "key.pem": own.Key} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := hookcheck(t, env, args...); got.code != 1 || !strings.Contains(got.stdout, "was let in as alice") {
		t.Errorf("exit %d, want a login that is let in:\n%s%s", got.code, got.stdout, got.stderr)
	}
}

// TestPageHasFlags holds the table of docs/hookcheck.md, and the inputs of
// action.yml, to the flags there are.
func TestPageHasFlags(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../docs/hookcheck.md")
	if err != nil {
		t.Fatal(err)
	}
	action, err := os.ReadFile("../../../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	set := pflag.NewFlagSet("", pflag.ContinueOnError)
	new(flags).register(set)
	set.VisitAll(func(f *pflag.Flag) {
		name, usage := pflag.UnquoteUsage(f)
		if row := fmt.Sprintf("| `--%s %s` | %s |", f.Name, name, usage); !strings.Contains(string(page), strings.Replace(row, " ` |", "` |", 1)) {
			t.Errorf("docs/hookcheck.md has no row\n%s", row)
		}
		if interactive := map[string]bool{"list": true, "keep": true, "timeout": true}; !interactive[f.Name] && !strings.Contains(string(action), variable(f.Name)+":") {
			t.Errorf("action.yml does not set %s", variable(f.Name))
		}
	})
}
