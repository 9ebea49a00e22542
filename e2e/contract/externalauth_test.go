package contract_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

// The scripts of hooks that let in.
const (
	sameUser = `printf '%s' "$SFTPGO_AUTHD_USER"`
	anyUser  = `printf '{"username":"%s","status":1,"permissions":{"/":["*"]}}' "$SFTPGO_AUTHD_USERNAME"`
)

func byPassword(username, password string) driver.Login {
	return driver.Login{Username: username, Password: password}
}

func TestExternalAuthProgram(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ script, username, in string }{
		"the same user":            {sameUser, "alice", "alice"},
		"with a line end":          {sameUser + "; echo", "alice", "alice"},
		"with blanks without end":  {sameUser + "; head -c 2000000 /dev/zero | tr '\\0' ' '", "alice", "alice"},
		"a user, and it fails":     {sameUser + "; exit 1", "alice", ""},
		"a user, and it is killed": {sameUser + "; kill -9 $$", "alice", ""},

		"nothing":                   {"", "alice", "alice"},
		"a line end":                {"echo", "alice", "alice"},
		"a line end of Windows":     {`printf '\r\n'`, "alice", "alice"},
		"two line ends":             {"echo; echo", "alice", ""},
		"a blank":                   {`printf ' '`, "alice", ""},
		"nothing, and it fails":     {"exit 1", "alice", ""},
		"nothing, and nobody knows": {"", "nobody", ""},
		"a user nobody knows":       {anyUser, "nobody", "nobody"},

		"no name":          {`echo '{"username":""}'`, "alice", ""},
		"no field":         {`echo '{}'`, "alice", ""},
		"null":             {`echo null`, "alice", ""},
		"a list":           {`echo '[]'`, "alice", ""},
		"garbage":          {`echo granted`, "alice", ""},
		"a second line":    {sameUser + "; echo; echo granted", "alice", ""},
		"a second user":    {sameUser + "; " + sameUser, "alice", ""},
		"a megabyte":       {`head -c 1048576 /dev/zero | tr '\0' x`, "alice", ""},
		"a name of a type": {`echo '{"username":true,"status":1,"permissions":{"/":["*"]}}'`, "alice", ""},

		"another user":               {`echo '{"username":"bob","status":1,"permissions":{"/":["*"]}}'`, "alice", "bob"},
		"another, whom nobody knows": {`echo '{"username":"carol","status":1,"permissions":{"/":["*"]}}'`, "alice", "carol"},
		"names in capitals":          {`echo '{"USERNAME":"alice","Status":1,"Permissions":{"/":["*"]}}'`, "alice", "alice"},
		"of two the last counts":     {`echo '{"username":"alice","status":1,"Status":0,"permissions":{"/":["*"]}}'`, "alice", ""},
		"and null for nothing":       {`echo '{"username":"alice","status":1,"Status":null,"permissions":{"/":["*"]}}'`, "alice", "alice"},
		"status 0":                   {`echo '{"username":"alice","status":0,"permissions":{"/":["*"]}}'`, "alice", ""},
		"no status":                  {`echo '{"username":"alice","permissions":{"/":["*"]}}'`, "alice", ""},
		"no permissions":             {`echo '{"username":"alice","status":1}'`, "alice", ""},
		"no permissions for /":       {`echo '{"username":"alice","status":1,"permissions":{"/a":["*"]}}'`, "alice", ""},
		"empty permissions":          {`echo '{"username":"alice","status":1,"permissions":{"/":[]}}'`, "alice", ""},
		"a home that is no path":     {`echo '{"username":"alice","status":1,"permissions":{"/":["*"]},"home_dir":"alice"}'`, "alice", ""},
		"expired":                    {`echo '{"username":"alice","status":1,"permissions":{"/":["*"]},"expiration_date":1}'`, "alice", ""},
		"a user who is disabled":     {sameUser, "disabled", ""},
		"nothing, who is disabled":   {"", "disabled", ""},

		"standard input is empty": {"read -r line && exit 1; " + sameUser, "alice", "alice"},
		"a user with blanks":      {sameUser, " alice ", "alice"},
		"a user with a NUL":       {sameUser, "alice\x00", ""},
	}
	all := map[string]string{}
	for name, test := range tests {
		all[name] = test.script
	}
	d := start(t, scripts(driver.ExternalAuth, "SFTPGO_AUTHD_PASSWORD", all), 0)
	disabled, bob := alice(), alice()
	disabled.Username, disabled.Status, bob.Username = "disabled", 0, "bob"
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := enter(t, d, alice(), bob, disabled)
			mustLetIn(t, site, byPassword(test.username, name), test.in)
		})
	}
}

