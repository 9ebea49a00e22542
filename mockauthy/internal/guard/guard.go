// Package guard decides who may use what is for the owner of a mock: the control
// API and the page.
package guard

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
)

// minToken is how many characters a token has at least, so that nobody guesses
// it.
const minToken = 16

// remedy is what a refusal tells to do, in the words of the command.
const remedy = "start the mock with --control-token TOKEN to let in those who know the token, or with --control-open to let in everybody"

// Guard is what has to be true of a request. The zero value lets in everybody.
type Guard struct {
	loopback bool
	token    *[sha256.Size]byte // its sum: those have one length, so a comparison does not tell the token's
}

// OnLoopback lets in only what comes from this machine and was meant for it.
func (g *Guard) OnLoopback() { g.loopback = true }

// WithToken lets in only who knows the token. An error says that it is short, or
// could not be sent.
func (g *Guard) WithToken(token string) error {
	sendable := func(r rune) bool { return r > ' ' && r <= '~' }
	if len(token) < minToken || strings.IndexFunc(token, func(r rune) bool { return !sendable(r) }) >= 0 {
		return fmt.Errorf("the control token: want at least %d characters, printable ASCII without spaces", minToken)
	}
	sum := sha256.Sum256([]byte(token))
	g.token = &sum
	return nil
}

// WantsToken tells whether there is a token to be known.
func (g *Guard) WantsToken() bool { return g.token != nil }

// Knows tells whether this is the token.
func (g *Guard) Knows(token string) bool {
	got := sha256.Sum256([]byte(token))
	return g.token != nil && subtle.ConstantTimeCompare(got[:], g.token[:]) == 1
}

// Key is a secret that follows from the token, for one purpose, and does not tell
// it. Without a token there is none.
func (g *Guard) Key(purpose string) []byte {
	if g.token == nil {
		return nil
	}
	sum := sha256.Sum256(append(g.token[:], purpose...))
	return sum[:]
}

// Bearer is the token that a request carries as "Authorization: Bearer TOKEN" (RFC
// 6750 section 2.1). The second result is false where it carries none.
func Bearer(r *http.Request) (token string, ok bool) {
	scheme, credentials, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(credentials), strings.EqualFold(scheme, "Bearer")
}

// Place tells why a request is not from where requests may come from: nil if it
// is. The text goes on after "answers this machine only, and".
func (g *Guard) Place(r *http.Request) error {
	if !g.loopback || r.Context().Value(inProcess{}) != nil {
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
