package controlapi

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// Guard stands before the control API: it lets a request through or answers it
// itself.
type Guard func(next http.Handler) http.Handler

// minToken is how many characters a token has at least, so that nobody guesses
// it.
const minToken = 16

// remedy is what a refusal tells to do, in the words of the command.
const remedy = "start the mock with --control-token TOKEN to let in those who know the token, or with --control-open to let in everybody"

// WithToken lets those through that carry the token as "Authorization: Bearer
// TOKEN" (RFC 6750 section 2.1). An error says that the token is short, or could
// not be sent.
func WithToken(token string) (Guard, error) {
	sendable := func(r rune) bool { return r > ' ' && r <= '~' }
	if len(token) < minToken || strings.IndexFunc(token, func(r rune) bool { return !sendable(r) }) >= 0 {
		return nil, fmt.Errorf("the control token: want at least %d characters, printable ASCII without spaces", minToken)
	}
	// Sums have one length: a comparison of them does not tell that of the token.
	want := sha256.Sum256([]byte(token))
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			scheme, credentials, _ := strings.Cut(r.Header.Get("Authorization"), " ")
			if !strings.EqualFold(scheme, "Bearer") {
				w.Header().Set("WWW-Authenticate", "Bearer")
				write(w, http.StatusUnauthorized, control.Problem{Message: "the control API wants its token, in a header: Authorization: Bearer TOKEN"})
				return
			}
			got := sha256.Sum256([]byte(strings.TrimSpace(credentials)))
			if subtle.ConstantTimeCompare(got[:], want[:]) == 0 {
				w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`) // RFC 6750 section 3.1
				write(w, http.StatusUnauthorized, control.Problem{Message: "this is not the token of the control API"})
				return
			}
			next.ServeHTTP(w, r)
		})
	}, nil
}

// OnLoopback lets through what comes from this machine and was meant for it.
func OnLoopback(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := local(r); err != nil {
			write(w, http.StatusForbidden, control.Problem{Message: "the control API answers this machine only, and " + err.Error()})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// local tells why a request is not from this machine to itself: nil if it is.
func local(r *http.Request) error {
	if r.Context().Value(inProcess{}) != nil {
		return nil
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return errors.New("where this request comes from is not known: " + remedy)
	}
	if !peer.Addr().IsLoopback() {
		return fmt.Errorf("this request comes from %s: %s", peer.Addr(), remedy)
	}
	// A server on this machine may speak for others, and says so.
	for _, name := range []string{"Forwarded", "Via", "X-Forwarded-For"} {
		if r.Header.Get(name) != "" {
			return fmt.Errorf("this request was forwarded, says its header %s: %s", name, remedy)
		}
	}
	// Nor may a web page, whose name leads to this machine after the browser has
	// loaded it (DNS rebinding). What the host is Authy's for has come as to
	// Authy, by the proxy.
	if !isLoopback(r.Host) {
		return fmt.Errorf("this request is for the host %q: ask for localhost, or %s", r.Host, remedy)
	}
	return nil
}

// isLoopback tells whether a Host header names this machine and no other.
func isLoopback(hostPort string) bool {
	host := strings.TrimSuffix(strings.ToLower((&url.URL{Host: hostPort}).Hostname()), ".")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") { // RFC 6761 section 6.3
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// inProcess is the key of a context.
type inProcess struct{}

// InProcess marks the requests of a client in this process, which has no address.
func InProcess(ctx context.Context) context.Context {
	return context.WithValue(ctx, inProcess{}, true)
}

// Elsewhere answers where the control API could be and is not, because it has a
// listener of its own.
func Elsewhere() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		write(w, http.StatusNotFound, control.Problem{Message: "the control API is not here: it has a listener of its own (--control-listen)"})
	})
}
