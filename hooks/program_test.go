package hooks_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

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
	raw := func(answer string) func(testing.TB) string {
		return func(t testing.TB) string {
			url, _ := rawServer(t, func(connection net.Conn) {
				defer connection.Close()
				request := readRequest(connection)
				_, _ = io.WriteString(connection, strings.ReplaceAll(answer, "REQUEST", request))
			})
			return url
		}
	}
	answers := func(status int, body string) func(testing.TB) string {
		return func(t testing.TB) string { return newAuthy(t, answering(status, body)).URL }
	}
	redirect := func(t testing.TB) string {
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
		url    func(testing.TB) string
		reason string
	}{
		"nobody listens":    {func(testing.TB) string { return "http://127.0.0.1:1" }, "no answer from Authy: connection refused"},
		"no such host":      {func(testing.TB) string { return "https://name.invalid" }, "cannot be resolved"},
		"untrusted":         {func(t testing.TB) string { return newTLSAuthy(t, answering(200, goodAnswer)).URL }, "not trusted"},
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

// TestProgramsDeadline measures the whole program against whatever blocks.
func TestProgramsDeadline(t *testing.T) {
	t.Parallel()
	const deadline = 200 * time.Millisecond
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	deaf := &fakeVerifier{verify: func(context.Context, hooks.AuthyID, hooks.Token) error { <-release; return nil }}
	for _, p := range programs() {
		for name, test := range map[string]struct {
			program hooks.Program
			url     func(testing.TB) string
		}{
			"silent server": {p, func(t testing.TB) string {
				url, _ := rawServer(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
				return url
			}},
			"slow body": {p, func(t testing.TB) string {
				return newAuthy(t, func(w http.ResponseWriter, r *http.Request) {
					ticker := time.NewTicker(10 * time.Millisecond)
					defer ticker.Stop()
					for r.Context().Err() == nil {
						_, _ = w.Write([]byte(" "))
						w.(http.Flusher).Flush()
						<-ticker.C
					}
				}).URL
			}},
			"right after the deadline": {p, func(t testing.TB) string {
				return newAuthy(t, func(w http.ResponseWriter, r *http.Request) {
					<-r.Context().Done()
					_, _ = io.WriteString(w, goodAnswer)
				}).URL
			}},
			"verifier ignores the deadline": {p.WithVerifier(deaf), func(testing.TB) string { return "http://127.0.0.1:1" }},
			"directory blocks":              {p.WithDirectory(blockedDirectory(release)), func(testing.TB) string { return "http://127.0.0.1:1" }},
		} {
			t.Run(p.Name()+" "+name, func(t *testing.T) {
				t.Parallel()
				o := logIn(test.program, settings(t, test.url(t), "AUTHY_DEADLINE=200ms"))
				mustDeny(t, test.program, o, hooks.ExitDenied, "the deadline passed")
				if o.took < deadline || o.took > deadline+2*time.Second {
					t.Errorf("took %v with a deadline of %v", o.took, deadline)
				}
			})
		}
	}
}

// blockedDirectory is a users file on a dead mount.
type blockedDirectory chan struct{}

func (b blockedDirectory) AuthyID(context.Context, hooks.Account) (hooks.AuthyID, error) {
	<-b
	return aliceID, nil
}

// TestProgramsBlockedOutput holds that a full pipe delays the end of the program,
// but not forever, and changes no decision.
func TestProgramsBlockedOutput(t *testing.T) {
	t.Parallel()
	for _, p := range []hooks.Program{hooks.Extauth(), hooks.Checkpwd()} {
		p = p.WithVerifier(onlyCanary())
		environ := append(settings(t, "http://127.0.0.1:1"), loginOf(p.Name())...)
		blocked, unread := io.Pipe()
		t.Cleanup(func() { blocked.Close() })
		t.Run(p.Name()+" log", func(t *testing.T) {
			t.Parallel()
			var stdout lockedBuffer
			start := time.Now()
			code := p.Run(t.Context(), nil, environ, nil, &stdout, unread)
			if code != hooks.ExitAccepted || !sftpgoLetsIn(p.Name(), outcome{stdout: stdout.String()}) {
				t.Errorf("%d, %s", code, stdout.String())
			}
			if took := time.Since(start); took > 2*hooks.Patience {
				t.Errorf("took %v", took)
			}
		})
		t.Run(p.Name()+" answer", func(t *testing.T) {
			t.Parallel()
			var stderr lockedBuffer
			start := time.Now()
			if code := p.Run(t.Context(), nil, environ, nil, unread, &stderr); code != hooks.ExitDenied {
				t.Errorf("exit code %d", code)
			}
			if took := time.Since(start); took > 2*hooks.Patience {
				t.Errorf("took %v", took)
			}
			if !strings.Contains(stderr.String(), "answer not written") {
				t.Errorf("log: %s", stderr.String())
			}
		})
	}
}

func TestProgramsUnwrittenAnswer(t *testing.T) {
	t.Parallel()
	short := writerFunc(func(p []byte) (int, error) { return len(p) - 1, nil })
	for _, p := range []hooks.Program{hooks.Extauth(), hooks.Checkpwd()} {
		for _, stdout := range []io.Writer{brokenWriter{}, short, nil} {
			var stderr lockedBuffer
			environ := append(settings(t, "http://127.0.0.1:1"), loginOf(p.Name())...)
			if code := p.WithVerifier(accepting()).Run(t.Context(), nil, environ, nil, stdout, &stderr); code != hooks.ExitDenied {
				t.Errorf("%s: exit code %d", p.Name(), code)
			}
			noSecrets(t, "log", stderr.String())
		}
		// Started by nobody: the usage error cannot be told.
		if code := p.Run(t.Context(), nil, nil, nil, brokenWriter{}, io.Discard); code != hooks.ExitDenied {
			t.Errorf("%s by hand: exit code %d", p.Name(), code)
		}
	}
}

func TestProgramsSurvivePanics(t *testing.T) {
	t.Parallel()
	for name, verify := range map[string]func(context.Context, hooks.AuthyID, hooks.Token) error{
		"panic":   func(_ context.Context, _ hooks.AuthyID, token hooks.Token) error { panic(token.Reveal() + canaryKey) },
		"nil":     func(context.Context, hooks.AuthyID, hooks.Token) error { panic(nil) },
		"runtime": func(context.Context, hooks.AuthyID, hooks.Token) error { return []error{}[len(canaryKey)] },
		"Goexit":  func(context.Context, hooks.AuthyID, hooks.Token) error { runtime.Goexit(); return nil },
	} {
		for _, p := range programs() {
			p = p.WithVerifier(&fakeVerifier{verify: verify})
			mustDeny(t, p, logIn(p, settings(t, "http://127.0.0.1:1")), hooks.ExitDenied, "internal error")
			if t.Failed() {
				t.Fatalf("%s: %s", p.Name(), name)
			}
		}
	}
	for _, p := range programs() {
		for _, broken := range []hooks.Program{p.WithVerifier(nil), p.WithDirectory(nil)} {
			mustDeny(t, broken, logIn(broken, settings(t, "http://127.0.0.1:1")), hooks.ExitDenied, "internal error")
		}
		broken := p.WithVerifier(&fakeVerifier{verify: func(context.Context, hooks.AuthyID, hooks.Token) error { return errBroken }})
		mustDeny(t, broken, logIn(broken, settings(t, "http://127.0.0.1:1")), hooks.ExitDenied, `reason="directory is down"`)
		// Without standard error there is no log, and still a decision.
		code := p.WithVerifier(refusing()).Run(t.Context(), nil, append(settings(t, "http://127.0.0.1:1"), loginOf(p.Name())...), strings.NewReader(""), io.Discard, nil)
		if code != hooks.ExitDenied {
			t.Errorf("%s without stderr: %d", p.Name(), code)
		}
	}
}

func TestProgramsCanceled(t *testing.T) {
	t.Parallel()
	for _, p := range programs() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		var stdout, stderr lockedBuffer
		code := p.WithVerifier(accepting()).Run(ctx, nil, append(settings(t, "http://127.0.0.1:1"), loginOf(p.Name())...), strings.NewReader("OK\n"), &stdout, &stderr)
		o := outcome{code: code, stdout: stdout.String(), stderr: stderr.String()}
		if code == 0 || sftpgoLetsIn(p.Name(), o) || !strings.HasSuffix(o.stdout, denials[p.Name()]+"\n") {
			t.Errorf("%s: %+v", p.Name(), o)
		}
	}
}

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
	names := []string{"a\nlevel=INFO msg=\"login accepted\" user=root", "a\r\nb", "a\x1b[2J\x1b]0;x\x07", "a\u009b31mb", "a\x7fb", "\x7f", "a\x00b", "a\u202eb\u2066c",
		"a\u2028b\u2029c\u0085d", "a\xffb", "a\u200bb\ufeffc", "a\tb\vc\fd\be", `a" reason="x`, `a\`, "a b=c", "ä", strings.Repeat("x", 128<<10), strings.Repeat("ä", 200), "x" + strings.Repeat("ä", 200), "", "\u00a0", "\U000e0041", "\ue000"}
	for _, name := range names {
		environ := append(settings(t, "http://127.0.0.1:1"), "SFTPGO_AUTHD_USERNAME="+name, "SFTPGO_AUTHD_IP="+name, "SFTPGO_AUTHD_PROTOCOL="+name, "SFTPGO_AUTHD_PASSWORD=x")
		o := run(hooks.Checkpwd(), environ)
		mustDeny(t, hooks.Checkpwd(), o, hooks.ExitDenied, "fixed part is missing")
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
	all := []error{hooks.ErrTokenFormat, hooks.ErrTokenWrong, hooks.ErrTokenUsed, hooks.ErrIDUnknown, hooks.ErrRateLimited, hooks.ErrKeyRefused,
		hooks.ErrUnexpectedStatus, hooks.ErrMalformedAnswer, hooks.ErrUnreachable, hooks.ErrTimeout, hooks.ErrNoAuthyID}
	for i, a := range all {
		for j, b := range all {
			if errors.Is(a, b) != (i == j) || fmt.Sprint(a) == fmt.Sprint(b) && i != j {
				t.Errorf("%v and %v", a, b)
			}
		}
	}
}
