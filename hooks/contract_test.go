package hooks_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// sftpgoLetsIn reports whether SFTPGo would go on after this output of the
// program, written down from SFTPGo's code and not from that of the hooks:
// doExternalAuth, executeCheckPasswordHook, executeKeyboardInteractiveProgram.
func sftpgoLetsIn(program string, o outcome) bool {
	switch program {
	case "extauth":
		if o.code != 0 {
			return false
		}
		if o.stdout == "" || o.stdout == "\n" || o.stdout == "\r\n" {
			return true
		}
		var user struct {
			Username string `json:"username"`
		}
		return json.Unmarshal([]byte(o.stdout), &user) == nil && user.Username != ""
	case "checkpwd":
		var response struct {
			Status int `json:"status"`
		}
		return o.code == 0 && json.Unmarshal([]byte(o.stdout), &response) == nil &&
			(response.Status == -1 || response.Status == 1 || response.Status == 2)
	default:
		for line := range strings.Lines(o.stdout) {
			var response struct {
				AuthResult int `json:"auth_result"`
			}
			if json.Unmarshal([]byte(line), &response) != nil {
				return false
			}
			if response.AuthResult != 0 {
				return response.AuthResult == 1
			}
		}
		return false
	}
}

var denials = map[string]string{
	"keyint":   `{"auth_result":-1}`,
	"extauth":  `{"username":""}`,
	"checkpwd": `{"status":0}`,
}

// mustDeny fails the test unless the program denied in every respect: contract,
// exit code, one line of log, no secret anywhere.
func mustDeny(tb testing.TB, p hooks.Program, o outcome, code int, reason string) {
	tb.Helper()
	if o.code != code || o.lastLine() != denials[p.Name()] || sftpgoLetsIn(p.Name(), o) {
		tb.Errorf("exit code %d and output %q, want a denial with %d\nlog: %s", o.code, o.stdout, code, o.stderr)
	}
	if p.Name() != "keyint" && o.stdout != denials[p.Name()]+"\n" {
		tb.Errorf("output %q, want the denial and nothing else", o.stdout)
	}
	if n := strings.Count(o.stderr, "\n"); n != 1 || !strings.Contains(o.stderr, `msg="login denied"`) {
		tb.Errorf("%d lines of log, want one denial:\n%s", n, o.stderr)
	}
	if !strings.Contains(o.stderr, reason) {
		tb.Errorf("log does not give the reason %q:\n%s", reason, o.stderr)
	}
	noSecrets(tb, "stdout", o.stdout)
	noSecrets(tb, "log", o.stderr)
}

// mustAccept fails the test unless the program accepted alice.
func mustAccept(tb testing.TB, p hooks.Program, o outcome) {
	tb.Helper()
	want := map[string]string{
		"keyint":   `{"auth_result":1}`,
		"extauth":  aliceJSON,
		"checkpwd": `{"status":2,"to_verify":"` + canaryPassword + `"}`,
	}[p.Name()]
	if o.code != hooks.ExitAccepted || o.lastLine() != want || !sftpgoLetsIn(p.Name(), o) {
		tb.Errorf("exit code %d and output %q, want 0 and %q\nlog: %s", o.code, o.stdout, want, o.stderr)
	}
	if n := strings.Count(o.stderr, "\n"); n != 1 || !strings.Contains(o.stderr, `level=INFO msg="login accepted"`) {
		tb.Errorf("%d lines of log, want one acceptance:\n%s", n, o.stderr)
	}
	noSecrets(tb, "log", o.stderr)
}

// noSecrets fails the test if one of the canaries is in text.
func noSecrets(tb testing.TB, where, text string) {
	tb.Helper()
	for _, secret := range []string{canaryKey, canaryToken, canaryPassword, canaryHash, "canary"} {
		if strings.Contains(text, secret) {
			tb.Errorf("%s holds the secret %q:\n%s", where, secret, text)
		}
	}
}

// wantError fails the test unless err wraps want; a nil want asks for no error.
func wantError(tb testing.TB, err, want error) {
	tb.Helper()
	if want == nil && err != nil || want != nil && !errors.Is(err, want) {
		tb.Errorf("error %v, want %v", err, want)
	}
	if err != nil {
		noSecrets(tb, "error", fmt.Sprintf("%v %+v %#v", err, err, err))
	}
}
