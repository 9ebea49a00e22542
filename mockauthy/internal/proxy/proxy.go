// Package proxy lets a mock Authy stand in the way of a program that has
// https://api.authy.com compiled in: as the HTTP proxy of that program it
// answers for Authy's hosts itself. It never forwards or dials anything, so that
// a test cannot reach the real Authy by mistake, and nobody can use it as a
// relay.
package proxy

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authority"
)

// The ports of Authy: the sandbox spoke HTTP as well.
const (
	httpPort  = "80"
	httpsPort = "443"
)

// Proxy answers the requests of clients for which it is the proxy, and leaves
// all others to the handler behind it.
type Proxy struct {
	next          http.Handler
	log           *slog.Logger
	plain, secure *tunnels
}

// New makes a proxy before next. What it refuses is logged, because few clients
// show their users the text of a refusal.
//
// Both listeners of the proxy have to be served, with the proxy or with next: a
// tunnel ends there.
func New(next http.Handler, log *slog.Logger) *Proxy {
	return &Proxy{next: next, log: log, plain: newTunnels(httpPort), secure: newTunnels(httpsPort)}
}

// Plain accepts the far ends of tunnels to Authy's port for HTTP. Its clients
// speak HTTP.
func (p *Proxy) Plain() net.Listener { return p.plain }

// Secure accepts the far ends of tunnels to Authy's port for HTTPS. Its clients
// speak TLS.
func (p *Proxy) Secure() net.Listener { return p.secure }

// ServeHTTP answers what only a proxy is asked: a target with the scheme and the
// host before its path (RFC 9112 section 3.2.2), and CONNECT (RFC 9110 section
// 9.3.6). Where the host is not Authy's it says 403.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Host == "":
		p.next.ServeHTTP(w, r)
	case !isAuthy(r.URL):
		p.refuse(w, r)
	case r.Method == http.MethodConnect:
		p.connect(w, r)
	default:
		p.next.ServeHTTP(w, originForm(r))
	}
}

// isAuthy tells whether a target is at one of Authy's hosts, at a port where
// Authy is.
func isAuthy(target *url.URL) bool {
	return authority.IsHost(target.Hostname()) && slices.Contains([]string{"", httpPort, httpsPort}, target.Port())
}

func (p *Proxy) refuse(w http.ResponseWriter, r *http.Request) {
	p.log.WarnContext(r.Context(), "proxy request refused: the host is not Authy's", "method", r.Method, "host", r.URL.Host)
	http.Error(w, fmt.Sprintf("mockauthy: as a proxy it answers for %s, ports %s and %s, not for %s, and it forwards nothing; NO_PROXY names what to reach without a proxy",
		strings.Join(authority.Hosts(), " and "), httpPort, httpsPort, r.URL.Host), http.StatusForbidden)
}

// originForm is the request as Authy itself would have got it.
func originForm(r *http.Request) *http.Request {
	in := r.Clone(r.Context())
	in.URL.Scheme, in.URL.Host, in.URL.User = "", "", nil
	in.RequestURI = in.URL.RequestURI()
	return in
}

// establishWithin bounds how long a client may take to hear of its tunnel.
const establishWithin = 10 * time.Second

// connect makes the connection a tunnel. Its end is served like any other
// connection, with the same limits and the same orderly end.
func (p *Proxy) connect(w http.ResponseWriter, r *http.Request) {
	end := p.secure
	switch r.URL.Port() {
	case httpPort:
		end = p.plain
	case "": // RFC 9110 section 9.3.6: there is no default port
		http.Error(w, fmt.Sprintf("mockauthy: CONNECT %s: want a port, such as %s:%s", r.URL.Host, r.URL.Host, httpsPort), http.StatusBadRequest)
		return
	}
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, "mockauthy: CONNECT: want HTTP/1.1", http.StatusHTTPVersionNotSupported)
		return
	}
	if err := establish(conn); err != nil {
		_ = conn.Close() // the client is gone
		return
	}
	if buffered.Reader.Buffered() > 0 { // a client in a hurry has not waited
		conn = hasty{Conn: conn, r: buffered.Reader}
	}
	end.open(conn)
}

func establish(conn net.Conn) error {
	if err := conn.SetDeadline(time.Now().Add(establishWithin)); err != nil {
		return err
	}
	if _, err := conn.Write([]byte("HTTP/1.1 200 Connection established\r\n\r\n")); err != nil {
		return err
	}
	return conn.SetDeadline(time.Time{})
}
