package fault

import (
	"net"
	"net/http"
)

// reset drops the connection in a way that the client's kernel calls an error:
// with RST, not with FIN.
type reset struct {
	after *int
}

func newReset(p Parameters) (Fault, error) {
	return reset{after: p.After}, nil
}

func (f reset) Serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if f.after != nil {
		a := listenTo(next, r)
		a.begin(w, a.body.Len(), a.part(f.after))
	}
	conn := takeOver(w)
	if tcp, ok := lowest(conn).(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // what was sent and not yet received is thrown away, and RST sent
	}
	_ = conn.Close()
}

// lowest is the connection below TLS and whatever else there is.
func lowest(conn net.Conn) net.Conn {
	for {
		upper, ok := conn.(interface{ NetConn() net.Conn })
		if !ok {
			return conn
		}
		conn = upper.NetConn()
	}
}
