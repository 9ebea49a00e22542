// Package proxy lets a mock Authy stand in the way of a program that has
// https://api.authy.com compiled in: as the HTTP proxy of that program it
// answers for Authy's hosts itself. It never forwards anything, so that a test
// cannot reach the real Authy by mistake, and nobody else can use it as a relay.
package proxy

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authority"
)

// handshakeWithin bounds how long a client may take to shake hands.
const handshakeWithin = 10 * time.Second

// Handler answers requests for a proxy (RFC 9110 section 9.3.6, RFC 9112
// section 3.2.2) and hands all others to next.
//
// The tunnels that CONNECT opens end in the server that serves the connections
// of Tunnels with next: to net/http they are connections like any other, with
// their own time limits and an orderly end.
func Handler(tunnels *Tunnels, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodConnect:
			tunnels.open(w, r)
		case r.URL.Host != "" && !isAuthy(r.URL.Host):
			refuse(w, r.URL.Host)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func refuse(w http.ResponseWriter, host string) {
	http.Error(w, fmt.Sprintf("mockauthy: this proxy answers for %s only, not for %s, and forwards nothing",
		strings.Join(authority.Hosts(), " and "), host), http.StatusForbidden)
}

// isAuthy tells whether a host, with or without a port, is one of Authy's.
func isAuthy(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return slices.Contains(authority.Hosts(), strings.ToLower(host))
}

// Tunnels is a [net.Listener]: what it accepts are the far ends of tunnels, with
// the TLS of the client already in them.
type Tunnels struct {
	tls     *tls.Config
	address net.Addr
	opened  chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

// NewTunnels makes tunnels that end in a server with that TLS configuration.
// The address is told where a listener's address is asked for.
func NewTunnels(config *tls.Config, address net.Addr) *Tunnels {
	return &Tunnels{tls: config, address: address, opened: make(chan net.Conn), closed: make(chan struct{})}
}

// open answers CONNECT. A client that goes on with plain HTTP instead of TLS, as
// some do for http URLs behind a proxy, is understood too.
func (t *Tunnels) open(w http.ResponseWriter, r *http.Request) {
	if !isAuthy(r.Host) {
		refuse(w, r.Host)
		return
	}
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, "mockauthy: CONNECT needs HTTP/1.1 over a connection", http.StatusHTTPVersionNotSupported)
		return
	}
	far, err := t.shake(r.Context(), conn, buffered.Reader)
	if err != nil {
		_ = conn.Close() // the client has broken off, and knows
		return
	}
	select {
	case t.opened <- far:
	case <-t.closed:
		_ = far.Close() // nobody is there any more who could serve it
	}
}

// shake says that the tunnel stands, and finds out what comes through it.
func (t *Tunnels) shake(ctx context.Context, conn net.Conn, early *bufio.Reader) (net.Conn, error) {
	if err := conn.SetDeadline(time.Now().Add(handshakeWithin)); err != nil {
		return nil, err
	}
	if _, err := conn.Write([]byte("HTTP/1.1 200 Connection established\r\n\r\n")); err != nil {
		return nil, err
	}
	far := net.Conn(peeked{Conn: conn, r: early})
	const tlsHandshake = 0x16 // ContentType handshake (RFC 8446 section 5.1)
	first, err := early.Peek(1)
	if err != nil {
		return nil, err
	}
	if first[0] == tlsHandshake {
		secured := tls.Server(far, t.tls)
		if err := secured.HandshakeContext(ctx); err != nil {
			return nil, err
		}
		far = secured
	}
	return far, conn.SetDeadline(time.Time{})
}

// Accept implements [net.Listener].
func (t *Tunnels) Accept() (net.Conn, error) {
	select {
	case conn := <-t.opened:
		return conn, nil
	case <-t.closed:
		return nil, net.ErrClosed
	}
}

// Close implements [net.Listener].
func (t *Tunnels) Close() error {
	err := errors.New("already closed")
	t.once.Do(func() { close(t.closed); err = nil })
	return err
}

// Addr implements [net.Listener].
func (t *Tunnels) Addr() net.Addr { return t.address }

// peeked is a connection of which some bytes have been read into a buffer.
type peeked struct {
	net.Conn
	r *bufio.Reader
}

func (p peeked) Read(b []byte) (int, error) { return p.r.Read(b) }
