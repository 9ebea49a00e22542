//go:build unix

package hooks_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// totpSettings is a complete environment for a hook that checks tokens itself,
// and where it keeps what it remembers. The period is so long that a test ends
// within it.
func totpSettings(tb testing.TB, more ...string) (environ []string, directory string) {
	tb.Helper()
	directory = filepath.Join(tb.TempDir(), "state")
	if err := os.Mkdir(directory, 0o700); err != nil {
		tb.Fatal(err)
	}
	environ = slices.DeleteFunc(settings(tb, "https://api.authy.com"), func(entry string) bool {
		return strings.HasPrefix(entry, "AUTHY_API_KEY=")
	})
	file := writeFile(tb, "totp.csv", "1001,"+canarySecret+",digits=8,period=300\n", 0o600)
	return append(append(environ, "AUTHY_TOTP_FILE="+file, "AUTHY_STATE_DIR="+directory), more...), directory
}

// tokenNow is what alice's authenticator shows.
func tokenNow() string {
	secret := hooks.TOTPSecret{Key: hooks.NewSecret("canary-totp-secret-0"), Digits: 8, Period: 5 * time.Minute, Algorithm: "SHA1"}
	return secret.Code(uint64(time.Now().Unix() / 300))
}

// logInWith logs alice in with that token, as a process.
func logInWith(tb testing.TB, name string, environ []string, token string) outcome {
	tb.Helper()
	environ = append(slices.Clone(environ), loginOf(name)...)
	switch name {
	case "keyint":
		lines := converse(tb, environ, "OK\n", token+"\n")
		return outcome{code: -1, stdout: strings.Join(lines, "\n") + "\n"}
	case "checkpwd":
		return execute(tb, name, append(environ, "SFTPGO_AUTHD_PASSWORD="+canaryPassword+token))
	default:
		return execute(tb, name, append(environ, "SFTPGO_AUTHD_PASSWORD="+token))
	}
}

// TestTOTPProcesses starts the real programs, 50 at once, with one right token:
// it lets in exactly one of them (promises, row 14).
func TestTOTPProcesses(t *testing.T) {
	t.Parallel()
	environ, directory := totpSettings(t, "AUTHY_DEADLINE=60s")
	token := tokenNow()
	accepted := make(chan string, 50)
	var group sync.WaitGroup
	for i := range cap(accepted) {
		group.Go(func() {
			name := programs()[i%3].Name()
			if o := logInWith(t, name, environ, token); sftpgoLetsIn(name, o) {
				accepted <- name
			} else if o.code == hooks.ExitDenied && !strings.Contains(o.stderr, "token was used before") {
				t.Errorf("%s: %s", name, o.stderr)
			}
		})
	}
	group.Wait()
	if len(accepted) != 1 {
		t.Errorf("one token let in %d logins", len(accepted))
	}
	if left, err := os.ReadDir(directory); err != nil || len(left) != 2 {
		t.Errorf("%v, %v, want the state and its lock", left, err)
	}
}

// TestTOTPProcessesLock is row 16, between processes.
func TestTOTPProcessesLock(t *testing.T) {
	t.Parallel()
	environ, _ := totpSettings(t, "AUTHY_TOTP_ATTEMPTS=3")
	wrong := "00000000"
	if tokenNow() == wrong {
		wrong = "00000001"
	}
	for i, reason := range []string{"wrong token", "wrong token", "wrong token", "too many attempts, wait before the next one: locked until 20", "too many attempts"} {
		token := wrong
		if i == 4 {
			token = tokenNow()
		}
		mustDeny(t, hooks.Checkpwd(), logInWith(t, "checkpwd", environ, token), hooks.ExitDenied, reason)
	}
}

// TestTOTPProcessesFullDisk holds that a token is not right if it cannot be
// remembered that it is used up.
func TestTOTPProcessesFullDisk(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip(err)
	}
	environ, directory := totpSettings(t)
	for _, name := range []string{"extauth", "checkpwd"} {
		command := exec.CommandContext(t.Context(), shell, "-c", `ulimit -f 0 && exec "$0"`, binary(t, name))
		password := map[string]string{"extauth": tokenNow(), "checkpwd": canaryPassword + tokenNow()}[name]
		command.Env = append(append(slices.Clone(environ), loginOf(name)...), "SFTPGO_AUTHD_PASSWORD="+password)
		var stdout, stderr strings.Builder
		command.Stdout, command.Stderr = &stdout, &stderr
		_ = command.Run()
		p := map[string]hooks.Program{"extauth": hooks.Extauth(), "checkpwd": hooks.Checkpwd()}[name]
		mustDeny(t, p, outcome{code: command.ProcessState.ExitCode(), stdout: stdout.String(), stderr: stderr.String()}, hooks.ExitDenied, hooks.ErrState.Error())
	}
	if o := logInWith(t, "checkpwd", environ, tokenNow()); o.code != hooks.ExitAccepted {
		t.Errorf("with room on the disk: %+v", o)
	}
	if left, err := os.ReadDir(directory); err != nil || len(left) != 2 {
		t.Errorf("%v, %v, want the state and its lock", left, err)
	}
}

