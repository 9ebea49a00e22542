package front_test

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/front"
)

const users = "/mock/v1/users"

// A client that is far away can say whatever it likes in a tunnel: the mock sees
// where the tunnel begins.
func TestControlInTunnels(t *testing.T) {
	t.Parallel()
	ask := func(t *testing.T, c *conn, host string) int {
		t.Helper()
		c.send(t, "GET "+users+" HTTP/1.1\r\nHost: "+host+"\r\n\r\n")
		status, _ := c.answer(t, http.MethodGet)
		return status
	}
	secure := func(t *testing.T, r *rig) *conn {
		t.Helper()
		plain := r.tunnel(t, "api.authy.com:443")
		return newConn(t, tls.Client(plain, &tls.Config{RootCAs: r.trusted, ServerName: "api.authy.com"}))
	}
	for _, test := range []struct {
		peer, host string
		want       int
	}{
		{"127.0.0.1:1", "api.authy.com", http.StatusForbidden},
		{"127.0.0.1:1", "localhost", http.StatusOK},
		{"192.0.2.7:1", "api.authy.com", http.StatusForbidden},
		{"192.0.2.7:1", "localhost", http.StatusForbidden},
	} {
		t.Run(test.peer+" to "+test.host, func(t *testing.T) {
			t.Parallel()
			r := serveFrom(t, test.peer)
			if got := ask(t, r.dial(t), test.host); got != test.want {
				t.Errorf("without a tunnel: %d, want %d", got, test.want)
			}
			if got := ask(t, r.tunnel(t, "api.authy.com:80"), test.host); got != test.want {
				t.Errorf("in a tunnel: %d, want %d", got, test.want)
			}
			if got := ask(t, secure(t, r), test.host); got != test.want {
				t.Errorf("in a tunnel with TLS: %d, want %d", got, test.want)
			}
			// A target that names a host is for a proxy, and wins over the header.
			c := r.dial(t)
			c.send(t, "GET http://api.authy.com"+users+" HTTP/1.1\r\nHost: "+test.host+"\r\n\r\n")
			if got, _ := c.answer(t, http.MethodGet); got != http.StatusForbidden {
				t.Errorf("as of a proxy: %d, want %d", got, http.StatusForbidden)
			}
		})
	}
}

// serveFrom is serve with a mock on loopback, to which all connections come from
// a peer.
func serveFrom(t *testing.T, peer string) *rig {
	t.Helper()
	f, _ := newFront(t)
	_ = f.Secure.Close()
	mock := mockauthy.ForTest(t, mockauthy.WithControlOnLoopback())
	f.Handler, f.TLS = mock, mock.TLS()
	addr, err := net.ResolveTCPAddr("tcp", peer)
	if err != nil {
		t.Fatal(err)
	}
	f.Plain, f.Secure = fromPeer{f.Plain, addr}, nil
	return start(t, f, mock)
}

// fromPeer is a listener whose connections are from a peer.
type fromPeer struct {
	net.Listener
	peer net.Addr
}

func (l fromPeer) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return peerConn{c, l.peer}, err
}

type peerConn struct {
	net.Conn
	peer net.Addr
}

func (c peerConn) RemoteAddr() net.Addr { return c.peer }

// The listener of the control API has that and nothing else: it is no proxy.
func TestControlListener(t *testing.T) {
	t.Parallel()
	f, mock := newFront(t)
	f.Handler, f.Control, f.ControlHandler = mock.Authy(), listen(t), mock.Control()
	at := f.Control.Addr().String()
	r := start(t, f, mock)
	for name, test := range map[string]struct {
		address, request, method string
		want                     int
	}{
		"control":              {at, "GET " + users, http.MethodGet, http.StatusOK},
		"not on the plain one": {r.plain, "GET " + users, http.MethodGet, http.StatusNotFound},
		"Authy":                {at, "GET " + details, http.MethodGet, http.StatusNotFound},
		"no tunnel":            {at, "CONNECT api.authy.com:443", http.MethodConnect, http.StatusNotFound},
		"no proxy":             {at, "GET http://api.authy.com" + details, http.MethodGet, http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, test.address)
			c.send(t, test.request+" HTTP/1.1\r\nHost: localhost\r\n\r\n")
			if got, body := c.answer(t, test.method); got != test.want {
				t.Errorf("%d %s, want %d", got, body, test.want)
			}
		})
	}
}

// It has the limits of all others.
func TestControlListenerLimits(t *testing.T) {
	t.Parallel()
	f, mock := newFront(t)
	f.Control, f.ControlHandler = listen(t), mock.Control()
	f.Limits.Header = 20 * time.Millisecond
	at := f.Control.Addr().String()
	start(t, f, mock)
	dial(t, at).closed(t) // that says nothing
}

// It has as many connections as the others together: a full house leaves it open.
func TestControlListenerIsNotFull(t *testing.T) {
	t.Parallel()
	f, _ := newFront(t)
	h, c := newHeld(), newHeld()
	f.Handler, f.Control, f.ControlHandler, f.Limits.Connections = h, listen(t), c, 1
	at := f.Control.Addr().String()
	r := start(t, f, mockauthy.ForTest(t))
	full := r.dial(t)
	full.send(t, asked)
	wait(t, "the request", h.arrived)
	first, next := dial(t, at), dial(t, at)
	first.send(t, asked)
	wait(t, "the request of the control API", c.arrived)
	next.send(t, asked)
	select {
	case <-c.arrived:
		t.Error("a second connection was let in")
	case <-time.After(50 * time.Millisecond):
	}
	close(c.letGo)
	if status, _ := first.answer(t, http.MethodGet); status != http.StatusOK {
		t.Errorf("status %d", status)
	}
	_ = first.Close()
	wait(t, "the request of who has waited", c.arrived)
	close(h.letGo)
}

// With the others it stops, and one that fails ends them.
func TestControlListenerStops(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(f front.Front, stop context.CancelFunc){
		"told to":                    func(_ front.Front, stop context.CancelFunc) { stop() },
		"the control listener fails": func(f front.Front, _ context.CancelFunc) { _ = f.Control.Close() },
		"the plain listener fails":   func(f front.Front, _ context.CancelFunc) { _ = f.Plain.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, _ := newFront(t)
			h := newHeld()
			f.Control, f.ControlHandler, f.Limits.Grace = listen(t), h, 20*time.Millisecond
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			ended := make(chan error, 1)
			go func() { ended <- f.Serve(ctx) }()
			c := dial(t, f.Control.Addr().String())
			c.send(t, asked)
			wait(t, "the request", h.arrived)
			end(f, stop)
			if err := wait(t, "the end", ended); (err == nil) != (name == "told to") {
				t.Errorf("ended by %v", err)
			}
			_ = wait(t, "the handler", h.ended)
			c.closed(t)
			if err := f.Control.Close(); err == nil {
				t.Error("the listener was left open")
			}
		})
	}
}
