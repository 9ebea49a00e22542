package hooks_test

import (
	"bufio"
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// fakeVerifier is a [hooks.Verifier] that a test steers and looks into.
type fakeVerifier struct {
	verify func(ctx context.Context, id hooks.AuthyID, token hooks.Token) error

	mu    sync.Mutex
	calls []string
}

func (f *fakeVerifier) Verify(ctx context.Context, id hooks.AuthyID, token hooks.Token) error {
	f.mu.Lock()
	f.calls = append(f.calls, string(id)+" "+token.Reveal())
	f.mu.Unlock()
	return f.verify(ctx, id, token)
}

func (f *fakeVerifier) seen() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.calls...)
}

func accepting() *fakeVerifier {
	return &fakeVerifier{verify: func(context.Context, hooks.AuthyID, hooks.Token) error { return nil }}
}

func refusing() *fakeVerifier {
	return &fakeVerifier{verify: func(context.Context, hooks.AuthyID, hooks.Token) error { return hooks.ErrTokenWrong }}
}

// onlyCanary accepts the canary token of alice and nothing else.
func onlyCanary() *fakeVerifier {
	return &fakeVerifier{verify: func(_ context.Context, id hooks.AuthyID, token hooks.Token) error {
		if id != aliceID || token.Reveal() != canaryToken {
			return hooks.ErrTokenWrong
		}
		return nil
	}}
}

// authy is an HTTP server in the place of Authy that remembers its requests.
type authy struct {
	*httptest.Server
	mu       sync.Mutex
	requests []*http.Request
}

func newAuthy(tb testing.TB, handler http.HandlerFunc) *authy {
	tb.Helper()
	a := &authy{}
	a.Server = httptest.NewServer(a.record(handler))
	tb.Cleanup(a.Close)
	return a
}

// newTLSAuthy is newAuthy with TLS, and quiet about clients that do not trust it.
func newTLSAuthy(tb testing.TB, handler http.HandlerFunc) *authy {
	tb.Helper()
	a := &authy{}
	a.Server = httptest.NewUnstartedServer(a.record(handler))
	a.Config.ErrorLog = log.New(io.Discard, "", 0)
	a.StartTLS()
	tb.Cleanup(a.Close)
	return a
}

func (a *authy) record(handler http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		a.requests = append(a.requests, r)
		a.mu.Unlock()
		handler(w, r)
	}
}

func (a *authy) seen() []*http.Request {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]*http.Request(nil), a.requests...)
}

// answering is an Authy that always gives the same answer.
func answering(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// rawServer serves connections below HTTP and counts them.
func rawServer(tb testing.TB, serve func(net.Conn)) (url string, connections func() int) {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	var mu sync.Mutex
	var open []net.Conn
	var group sync.WaitGroup
	group.Go(func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, connection)
			mu.Unlock()
			group.Go(func() { serve(connection) })
		}
	})
	tb.Cleanup(func() {
		listener.Close()
		mu.Lock()
		for _, connection := range open {
			connection.Close()
		}
		mu.Unlock()
		group.Wait()
	})
	return "http://" + listener.Addr().String(), func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(open)
	}
}

// readRequest reads the request from a raw connection and returns it as sent.
func readRequest(connection net.Conn) string {
	var text strings.Builder
	lines := bufio.NewScanner(connection)
	for lines.Scan() {
		if lines.Text() == "" {
			break
		}
		text.WriteString(lines.Text() + "\r\n")
	}
	return text.String()
}
