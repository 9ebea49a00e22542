package hooks_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// soon gives a front 200 ms.
func soon(_ *hooks.Decider, o *hooks.HandlerOptions) { o.Deadline = 200 * time.Millisecond }

// TestHandlerDeadline holds the deadline against whatever blocks.
func TestHandlerDeadline(t *testing.T) {
	t.Parallel()
	for path, right := range paths {
		for name, test := range map[string]struct {
			verify    func(release chan struct{}) func(context.Context, hooks.AuthyID, hooks.Token) error
			directory bool
			body      bool
		}{
			"verifier": {verify: func(chan struct{}) func(context.Context, hooks.AuthyID, hooks.Token) error {
				return func(ctx context.Context, _ hooks.AuthyID, _ hooks.Token) error { <-ctx.Done(); return nil } // too late
			}},
			"deaf verifier": {verify: func(release chan struct{}) func(context.Context, hooks.AuthyID, hooks.Token) error {
				return func(context.Context, hooks.AuthyID, hooks.Token) error { <-release; return nil }
			}},
			"directory": {directory: true},
			"body":      {body: true},
		} {
			synctest.Test(t, func(t *testing.T) {
				release := make(chan struct{})
				verifier := accepting()
				if test.verify != nil {
					verifier.verify = test.verify(release)
				}
				f := newFront(verifier, soon, func(d *hooks.Decider, _ *hooks.HandlerOptions) {
					if test.directory {
						d.Directory = blockedDirectory(release)
					}
				})
				start := time.Now()
				o := post(f, path, right.body, func(r *http.Request) {
					if test.body {
						r.Body = io.NopCloser(slowBody{release})
					}
				})
				if took := time.Since(start); took != 200*time.Millisecond {
					t.Errorf("%s at %s: took %v", name, path, took)
				}
				mustDenyHTTP(t, right.hook, o, http.StatusForbidden)
				if !strings.Contains(f.log.String(), "the deadline passed") || f.observed()[0].Reason != "timeout" {
					t.Errorf("%s at %s: %v\n%s", name, path, f.observed(), f.log.String())
				}
				close(release)
				synctest.Wait()
			})
		}
	}
}

func TestHandlerSurvivesPanics(t *testing.T) {
	t.Parallel()
	for name, verify := range map[string]func(context.Context, hooks.AuthyID, hooks.Token) error{
		"panic":  func(_ context.Context, _ hooks.AuthyID, token hooks.Token) error { panic(token.Reveal() + canaryKey) },
		"Goexit": func(context.Context, hooks.AuthyID, hooks.Token) error { runtime.Goexit(); return nil },
	} {
		for path, right := range paths {
			f := newFront(&fakeVerifier{verify: verify})
			mustDenyHTTP(t, right.hook, post(f, path, right.body), http.StatusForbidden)
			if got := f.observed(); len(got) != 1 || got[0].Reason != "internal" {
				t.Errorf("%s at %s: %v", name, path, got)
			}
			noSecrets(t, "log", f.log.String())
		}
	}
	for path, right := range paths {
		f := newFront(accepting(), func(d *hooks.Decider, _ *hooks.HandlerOptions) { *d = hooks.Decider{} })
		mustDenyHTTP(t, right.hook, post(f, path, right.body), http.StatusForbidden)
	}
}

// TestHandlerDenyAfter holds that the time tells of no unknown user.
func TestHandlerDenyAfter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		later := func(d *hooks.Decider, _ *hooks.HandlerOptions) { d.DenyAfter = time.Second }
		for path, right := range paths {
			for _, body := range []string{right.body, strings.ReplaceAll(strings.ReplaceAll(right.body, "alice", "bob"), "authy_id", "x")} {
				start := time.Now()
				mustDenyHTTP(t, right.hook, post(newFront(refusing(), later), path, body), http.StatusForbidden)
				if took := time.Since(start); took != time.Second {
					t.Errorf("%s: took %v", path, took)
				}
			}
		}
	})
}

// TestHandlerHostileNames holds that no name forges a line or steers a terminal.
func TestHandlerHostileNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{`a\nmsg=\"login accepted\"`, `a\u001b[2J`, `a\u202egpj`, `a\u007f`, strings.Repeat("n", 100_000)} {
		for path, right := range paths {
			f := newFront(refusing())
			post(f, path, strings.ReplaceAll(strings.ReplaceAll(right.body, "alice", name), "d4a1", name))
			log := f.log.String()
			if strings.Count(log, "\n") != 1 || strings.ContainsAny(log, "\x1b\x7f\u202e") || len(log) > 2000 || strings.Contains(log, `msg="login accepted"`) {
				t.Errorf("%s: log %q", path, log)
			}
		}
	}
}

