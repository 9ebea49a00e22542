package mockauthy

import (
	"net/http"
	"strings"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/page"
)

// WithControlToken makes the control API want this token of every request, as
// [control.WithToken] sends it. It must have at least 16 characters, printable
// ASCII without spaces.
//
// Without this option and [WithControlOnLoopback] the control API is open to
// whoever reaches the server, for it is the program around it that decides where
// it listens. With both, a request must satisfy both.
func WithControlToken(token string) Option {
	return func(c *config) error {
		return c.guard.WithToken(token)
	}
}

// WithControlOnLoopback makes the control API answer only what comes from a
// loopback address, asks for a loopback host, and was not forwarded. So neither
// other machines nor web pages can use it. [Server.Client] can.
func WithControlOnLoopback() Option {
	return func(c *config) error {
		c.guard.OnLoopback()
		return nil
	}
}

// Authy is the server without its control API and page, for a listener that others reach.
func (s *Server) Authy() http.Handler { return http.HandlerFunc(s.serveAuthy) }

func (s *Server) serveAuthy(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/protected/") { // nearly all that is asked
		s.authy.ServeHTTP(w, r)
		return
	}
	s.router.ServeHTTP(w, r)
}

// Control is the control API alone, and the page if there is one, for a listener of
// its own. There are /livez, /readyz and /metrics too, which want no token.
func (s *Server) Control() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.Path
		switch {
		case path == "/livez" || path == "/readyz" || path == "/metrics":
			s.router.ServeHTTP(w, r)
		case s.page != nil && page.Wants(r):
			s.page.ServeHTTP(w, r)
		default:
			s.control.ServeHTTP(w, r)
		}
	})
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.page != nil && page.Wants(r) {
		s.page.ServeHTTP(w, r)
		return
	}
	if strings.HasPrefix(r.URL.EscapedPath(), "/mock/") {
		s.control.ServeHTTP(w, r)
		return
	}
	s.serveAuthy(w, r)
}
