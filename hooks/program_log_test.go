package hooks_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

func TestProgramsLogFile(t *testing.T) {
	t.Parallel()
	for _, p := range programs() {
		path := filepath.Join(t.TempDir(), "hook.log")
		environ := settings(t, "http://127.0.0.1:1", "AUTHY_LOG_FILE="+path)
		for _, verifier := range []*fakeVerifier{accepting(), refusing()} {
			if o := logIn(p.WithVerifier(verifier), environ); o.stderr != "" {
				t.Errorf("stderr: %s", o.stderr)
			}
		}
		// A configuration problem is told in the log file as well, unless it is
		// about the names or the file that would have told where that is.
		o := logIn(p, append(slices.Clone(environ), "AUTHY_TOKEN_DIGITS=x"))
		if o.code != hooks.ExitConfig || o.stderr != "" {
			t.Errorf("%+v", o)
		}
		conf := writeFile(t, "authy.conf", "AUTHY_API_KEY=k\nAUTHY_LOG_FILE="+path+"\nAUTHY_USERS_FILE=/none\n", 0o600)
		if o := logIn(p, []string{"AUTHY_CONFIG_FILE=" + conf}); o.code != hooks.ExitConfig || o.stderr != "" {
			t.Errorf("%+v", o)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(text), "\n")
		if len(lines) != 5 || !strings.Contains(lines[0], "level=INFO") || !strings.Contains(lines[1], "level=WARN") ||
			!strings.Contains(lines[2], `level=ERROR`) || !strings.Contains(lines[3], "level=ERROR") || lines[4] != "" {
			t.Errorf("log file:\n%s", text)
		}
		for _, fact := range []string{"time=", "hook=" + p.Name(), "user=alice", "ip=192.0.2.7"} {
			if !strings.Contains(lines[1], fact) {
				t.Errorf("%q lacks %q", lines[1], fact)
			}
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v, want mode 0600", info.Mode(), err)
		}
		// A log file that cannot be written changes no decision.
		for _, path := range []string{t.TempDir(), "/none/hook.log", "/dev/null", "/dev/full"} {
			environ := settings(t, "http://127.0.0.1:1", "AUTHY_LOG_FILE="+path)
			for _, verifier := range []*fakeVerifier{onlyCanary(), refusing()} {
				o := logIn(p.WithVerifier(verifier), environ)
				complaint, line, _ := strings.Cut(o.stderr, "\n")
				if !strings.Contains(complaint, "log file not written, see AUTHY_LOG_FILE") || !strings.Contains(complaint, path) {
					t.Errorf("complaint: %s", complaint)
				}
				o.stderr = line
				if verifier.verify(nil, aliceID, hooks.Token{Secret: hooks.NewSecret(canaryToken)}) == nil {
					mustAccept(t, p, o)
				} else {
					mustDeny(t, p, o, hooks.ExitDenied, "wrong token")
				}
			}
		}
	}
}

// TestProgramsLogNeutral holds that a name cannot forge a line, steer a terminal
// or flood the log.
func TestProgramsLogNeutral(t *testing.T) {
	t.Parallel()
	names := []string{
		"a\nlevel=INFO msg=\"login accepted\" user=root", "a\r\nb", "a\x1b[2J\x1b]0;x\x07", "a\u009b31mb", "a\x7fb", "\x7f", "a\x00b", "a\u202eb\u2066c",
		"a\u2028b\u2029c\u0085d", "a\xffb", "a\u200bb\ufeffc", "a\tb\vc\fd\be", `a" reason="x`, `a\`, "a b=c", "ä", strings.Repeat("x", 128<<10), strings.Repeat("ä", 200), "x" + strings.Repeat("ä", 200), "", "\u00a0", "\U000e0041", "\ue000",
	}
	for _, name := range names {
		environ := append(settings(t, "http://127.0.0.1:1"), "SFTPGO_AUTHD_USERNAME="+name, "SFTPGO_AUTHD_IP="+name, "SFTPGO_AUTHD_PROTOCOL="+name, "SFTPGO_AUTHD_PASSWORD=x")
		o := run(hooks.Checkpwd(), environ)
		mustDeny(t, hooks.Checkpwd(), o, hooks.ExitDenied, "no Authy ID is known")
		for _, r := range strings.TrimSuffix(o.stderr, "\n") {
			if r != ' ' && (!unicode.IsPrint(r) || r == '\x7f' || r > 0xff && r != '\ufffd') {
				t.Errorf("%.40q: the log holds %U:\n%.200q", name, r, o.stderr)
			}
		}
		if strings.HasPrefix(o.stderr, "level=INFO") || strings.Count(o.stderr, " level=") != 1 && !strings.Contains(o.stderr, `\nlevel=INFO`) {
			t.Errorf("%.40q: forged line:\n%s", name, o.stderr)
		}
		if len(o.stderr) > 4<<10 {
			t.Errorf("%.40q: %d bytes of log", name, len(o.stderr))
		}
	}
}
