package hooks_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

func TestProgramsAccept(t *testing.T) {
	t.Parallel()
	for _, p := range programs() {
		server := newAuthy(t, answering(200, goodAnswer))
		mustAccept(t, p, logIn(p, settings(t, server.URL)))
		requests := server.seen()
		if len(requests) != 1 || requests[0].RequestURI != "/protected/json/verify/"+canaryToken+"/1001?force=true" {
			t.Errorf("%s: %d requests", p.Name(), len(requests))
		}
	}
}

func TestExtauthSources(t *testing.T) {
	t.Parallel()
	p := hooks.Extauth()
	for users, want := range map[string]string{"alice,2002\n": "2002 ", "bob,2002\n": aliceID + " "} {
		verifier := accepting()
		environ := settings(t, "http://127.0.0.1:1", "AUTHY_USERS_FILE="+writeFile(t, "users.csv", users, 0o600))
		mustAccept(t, p, logIn(p.WithVerifier(verifier), environ))
		if asked := verifier.seen(); len(asked) != 1 || asked[0] != want+canaryToken {
			t.Errorf("users file %q: asked %q", users, asked)
		}
	}
}

// TestProgramsFailClosed runs each program in front of each fault, with secrets
// that must stay inside.
func TestProgramsFailClosed(t *testing.T) {
	t.Parallel()
	raw := func(answer string) func(*testing.T) string {
		return func(t *testing.T) string {
			t.Helper()
			url, _ := rawServer(t, func(connection net.Conn) {
				defer connection.Close()
				request := readRequest(connection)
				_, _ = io.WriteString(connection, strings.ReplaceAll(answer, "REQUEST", request))
			})
			return url
		}
	}
	answers := func(status int, body string) func(*testing.T) string {
		return func(t *testing.T) string {
			t.Helper()
			return newAuthy(t, answering(status, body)).URL
		}
	}
	redirect := func(t *testing.T) string {
		t.Helper()
		other := newAuthy(t, answering(200, goodAnswer))
		t.Cleanup(func() {
			if n := len(other.seen()); n != 0 {
				t.Errorf("the target of the redirect got %d requests", n)
			}
		})
		return newAuthy(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL+r.URL.String(), http.StatusTemporaryRedirect)
		}).URL
	}
	for name, fault := range map[string]struct {
		url    func(*testing.T) string
		reason string
	}{
		"nobody listens": {func(*testing.T) string { return "http://127.0.0.1:1" }, "no answer from Authy: connection refused"},
		"no such host":   {func(*testing.T) string { return "https://name.invalid" }, "cannot be resolved"},
		"untrusted": {func(t *testing.T) string {
			t.Helper()
			return newTLSAuthy(t, answering(200, goodAnswer)).URL
		}, "not trusted"},
		"closes":            {raw(""), "did not carry HTTP"},
		"echoes":            {raw("REQUEST"), "did not carry HTTP"},
		"echoes in a body":  {raw("HTTP/1.1 400 Bad\r\n\r\nREQUEST"), "HTTP status 400"},
		"echoes in status":  {raw("HTTP/1.1 REQUEST"), "no answer from Authy"},
		"breaks off":        {raw("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + goodAnswer), "it broke off"},
		"redirects":         {redirect, "HTTP status 307"},
		"wrong token":       {answers(401, `{"message":"Token is invalid","token":"is invalid","success":false,"error_code":"60020"}`), "wrong token (HTTP status 401, error code 60020)"},
		"wrong key":         {answers(401, `{"error_code":"60001","message":"Invalid API key `+canaryKey+`"}`), "the API key was refused"},
		"rate limit":        {answers(429, `{"error_code":"60003"}`), "too many attempts"},
		"unavailable":       {answers(503, "<html>down</html>"), "HTTP status 503"},
		"right with 500":    {answers(500, goodAnswer), "HTTP status 500"},
		"no JSON":           {answers(200, "is valid"), "proves nothing"},
		"empty":             {answers(200, ""), "proves nothing"},
		"empty token":       {answers(200, `{"token":"","success":"true"}`), "without a valid token"},
		"too long":          {answers(200, goodAnswer+strings.Repeat(" ", 10<<20)), "longer than 65536 bytes"},
		"message to forge":  {answers(401, `{"message":"\n\u001b[2Jlevel=INFO msg=\"login accepted\"","error_code":"60020"}`), "wrong token"},
		"code to forge":     {answers(401, `{"error_code":"6\n002"}`), "HTTP status 401"},
		"unconfirmed users": {answers(200, `{"message":"Token is valid.","success":"true"}`), "without a valid token"},
	} {
		for _, p := range programs() {
			log := filepath.Join(t.TempDir(), "hook.log")
			url := fault.url(t)
			mustDeny(t, p, logIn(p, settings(t, url)), hooks.ExitDenied, fault.reason)
			o := logIn(p, settings(t, url, "AUTHY_LOG_FILE="+log))
			if o.stderr != "" {
				t.Errorf("stderr besides the log file: %s", o.stderr)
			}
			text, err := os.ReadFile(log)
			if err != nil {
				t.Fatal(err)
			}
			o.stderr = string(text)
			mustDeny(t, p, o, hooks.ExitDenied, fault.reason)
			if t.Failed() {
				t.Fatalf("%s: %s", p.Name(), name)
			}
		}
	}
}

// TestProgramsUnknownUsers are the logins of users who are not to be let in
// whatever Authy says: nothing leaves for them.
func TestProgramsUnknownUsers(t *testing.T) {
	t.Parallel()
	server := newAuthy(t, answering(200, goodAnswer))
	for _, p := range programs() {
		for _, user := range []string{"", "Alice", "ALICE", "alice ", "bob", "../alice", "alice,1001", "alice\x00"} {
			environ := append(settings(t, server.URL), loginOf(p.Name())...)
			environ = append(environ, "SFTPGO_AUTHD_USERNAME="+user) // the last one counts
			var o outcome
			if p.Name() == "keyint" {
				o = (&client{answers: []string{"OK\n", canaryToken + "\n"}}).talk(p, environ)
			} else {
				o = run(p, environ)
			}
			mustDeny(t, p, o, hooks.ExitDenied, "")
		}
	}
	if n := len(server.seen()); n != 0 {
		t.Errorf("%d requests left", n)
	}
}

// TestProgramsTokenShapes holds, with a server as witness, that nothing but a
// token ever leaves.
func TestProgramsTokenShapes(t *testing.T) {
	t.Parallel()
	server := newAuthy(t, answering(200, goodAnswer))
	for _, text := range notTokens {
		if len(text) > 100<<10 {
			text = text[:100<<10]
		}
		for _, p := range []hooks.Program{hooks.Extauth(), hooks.Checkpwd()} {
			if p.Name() == "checkpwd" && isDecimal(text) && len(text) > 7 {
				continue // a password of digits followed by a token
			}
			environ := append(settings(t, server.URL), loginOf(p.Name())...)
			mustDeny(t, p, run(p, append(environ, "SFTPGO_AUTHD_PASSWORD="+text)), hooks.ExitDenied, "")
		}
		if !strings.Contains(text, "\n") {
			p := hooks.Keyint()
			environ := append(settings(t, server.URL), loginOf("keyint")...)
			mustDeny(t, p, (&client{answers: []string{"OK\n", text + "\n"}}).talk(p, environ), hooks.ExitDenied, "")
		}
	}
	if requests := server.seen(); len(requests) != 0 {
		t.Errorf("%d requests left, such as %s", len(requests), requests[0].RequestURI)
	}
}

// TestProgramsInParallel uses one token in many logins at once. Whether it is
// used up is for Authy to say; each program has to ask, and to ask once.
func TestProgramsInParallel(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	used := false
	server := newAuthy(t, func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if used {
			answering(401, `{"error_code":"60019","success":false}`)(w, nil)
			return
		}
		used = true
		answering(200, goodAnswer)(w, nil)
	})
	environ := settings(t, server.URL)
	accepted := make(chan string, 60)
	var group sync.WaitGroup
	for i := range cap(accepted) {
		group.Go(func() {
			p := programs()[i%3]
			if o := logIn(p, environ); sftpgoLetsIn(p.Name(), o) {
				accepted <- p.Name()
			}
		})
	}
	group.Wait()
	if len(accepted) != 1 {
		t.Errorf("one token let in %d logins", len(accepted))
	}
	if n := len(server.seen()); n != cap(accepted) {
		t.Errorf("%d requests for %d logins", n, cap(accepted))
	}
}

func TestErrorsAreDistinct(t *testing.T) {
	t.Parallel()
	all := []error{
		hooks.ErrTokenFormat, hooks.ErrTokenWrong, hooks.ErrTokenUsed, hooks.ErrIDUnknown, hooks.ErrRateLimited, hooks.ErrKeyRefused,
		hooks.ErrUnexpectedStatus, hooks.ErrMalformedAnswer, hooks.ErrUnreachable, hooks.ErrTimeout, hooks.ErrNoAuthyID, hooks.ErrNoSecret, hooks.ErrState,
	}
	for i, a := range all {
		for j, b := range all {
			if errors.Is(a, b) != (i == j) || fmt.Sprint(a) == fmt.Sprint(b) && i != j {
				t.Errorf("%v and %v", a, b)
			}
		}
	}
}
