package controlapi

import (
	"net/http"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/guard"
)

// guarded lets those through whom the guard lets in, and tells all others why it
// does not.
func guarded(g *guard.Guard, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := g.Place(r); err != nil {
			write(w, http.StatusForbidden, control.Problem{Message: "the control API answers this machine only, and " + err.Error()})
			return
		}
		if !g.WantsToken() {
			next.ServeHTTP(w, r)
			return
		}
		switch token, sent := guard.Bearer(r); {
		case !sent:
			w.Header().Set("WWW-Authenticate", "Bearer")
			write(w, http.StatusUnauthorized, control.Problem{Message: "the control API wants its token, in a header: Authorization: Bearer TOKEN"})
		case !g.Knows(token):
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`) // RFC 6750 section 3.1
			write(w, http.StatusUnauthorized, control.Problem{Message: "this is not the token of the control API"})
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// Elsewhere answers where the control API could be and is not, because it has a
// listener of its own.
func Elsewhere() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		write(w, http.StatusNotFound, control.Problem{Message: "the control API is not here: it has a listener of its own (--control-listen)"})
	})
}
