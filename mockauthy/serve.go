package mockauthy

import (
	"context"
	"net"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/front"
)

// Serve serves the mock at the listener as the command mockauthy does: over HTTP,
// and as the HTTP proxy of programs that have https://api.authy.com compiled in
// and trust [Server.CA]. It lasts until ctx ends, lets running requests finish for
// a few seconds, closes the listener and every connection, and returns nil. An
// error is one of the listener.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	return front.Front{
		Handler: s, Plain: l, TLS: s.TLS(), Log: s.log, Limits: front.DefaultLimits(),
	}.Serve(ctx)
}