// TestTOTPChecked holds what -check says and what is refused at the start.
func TestTOTPChecked(t *testing.T) {
	t.Parallel()
	environ, directory := totpSettings(t)
	o := run(hooks.Extauth(), environ, "-check")
	if o.code != 0 || !strings.Contains(o.stdout, "tokens:       TOTP\nsecrets:      1\nstate:        "+directory+"\n") || strings.Contains(o.stdout, "API URL") {
		t.Errorf("-check: %+v", o)
	}
	if o := run(hooks.Extauth(), settings(t, "https://api.authy.com"), "-check"); !strings.Contains(o.stdout, "tokens:       Authy\nAPI URL:      https://api.authy.com\n") {
		t.Errorf("-check: %+v", o)
	}
	open := t.TempDir()
	if err := os.Chmod(open, 0o755); err != nil {
		t.Fatal(err)
	}
	openFile := writeFile(t, "totp.csv", "1001,"+canarySecret, 0o604)
	for want, more := range map[string][]string{
		"AUTHY_TOTP_FILE, AUTHY_API_KEY, AUTHY_API_KEY_FILE: set exactly one of the three":  {"AUTHY_API_KEY=" + canaryKey},
		"AUTHY_TOTP_FILE, AUTHY_API_KEY, AUTHY_API_KEY_FILE: set exactly one of the three;": {"AUTHY_API_KEY_FILE=/none"},
		"AUTHY_STATE_DIR: stat /none":                                              {"AUTHY_STATE_DIR=/none"},
		"AUTHY_STATE_DIR: " + openFile + ": not a directory":                       {"AUTHY_STATE_DIR=" + openFile},
		"accessible to everyone on this machine; run: chmod o-rwx " + open:         {"AUTHY_STATE_DIR=" + open},
		"holds secrets and is accessible to everyone on this machine; run: chmod ": {"AUTHY_TOTP_FILE=" + openFile},
		"AUTHY_TOTP_FILE: stat /none":                                              {"AUTHY_TOTP_FILE=/none"},
		"totp.csv:2: the secret is not base32":                                     {"AUTHY_TOTP_FILE=" + writeFile(t, "totp.csv", "\n1001,"+canarySecret+"!", 0o600)},
		"AUTHY_TOTP_WINDOW: expected a number of steps from 0 to 2":                {"AUTHY_TOTP_WINDOW=3"},
		"AUTHY_TOTP_ATTEMPTS: expected a number from 1 to 100":                     {"AUTHY_TOTP_ATTEMPTS=0"},
		"AUTHY_TOTP_LOCK: expected a duration from 1s to 24h0m0s":                  {"AUTHY_TOTP_LOCK=15"},
	} {
		o := run(hooks.Checkpwd(), append(slices.Clone(environ), more...), "-check")
		if o.code != hooks.ExitConfig || o.stdout != "" || !strings.Contains(o.stderr, want) || strings.Contains(o.stderr, canarySecret[:12]) {
			t.Errorf("%q: %+v, want %q", more, o, want)
		}
	}
	without := func(name string) []string {
		return slices.DeleteFunc(slices.Clone(environ), func(entry string) bool { return strings.HasPrefix(entry, name+"=") })
	}
	if _, err := hooks.Extauth().Config(without("AUTHY_STATE_DIR")); err == nil || !strings.HasPrefix(err.Error(), "AUTHY_STATE_DIR: not set") {
		t.Errorf("without state: %v", err)
	}
	if _, err := hooks.Extauth().Config(append(without("AUTHY_TOTP_FILE"), "AUTHY_API_KEY=k")); err == nil || !strings.HasPrefix(err.Error(), "AUTHY_STATE_DIR: without AUTHY_TOTP_FILE") {
		t.Errorf("state without secrets: %v", err)
	}
}

// TestTOTPDigits holds that a secret says how long its tokens are, unless the
// users file says otherwise; and that the two must not contradict each other.
func TestTOTPDigits(t *testing.T) {
	t.Parallel()
	for users, want := range map[string]string{
		"alice,1001\n":          "",
		"alice,1001,digits=8\n": "",
		"alice,1001,digits=7\n": "not a token of the expected number of digits",
		"alice,1002\n":          "no TOTP secret is known for this user",
	} {
		environ, _ := totpSettings(t, "AUTHY_USERS_FILE="+writeFile(t, "users.csv", users, 0o600))
		environ = append(append(environ, loginOf("checkpwd")...), "SFTPGO_AUTHD_PASSWORD="+canaryPassword+tokenNow())
		o := run(hooks.Checkpwd(), environ)
		if want != "" {
			mustDeny(t, hooks.Checkpwd(), o, hooks.ExitDenied, want)
		} else {
			mustAccept(t, hooks.Checkpwd(), o)
		}
	}
}
