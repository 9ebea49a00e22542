package proxy

import (
	"bufio"
	"net"
	"sync"
)

// tunnels is a [net.Listener] of the far ends of tunnels to one port.
type tunnels struct {
	port   address
	opened chan net.Conn
	closed chan struct{}
	close  func()
}

func newTunnels(port string) *tunnels {
	t := &tunnels{port: address(port), opened: make(chan net.Conn), closed: make(chan struct{})}
	t.close = sync.OnceFunc(func() { close(t.closed) })
	return t
}

// open hands a connection to whoever accepts it, and closes it if nobody will.
func (t *tunnels) open(conn net.Conn) {
	select {
	case t.opened <- conn:
	case <-t.closed:
		_ = conn.Close() // the mock stops
	}
}

// Accept implements [net.Listener].
func (t *tunnels) Accept() (net.Conn, error) {
	select {
	case conn := <-t.opened:
		return conn, nil
	case <-t.closed:
		return nil, net.ErrClosed
	}
}

// Close implements [net.Listener].
func (t *tunnels) Close() error {
	t.close()
	return nil
}

// Addr implements [net.Listener].
func (t *tunnels) Addr() net.Addr { return t.port }

// address is where tunnels seem to lead: the port of Authy.
type address string

// Network implements [net.Addr].
func (address) Network() string { return "tunnel" }

// String implements [net.Addr].
func (a address) String() string { return "authy:" + string(a) }

// hasty is a connection of which some bytes have been read already.
type hasty struct {
	net.Conn
	r *bufio.Reader
}

// Read implements [net.Conn].
func (h hasty) Read(b []byte) (int, error) { return h.r.Read(b) }
