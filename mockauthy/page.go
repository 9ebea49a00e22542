package mockauthy

import (
	"errors"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/page"
)

// WithPage makes the server show itself to a browser: users with their tokens,
// requests, faults, clock and messages, at "/" and below /mock/. [Server.ServeHTTP]
// and [Server.Control] have the page, behind the same guards as the control API;
// whoever knows the token logs in with it. A request for "/" that names an API key
// or one of Authy's hosts is Authy's as before, and so is all at [Server.Authy].
//
// The page tells people how to point programs at the mock: authyURL is asked at
// which URL Authy's API is. Where it says "" that is where the page is.
func WithPage(authyURL func() string) Option {
	return func(c *config) error {
		if authyURL == nil {
			return errors.New("WithPage: nothing tells the URL of Authy's API")
		}
		c.page, c.authyURL = true, authyURL
		return nil
	}
}

// showPage makes the page.
func (s *Server) showPage(c *config) {
	if c.page {
		s.page = page.New(s.worlds, &c.guard, c.authyURL)
	}
}
