package front

import (
	"net"
	"sync"
)

// gate lets so many connections in at a time, over all listeners behind it.
type gate chan struct{}

// newGate lets n in at a time, or all if n is 0.
func newGate(n int) gate {
	if n == 0 {
		return nil
	}
	return make(gate, n)
}

// before is a listener that accepts what the gate lets in. One connection waits
// before it, further ones in the queue of the kernel: they cost the mock nothing.
// A gate that is nil lets all in.
func (g gate) before(l net.Listener) net.Listener {
	if g == nil || l == nil {
		return l
	}
	return &gated{Listener: l, gate: g, closed: make(chan struct{})}
}

// gated is a [net.Listener] behind a gate.
type gated struct {
	net.Listener
	gate   gate
	closed chan struct{}
	once   sync.Once
}

// Accept implements [net.Listener].
func (l *gated) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	select {
	case l.gate <- struct{}{}:
		return &admitted{Conn: conn, leave: sync.OnceFunc(func() { <-l.gate })}, nil
	case <-l.closed:
		_ = conn.Close()
		return nil, net.ErrClosed
	}
}

// Close implements [net.Listener].
func (l *gated) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// admitted is a connection that leaves the gate when it is closed, whoever has it
// by then: a tunnel or a fault may have taken it over.
type admitted struct {
	net.Conn
	leave func()
}

// Close implements [net.Conn].
func (c *admitted) Close() error {
	defer c.leave()
	return c.Conn.Close()
}

// CloseWrite lets net/http end an answer so that a client which still sends can
// read it.
func (c *admitted) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return c.Close()
}

// NetConn is the connection below, for a fault that resets it.
func (c *admitted) NetConn() net.Conn { return c.Conn }