// TestHandlerBlockedLog holds that a log nobody reads delays logins, stops none,
// and fills no memory.
func TestHandlerBlockedLog(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var waiting atomic.Int32
		f := newFront(onlyCanary(), func(_ *hooks.Decider, o *hooks.HandlerOptions) {
			o.Stderr = writerFunc(func(p []byte) (int, error) {
				waiting.Add(1)
				<-release
				return len(p), nil
			})
		})
		for range 3 {
			var group sync.WaitGroup
			for range 100 {
				group.Go(func() {
					start := time.Now()
					mustAcceptHTTP(t, "checkpwd", post(f, hooks.CheckpwdPath, checkpwdBody))
					if took := time.Since(start); took != hooks.Patience {
						t.Errorf("took %v", took)
					}
				})
			}
			group.Wait()
		}
		synctest.Wait()
		if n := waiting.Load(); n != hooks.MaxLogWriters {
			t.Errorf("%d lines wait for the log", n)
		}
		close(release)
		synctest.Wait()
	})
}

// TestHandlerBusy holds that what is too much is denied at once, and that the
// place is free again afterwards.
func TestHandlerBusy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		verifier := &fakeVerifier{verify: func(context.Context, hooks.AuthyID, hooks.Token) error { <-release; return nil }}
		f := newFront(verifier)
		var group sync.WaitGroup
		for range hooks.MaxLogins {
			group.Go(func() { mustAcceptHTTP(t, "checkpwd", post(f, hooks.CheckpwdPath, checkpwdBody)) })
		}
		synctest.Wait()
		mustDenyHTTP(t, "checkpwd", post(f, hooks.CheckpwdPath, checkpwdBody), http.StatusServiceUnavailable)
		close(release)
		group.Wait()
		synctest.Wait()
		mustAcceptHTTP(t, "checkpwd", post(f, hooks.CheckpwdPath, checkpwdBody))
	})
}

// TestHandlerOnTheWire are clients that net/http/httptest cannot play.
func TestHandlerOnTheWire(t *testing.T) {
	t.Parallel()
	f := newFront(onlyCanary(), soon)
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	head := "POST /checkpwd HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
	for name, test := range map[string]struct {
		sent   string
		status string
	}{
		"whole":            {head + "Content-Length: " + strconv.Itoa(len(checkpwdBody)) + "\r\n\r\n" + checkpwdBody, "200"},
		"body never comes": {head + "Content-Length: 100\r\n\r\n", "403"},
		"half a body":      {head + "Content-Length: 10000\r\n\r\n{\"username\":", "403"},
		"bad chunk":        {head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "400"},
		"expects a nod":    {head + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n", "HTTP/1.1 100"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			start := time.Now()
			if _, err := io.WriteString(conn, test.sent); err != nil {
				t.Fatal(err)
			}
			answer := make([]byte, 1000)
			n, err := conn.Read(answer)
			if line, _, _ := strings.Cut(string(answer[:n]), "\r\n"); err != nil || !strings.Contains(line, test.status) {
				t.Errorf("answer %q, %v", answer[:n], err)
			}
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// TestHandlerHungUp holds that a login whose client has gone bothers Authy no
// longer, and is logged for what it is.
func TestHandlerHungUp(t *testing.T) {
	t.Parallel()
	asked, left := make(chan struct{}), make(chan struct{})
	f := newFront(&fakeVerifier{verify: func(ctx context.Context, _ hooks.AuthyID, _ hooks.Token) error {
		close(asked)
		<-ctx.Done()
		close(left)
		return ctx.Err()
	}})
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	ctx, cancel := context.WithCancel(t.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+hooks.CheckpwdPath, strings.NewReader(checkpwdBody))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	go func() {
		<-asked
		cancel()
	}()
	if _, err := http.DefaultClient.Do(request); err == nil {
		t.Error("there was an answer")
	}
	<-left
	server.Close() // waits for the handler
	if got := f.observed(); len(got) != 1 || got[0].Reason != "hung_up" || !strings.Contains(f.log.String(), "SFTPGo hung up") {
		t.Errorf("%v\n%s", got, f.log.String())
	}
}
