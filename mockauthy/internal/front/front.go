// Package front is how clients reach a mock Authy over the network: by HTTP, by
// HTTPS, and by taking it for their HTTP proxy.
package front

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/proxy"
)

// maxHeader is the largest header that is read, in bytes.
const maxHeader = 64 << 10

// Limits bound how long a client may take, and how many there may be.
type Limits struct {
	// Connections is how many may be open at a time, over Plain and Secure, and as
	// many at Control. Further clients wait until one is closed. 0 is without a
	// bound.
	Connections int
	// Header is until a new connection has shaken hands, if it is by TLS, and
	// again until the header of a request has arrived. It is all that a tunnel
	// has in which the client stays silent.
	Header time.Duration
	// Request is until the body has arrived too.
	Request time.Duration
	// Idle is between two requests of a connection.
	Idle time.Duration
	// Grace is what running requests have once the mock is told to stop.
	Grace time.Duration
}

// DefaultLimits are generous to whoever types requests by hand, and to suites that
// run many clients: 4096 connections with half a header each take 65 MB.
func DefaultLimits() Limits {
	return Limits{Connections: 4096, Header: 10 * time.Second, Request: 30 * time.Second, Idle: 2 * time.Minute, Grace: 5 * time.Second}
}

// Front says what to serve, and where.
type Front struct {
	// Handler answers, whichever way a request came.
	Handler http.Handler
	// Plain is where clients speak HTTP, to the mock itself or to their proxy.
	Plain net.Listener
	// Secure is where clients speak TLS; nil for nowhere.
	Secure net.Listener
	// Control is where ControlHandler answers, and nothing else does; nil for
	// nowhere. It is no proxy.
	Control        net.Listener
	ControlHandler http.Handler
	// TLS is of a server that is Authy to its clients.
	TLS *tls.Config
	// Log is told what went wrong with a connection, such as that a client does
	// not trust the certificate.
	Log *slog.Logger
	// Limits are those of every connection.
	Limits Limits
}

// Close closes the listeners that are open, where nothing is to be served after
// all.
func (f Front) Close() (err error) {
	for _, l := range []net.Listener{f.Plain, f.Secure, f.Control} {
		if l != nil {
			err = errors.Join(err, l.Close())
		}
	}
	return err
}

// Serve answers until ctx ends, and then lets the running requests finish: nil
// if all went well. An error is that of a listener. In either case no listener
// and no connection is left open.
func (f Front) Serve(ctx context.Context) error {
	// A request may wait for a long time, for a fault. Once it has lost its
	// connection, the end of base ends it.
	base, abandon := context.WithCancel(context.WithoutCancel(ctx))
	defer abandon()
	entrance := proxy.New(f.Handler, f.Log)
	// A tunnel is no further connection: it stays within the one it came by.
	g := newGate(f.Limits.Connections)
	// One server for all ways in has one end of all connections. To it a tunnel
	// is one more connection that a listener has accepted.
	server := f.server(base, entrance)
	servers := []*http.Server{server}
	ways := []func() error{
		func() error { return server.Serve(g.before(f.Plain)) },
		func() error { return server.Serve(entrance.Plain()) },
		func() error { return server.ServeTLS(entrance.Secure(), "", "") },
	}
	if f.Secure != nil {
		ways = append(ways, func() error { return server.ServeTLS(g.before(f.Secure), "", "") })
	}
	if f.Control != nil {
		control := f.server(base, f.ControlHandler)
		servers = append(servers, control)
		// A full house leaves the way to the control API open, and to its probes.
		own := newGate(f.Limits.Connections)
		ways = append(ways, func() error { return control.Serve(own.before(f.Control)) })
	}
	ended := make(chan error, len(ways))
	for _, serve := range ways {
		go func() { ended <- serve() }()
	}
	var failure error
	select {
	case failure = <-ended:
		ways = ways[1:]
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(base, f.Limits.Grace)
	defer cancel()
	var stopping sync.WaitGroup
	for _, server := range servers {
		stopping.Go(func() {
			if server.Shutdown(grace) != nil {
				_ = server.Close() // what is still running has had its time
			}
		})
	}
	stopping.Wait()
	for range ways {
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			failure = errors.Join(failure, err)
		}
	}
	return failure
}

// server has the limits. Its requests end with base.
func (f Front) server(base context.Context, handler http.Handler) *http.Server {
	// HTTP/2 is left out: nothing shows that Authy spoke it, a fault that closes
	// the connection would not do so, and no connection could become a tunnel.
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &http.Server{
		Handler:           handler,
		Protocols:         &protocols,
		TLSConfig:         f.TLS,
		BaseContext:       func(net.Listener) context.Context { return base },
		ReadHeaderTimeout: f.Limits.Header,
		ReadTimeout:       f.Limits.Request,
		IdleTimeout:       f.Limits.Idle,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(f.Log.Handler(), slog.LevelWarn),
	}
}
