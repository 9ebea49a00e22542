package front

import (
	"errors"
	"net"
	"testing"
	"testing/synctest"
)

// arrivals is a listener to which connections come from a channel.
type arrivals struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (a arrivals) Accept() (net.Conn, error) {
	select {
	case c := <-a.conns:
		return c, nil
	case <-a.closed:
		return nil, net.ErrClosed
	}
}

func (a arrivals) Close() error {
	close(a.closed)
	return nil
}

func (arrivals) Addr() net.Addr { return nil }

// Two listeners share a gate for two connections. The third client is accepted
// once one of the others is gone, and none waits for ever when all is closed.
func TestGate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := make(gate, 2)
		accepted := make(chan net.Conn)
		failed := make(chan error, 2)
		var all []arrivals
		var behind []net.Listener
		for range 2 {
			a := arrivals{make(chan net.Conn), make(chan struct{})}
			l := g.before(a)
			all, behind = append(all, a), append(behind, l)
			go func() {
				for {
					c, err := l.Accept()
					if err != nil {
						failed <- err
						return
					}
					accepted <- c
				}
			}()
		}
		arrive := func(n int) net.Conn {
			near, far := net.Pipe()
			all[n].conns <- far
			synctest.Wait()
			return near
		}
		arrive(0)
		first := <-accepted
		arrive(1)
		<-accepted
		arrive(0)
		select {
		case <-accepted:
			t.Fatal("a third connection was let in")
		default:
		}
		_ = first.Close()
		_ = first.Close() // makes no second place
		<-accepted
		waiting := arrive(1)
		select {
		case <-accepted:
			t.Fatal("a fourth connection was let in")
		default:
		}
		for _, l := range behind {
			_ = l.Close()
			if err := <-failed; !errors.Is(err, net.ErrClosed) {
				t.Errorf("Accept ended with %v", err)
			}
		}
		if _, err := waiting.Read(make([]byte, 1)); err == nil {
			t.Error("who waited was left waiting")
		}
	})
}
