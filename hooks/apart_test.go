package hooks_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// TestProcessesTellNobodyApart is promises, row 17: a wrong token, a user who is
// not mapped and one who does not exist get the same output and exit status, and
// no sooner than AUTHY_DENY_AFTER, though Authy is asked about one of them only.
// It measures, and so has the machine for itself.
func TestProcessesTellNobodyApart(t *testing.T) {
	const after, authyTakes = 300 * time.Millisecond, 150 * time.Millisecond
	server := newAuthy(t, func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(authyTakes):
		case <-r.Context().Done():
		}
		answering(401, `{"error_code":"60020","success":false}`)(w, r)
	})
	config := settings(t, server.URL, "AUTHY_DENY_AFTER="+after.String())
	stored := func(name string) string {
		return `SFTPGO_AUTHD_USER={"username":"` + name + `","password":"` + canaryHash + `"}`
	}
	for _, name := range []string{"extauth", "checkpwd"} {
		var times []time.Duration
		for _, login := range [][]string{
			{"SFTPGO_AUTHD_USERNAME=alice", stored("alice")}, // wrong token
			{"SFTPGO_AUTHD_USERNAME=bob", stored("bob")},     // not mapped
			{"SFTPGO_AUTHD_USERNAME=ALICE", stored("alice")}, // another case
			{"SFTPGO_AUTHD_USERNAME=mallory", "SFTPGO_AUTHD_USER="},
		} {
			o := execute(t, name, append(append(slices.Clone(config), loginOf(name)...), login...))
			if o.code != hooks.ExitDenied || o.stdout != denials[name]+"\n" || o.took < after {
				t.Errorf("%s, %s: %d, %q after %v", name, login[0], o.code, o.stdout, o.took)
			}
			times = append(times, o.took)
		}
		t.Logf("%s denied after %v", name, times)
		if spread := slices.Max(times) - slices.Min(times); spread > authyTakes {
			t.Errorf("%s: the time tells them apart: %v", name, times)
		}
	}
	if n := len(server.seen()); n != 2 {
		t.Errorf("%d requests, want one of each hook", n)
	}
}

// TestProgramsRateLimited is promises, row 4: Authy's 429 denies at once, and
// nothing is asked again before the next login, whatever Retry-After says.
func TestProgramsRateLimited(t *testing.T) {
	t.Parallel()
	for _, retry := range []string{"", "0", "1", "Wed, 21 Oct 2015 07:28:00 GMT", strings.Repeat("9", 30), `1" level=INFO msg="login accepted`} {
		server := newAuthy(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Retry-After"] = []string{retry}
			answering(429, `{"error_code":"60003","message":"DoS protection"}`)(w, r)
		})
		environ := settings(t, server.URL)
		for i, p := range programs() {
			o := logIn(p, environ)
			mustDeny(t, p, o, hooks.ExitDenied, "too many attempts, wait before the next one (HTTP status 429, error code 60003)")
			if n := len(server.seen()); n != i+1 || o.took > 5*time.Second {
				t.Errorf("%d logins made %d requests; the last took %v", i+1, n, o.took)
			}
			if t.Failed() {
				t.Fatal(p.Name(), fmt.Sprintf(": Retry-After %q", retry))
			}
		}
	}
}
