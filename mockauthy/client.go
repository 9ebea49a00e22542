package mockauthy

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"sync"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/guard"
)

// Client makes a client that reaches the server without a port, whatever host a
// URL names: a program that has https://api.authy.com compiled in can be given
// it, or its Transport. It speaks HTTP as over a socket, so that it meets the
// same faults; a connection lasts for one request. As of any client, the bodies
// of answers have to be closed.
func (s *Server) Client() *http.Client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		near, far := net.Pipe()
		s.serveOne(far)
		return near, nil
	}
	return &http.Client{Transport: &http.Transport{
		DialContext:       dial,
		DialTLSContext:    dial, // where a URL says https, nobody wants a certificate
		DisableKeepAlives: true, // so nothing is left that would have to be closed
	}}
}

// serveOne serves one connection, by net/http's own server.
func (s *Server) serveOne(conn net.Conn) {
	server := &http.Server{ //nolint:gosec // no timeouts: the client is this process
		Handler:     s,
		ErrorLog:    log.New(io.Discard, "", 0),
		BaseContext: func(net.Listener) context.Context { return guard.InProcess(context.Background()) },
	}
	_ = server.Serve(&oneConn{conn: conn}) // ends at once: the connection goes on in a goroutine of its own
}

// oneConn is a listener that accepts one connection.
type oneConn struct {
	conn net.Conn
	once sync.Once
}

// Accept implements [net.Listener].
func (l *oneConn) Accept() (conn net.Conn, err error) {
	err = net.ErrClosed
	l.once.Do(func() { conn, err = l.conn, nil })
	return conn, err
}

// Close implements [net.Listener]. The connection outlives it.
func (*oneConn) Close() error { return nil }

// Addr implements [net.Listener].
func (l *oneConn) Addr() net.Addr { return l.conn.LocalAddr() }