func TestExternalAuthLongPasswords(t *testing.T) {
	t.Parallel()
	site := newSite(t, script(driver.ExternalAuth, sameUser), 0, alice())
	mustLetIn(t, site, byPassword("alice", strings.Repeat("1", 73)), "")
	mustSay(t, site, "cannot be stored")
	mustLetIn(t, site, byPassword("alice", strings.Repeat("1", 200_000)), "")
	mustSay(t, site, "argument list too long")
	mustLetIn(t, site, byPassword("alice", " "), "")
	mustLetIn(t, site, byPassword("alice", ""), "")
}

// TestExternalAuthStoresWhatWasTyped: the password of one login is the answer to
// SFTPGo's own question in the next.
func TestExternalAuthStoresWhatWasTyped(t *testing.T) {
	t.Parallel()
	for name, lines := range map[string]string{"the same user": sameUser, "nothing": ""} {
		site := newSite(t, script(driver.ExternalAuth, lines), 0, alice())
		by := func(answer string) driver.Login { return driver.Login{Username: "alice", Reply: inTurn(answer)} }
		mustLetIn(t, site, by("secret"), "alice")
		mustLetIn(t, site, byPassword("alice", "1234567"), "alice")
		mustLetIn(t, site, by("secret"), "")
		if result := mustLetIn(t, site, by("1234567"), "alice"); len(result.Questions) != 1 || result.Questions[0].Echo {
			t.Errorf("%s: asked %v", name, result.Questions)
		}
	}
	site := newSite(t, script(driver.ExternalAuth, anyUser), 0, alice())
	mustLetIn(t, site, driver.Login{Username: "alice", Reply: inTurn("secret")}, "")
	mustSay(t, site, "credentials cannot be null or empty") // the answer has wiped them
}

func TestExternalAuthReplacesTheUser(t *testing.T) {
	t.Parallel()
	user := alice()
	user.Filters = map[string]any{"totp_config": map[string]any{"enabled": true}, "denied_protocols": []any{"FTP"}}
	site := newSite(t, script(driver.ExternalAuth, sameUser), 0, user)
	record := func() map[string]any {
		stored, err := site.UserRecord(t.Context(), "alice")
		if err != nil {
			t.Fatal(err)
		}
		delete(stored, "updated_at")
		delete(stored, "last_login")
		return stored
	}
	before := record()
	if before["password"] != nil || before["description"] != "kept" || before["id"] != 1.0 {
		t.Errorf("stored is %v", before)
	}
	mustLetIn(t, site, byPassword("alice", "1234567"), "alice")
	if diff := cmp.Diff(before, record()); diff != "" {
		t.Errorf("the same user is another one:\n%s", diff)
	}

	site = newSite(t, script(driver.ExternalAuth, anyUser), 0, user)
	mustLetIn(t, site, byPassword("alice", "1234567"), "alice")
	want := map[string]any{
		"id": 1.0, "created_at": record()["created_at"], "username": "alice", "status": 1.0,
		"home_dir": "/srv/sftpgo/data/alice", "permissions": map[string]any{"/": []any{"*"}},
		"filters":         map[string]any{"totp_config": map[string]any{"enabled": true}},
		"expiration_date": 0.0, "uid": 0.0, "gid": 0.0, "max_sessions": 0.0, "quota_size": 0.0, "quota_files": 0.0,
	}
	if diff := cmp.Diff(want, record()); diff != "" {
		t.Errorf("what survives:\n%s", diff)
	}
	if _, err := site.UserRecord(t.Context(), "nobody"); err == nil {
		t.Error("there is a record of nobody")
	}
}

