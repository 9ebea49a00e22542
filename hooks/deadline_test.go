package hooks_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

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
			url     func(*testing.T) string
		}{
			"silent server": {p, func(t *testing.T) string {
				t.Helper()
				url, _ := rawServer(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
				return url
			}},
			"slow body": {p, func(t *testing.T) string {
				t.Helper()
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
			"right after the deadline": {p, func(t *testing.T) string {
				t.Helper()
				return newAuthy(t, func(w http.ResponseWriter, r *http.Request) {
					<-r.Context().Done()
					_, _ = io.WriteString(w, goodAnswer)
				}).URL
			}},
			"verifier ignores the deadline": {p.WithVerifier(deaf), func(*testing.T) string { return "http://127.0.0.1:1" }},
			"directory blocks":              {p.WithDirectory(blockedDirectory(release)), func(*testing.T) string { return "http://127.0.0.1:1" }},
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

func (b blockedDirectory) Find(context.Context, hooks.Account) (hooks.Enrolment, error) {
	<-b
	return hooks.Enrolment{AuthyID: aliceID}, nil
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
		for _, broken := range []hooks.Program{p.Undecided(nil), p.Undecided(hooks.CheckPasswordAnswer{}), p.Undecided(hooks.KeyboardInteractiveAnswer{Question: "x"})} {
			mustDeny(t, broken, logIn(broken, settings(t, "http://127.0.0.1:1")), hooks.ExitDenied, "no decision was taken")
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
