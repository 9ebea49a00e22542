package hooks_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// TestOwnParts holds that own parts change who is asked, and nothing else.
func TestOwnParts(t *testing.T) {
	t.Parallel()
	enrolled := hooks.Users{"alice": {AuthyID: aliceID}}
	failing := &fakeVerifier{verify: func(context.Context, hooks.AuthyID, hooks.Token) error { return errBroken }}
	panicking := &fakeVerifier{verify: func(context.Context, hooks.AuthyID, hooks.Token) error { panic(canaryKey) }}
	for _, p := range programs() {
		fast := []string{"AUTHY_DENY_AFTER=0s"}
		mustAccept(t, p, logIn(p.With(onlyCanary(), enrolled), fast))
		mustDeny(t, p, logIn(p.With(refusing(), enrolled), fast), hooks.ExitDenied, "wrong token")
		mustDeny(t, p, logIn(p.With(accepting(), hooks.Users{}), fast), hooks.ExitDenied, "no Authy ID is known")
		mustDeny(t, p, logIn(p.With(accepting(), brokenDirectory{}), fast), hooks.ExitDenied, "directory is down")
		mustDeny(t, p, logIn(p.With(failing, enrolled), fast), hooks.ExitDenied, "directory is down")
		mustDeny(t, p, logIn(p.With(panicking, enrolled), fast), hooks.ExitDenied, "internal error")
		mustDeny(t, p, logIn(p.With((*fakeVerifier)(nil), enrolled), fast), hooks.ExitDenied, "internal error")

		// What is set for a part that is not there is an error, and what the
		// remaining part needs is asked for.
		for _, name := range []string{"AUTHY_API_KEY", "AUTHY_API_KEY_FILE", "AUTHY_API_URL", "AUTHY_ALLOW_PLAIN_HTTP", "AUTHY_CA_FILE", "AUTHY_TOTP_FILE", "AUTHY_STATE_DIR", "AUTHY_TOTP_WINDOW"} {
			mustDeny(t, p, logIn(p.With(accepting(), enrolled), []string{name + "=x"}), hooks.ExitConfig, name+": unknown variable")
		}
		mustDeny(t, p, logIn(p.With(accepting(), enrolled), []string{"AUTHY_USERS_FILE=x"}), hooks.ExitConfig, "AUTHY_USERS_FILE: unknown variable")
		mustDeny(t, p, logIn(p.With(nil, enrolled), nil), hooks.ExitConfig, "AUTHY_API_KEY, AUTHY_API_KEY_FILE, AUTHY_TOTP_FILE: set exactly one")
		if p.Name() != "extauth" {
			mustDeny(t, p, logIn(p.With(accepting(), nil), nil), hooks.ExitConfig, "AUTHY_USERS_FILE, AUTHY_SFTPGO_URL: set at least one")
			mustDeny(t, p, logIn(p.With(accepting(), nil).With(nil, nil), nil), hooks.ExitConfig, "AUTHY_USERS_FILE, AUTHY_SFTPGO_URL: set at least one")
		}
		// One after the other is as good as both at once, and leaves the program
		// that it came from as it was.
		half := p.With(onlyCanary(), nil)
		mustAccept(t, p, logIn(half.With(nil, enrolled), fast))
		mustAccept(t, p, logIn(half, append(fast, "AUTHY_USERS_FILE="+writeFile(t, "users.csv", "alice,"+aliceID, 0o600))))
		mustDeny(t, p, logIn(p, fast), hooks.ExitConfig, "set")

		for _, flag := range []string{"-help", "-check"} {
			o := run(p.With(accepting(), enrolled), fast, flag)
			if o.code != 0 || strings.Contains(o.stdout, "AUTHY_API") || strings.Contains(o.stdout, "TOTP") || flag == "-check" && !strings.Contains(o.stdout, "tokens:       own verifier\n") {
				t.Errorf("%s of own parts: %+v", flag, o)
			}
		}
	}
}

// TestOwnHookIsShort holds the promise of an own hook in under 30 lines.
func TestOwnHookIsShort(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("example_own_test.go")
	if err != nil {
		t.Fatal(err)
	}
	code := 0
	for line := range strings.Lines(string(source)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			code++
		}
	}
	if code >= 30 {
		t.Errorf("example_own_test.go has %d lines of code", code)
	}
}