func TestExternalAuthRequest(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		login driver.Login
		want  string
	}{
		"by password": {
			driver.Login{Username: "nobody", Password: "1", Protocol: driver.WebDAV},
			`{"username":"nobody","ip":"127.0.0.1","password":"1","public_key":"","protocol":"DAV","keyboard_interactive":"","tls_cert":""}`,
		},
		"by keyboard-interactive": {
			driver.Login{Username: "nobody", Keyboard: true},
			`{"username":"nobody","ip":"127.0.0.1","password":"","public_key":"","protocol":"SSH","keyboard_interactive":"1","tls_cert":""}`,
		},
	} {
		var asked string
		site := newSite(t, service(t, driver.ExternalAuth, func(_ http.ResponseWriter, r *http.Request) { asked = body(r) }), 0)
		mustLetIn(t, site, test.login, "")
		if asked != test.want {
			t.Errorf("%s: asked %s, want %s", name, asked, test.want)
		}
	}
}

func TestExternalAuthHTTP(t *testing.T) {
	t.Parallel()
	const user = `{"username":"alice","status":1,"permissions":{"/":["*"]}}`
	blanks := strings.Repeat(" ", 1<<20)
	tests := map[string]struct {
		response

		in string
	}{
		"a user":               {response{200, user}, "alice"},
		"a user, created":      {response{201, user}, ""},
		"a user, and 401":      {response{401, user}, ""},
		"a user, and 500":      {response{500, user}, ""},
		"no name":              {response{200, `{"username":""}`}, ""},
		"nothing":              {response{200, ""}, "alice"},
		"a line end":           {response{200, "\n"}, "alice"},
		"nothing, 204":         {response{204, ""}, ""},
		"nothing, 401":         {response{401, ""}, ""},
		"garbage":              {response{200, "<html>"}, ""},
		"bytes after it":       {response{200, user + "x"}, ""},
		"blanks after it":      {response{200, user + blanks}, "alice"},
		"more than a megabyte": {response{200, blanks + user}, ""},
	}
	all := map[string]response{}
	for name, test := range tests {
		all[name] = test.response
	}
	d := start(t, responses(t, driver.ExternalAuth, "password", all), 0)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			mustLetIn(t, enter(t, d, alice()), byPassword("alice", name), test.in)
		})
	}
}

// TestExternalAuthAtOnce is for the race detector.
func TestExternalAuthAtOnce(t *testing.T) {
	t.Parallel()
	site := newSite(t, script(driver.ExternalAuth, sameUser), 0, alice())
	var logins sync.WaitGroup
	for n := range 8 {
		logins.Go(func() {
			mustLetIn(t, site, byPassword("alice", fmt.Sprint(n)), "alice")
			if _, err := site.UserRecord(t.Context(), "alice"); err != nil {
				t.Error(err)
			}
		})
	}
	logins.Wait()
}

func TestProgramsThatDoNotEnd(t *testing.T) {
	t.Parallel()
	const given = time.Second // in which a shell has surely started its child
	for name, test := range map[string]struct {
		script          string
		in              string
		atLeast, atMost time.Duration
	}{
		"it is killed": {sameUser + "; exec tail -f /dev/null", "", given, long},
		// SFTPGo waits for whoever holds standard output, and for nobody else.
		"a child of it holds its output": {"sleep 1 & " + sameUser, "alice", time.Second, long},
		"and it is killed meanwhile":     {"sleep 2 & exec tail -f /dev/null >&2", "", 2 * time.Second, long},
		"a child of it holds its errors": {"sleep 60 >/dev/null & " + sameUser, "alice", 0, long},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			timeout := given
			if test.in != "" {
				timeout = long
			}
			site := newSite(t, script(driver.ExternalAuth, test.script), timeout, alice())
			result := mustLetIn(t, site, byPassword("alice", "1234567"), test.in)
			if result.Took < test.atLeast || result.Took > test.atMost {
				t.Errorf("took %s, want %s to %s", result.Took, test.atLeast, test.atMost)
			}
		})
	}
}

func TestWritten(t *testing.T) {
	t.Parallel()
	site := newSite(t, script(driver.ExternalAuth, "echo one >&2; echo two >&2; exit 1"), 0, alice())
	mustLetIn(t, site, byPassword("alice", "1"), "")
	if wrote, err := site.Written(t.Context()); err != nil || wrote != "one\ntwo\n" {
		t.Errorf("wrote %q, %v", wrote, err)
	}
}
