package front_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/front"
)

// within bounds what must happen at once; a test that waits so long has failed.
const within = 10 * time.Second

// patient are limits that no test reaches.
func patient() front.Limits {
	return front.Limits{Header: time.Minute, Request: time.Minute, Idle: time.Minute, Grace: within}
}

// rig is a mock with all ways in.
type rig struct {
	plain, secure string // addresses
	trusted       *x509.CertPool
	log           *logged
	stop          context.CancelFunc
	stopped       <-chan error // what Serve has come to
}

// serve starts a front before the handler, or before a mock if that is nil. The
// test ends when it has stopped.
func serve(t *testing.T, handler http.Handler, limits front.Limits) *rig {
	t.Helper()
	f, mock := newFront(t)
	if handler != nil {
		f.Handler = handler
	}
	f.Limits = limits
	return start(t, f, mock)
}

// start serves a front. Clients trust the mock.
func start(t *testing.T, f front.Front, mock *mockauthy.Server) *rig {
	t.Helper()
	r := &rig{plain: f.Plain.Addr().String(), trusted: x509.NewCertPool(), log: new(logged)}
	r.trusted.AppendCertsFromPEM(mock.CA())
	f.Log = slog.New(slog.NewTextHandler(r.log, nil))
	if f.Secure != nil {
		r.secure = f.Secure.Addr().String()
	}
	ctx, stop := context.WithCancel(t.Context())
	r.stop = stop
	stopped := make(chan error, 1)
	r.stopped = stopped
	done := make(chan struct{})
	go func() {
		defer close(done)
		stopped <- f.Serve(ctx)
	}()
	t.Cleanup(func() {
		stop()
		wait(t, "the front to stop", done)
	})
	return r
}

// newFront is a front before a mock, with listeners of its own.
func newFront(t *testing.T) (front.Front, *mockauthy.Server) {
	t.Helper()
	mock := mockauthy.ForTest(t)
	return front.Front{
		Handler: mock, Plain: listen(t), Secure: listen(t), TLS: mock.TLS(),
		Log: slog.New(slog.DiscardHandler), Limits: patient(),
	}, mock
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func wait[T any](t *testing.T, what string, c <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-c:
	case <-time.After(within):
		t.Fatalf("waited in vain for %s", what)
	}
	return v
}

// logged is what a front has logged.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// viaProxy is a client with the mock as its proxy.
func (r *rig) viaProxy(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{
		Proxy:           http.ProxyURL(&url.URL{Scheme: "http", Host: r.plain}),
		TLSClientConfig: &tls.Config{RootCAs: r.trusted},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: within}
}

// viaAlias is a client to which every host is the mock.
func (r *rig) viaAlias(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: r.trusted},
		ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, r.secure)
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: within}
}

// conn is a connection on which a test writes what it likes.
type conn struct {
	net.Conn
	r *bufio.Reader
}

func (r *rig) dial(t *testing.T) *conn {
	t.Helper()
	return dial(t, r.plain)
}

func dial(t *testing.T, address string) *conn {
	t.Helper()
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return newConn(t, c)
}

func newConn(t *testing.T, c net.Conn) *conn {
	t.Helper()
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(within))
	return &conn{Conn: c, r: bufio.NewReader(c)}
}

func (c *conn) Read(b []byte) (int, error) { return c.r.Read(b) }

func (c *conn) send(t *testing.T, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

// answer reads the answer to a request that had the method.
func (c *conn) answer(t *testing.T, method string) (status int, body string) {
	t.Helper()
	response, err := http.ReadResponse(c.r, &http.Request{Method: method})
	if err != nil {
		t.Fatalf("no answer: %v", err)
	}
	defer response.Body.Close()
	if method == http.MethodConnect && response.StatusCode == http.StatusOK {
		return response.StatusCode, "" // what follows is in the tunnel
	}
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(raw)
}

// tunnel opens a tunnel to an authority.
func (r *rig) tunnel(t *testing.T, authority string) *conn {
	t.Helper()
	c := r.dial(t)
	c.send(t, fmt.Sprintf("CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", authority, authority))
	if status, body := c.answer(t, http.MethodConnect); status != http.StatusOK {
		t.Fatalf("CONNECT %s: %d %s", authority, status, body)
	}
	return c
}

// closed fails the test unless the other side closes the connection.
func (c *conn) closed(t *testing.T) {
	t.Helper()
	if rest, err := io.ReadAll(c); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("still open, after %q", rest)
	}
}
