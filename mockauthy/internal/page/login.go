package page

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/guard"
)

const (
	loginPath  = prefix + "login"
	logoutPath = prefix + "logout"

	// sessionLife is for how long a browser is let in that knew the token.
	sessionLife = 12 * time.Hour
)

// admit lets through whom the guard lets in. A browser cannot send the token with
// each request: it gets a cookie for it.
func (p *Page) admit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := p.guard.Place(r); err != nil {
			p.fail(w, r, http.StatusForbidden, "This page answers this machine only, and "+err.Error()+".")
			return
		}
		if p.guard.WantsToken() && !p.known(r) {
			back := "/"
			if r.Method == http.MethodGet {
				back = r.URL.RequestURI()
			}
			p.askToken(w, back, "")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// known tells whether a request shows that its sender knows the token.
func (p *Page) known(r *http.Request) bool {
	if token, ok := guard.Bearer(r); ok {
		return p.guard.Knows(token)
	}
	cookie, err := r.Cookie(p.cookieName())
	if err != nil {
		return false
	}
	expiry, _, _ := strings.Cut(cookie.Value, ".")
	until, err := strconv.ParseInt(expiry, 10, 64)
	return err == nil && time.Now().Before(time.Unix(until, 0)) &&
		hmac.Equal([]byte(cookie.Value), []byte(p.session(until)))
}

// session is a cookie that is good until then. Nothing has to be remembered of it,
// so it outlives a restart; with another token it is good no more.
func (p *Page) session(until int64) string {
	text := strconv.FormatInt(until, 10)
	mac := hmac.New(sha256.New, p.guard.Key("session of the page"))
	_, _ = mac.Write([]byte(text)) // a hash takes everything
	return text + "." + hex.EncodeToString(mac.Sum(nil))
}

// cookieName is another one for each token: browsers do not tell ports of a host
// apart, on which several mocks may be.
func (p *Page) cookieName() string {
	return "mockauthy_" + hex.EncodeToString(p.guard.Key("name of the cookie"))[:8]
}

// askToken shows the form that asks for the token.
func (p *Page) askToken(w http.ResponseWriter, back, problem string) {
	answer, err := p.views.render(http.StatusUnauthorized, "login", frame{Title: "Log in", Problem: problem, Body: back})
	if err != nil {
		http.Error(w, "the page wants the token of the control API", http.StatusUnauthorized)
		return
	}
	w.Header().Set("WWW-Authenticate", "Bearer") // RFC 9110 section 15.5.2 wants one; browsers ask nothing for this one
	answer(w)
}

// login lets in who types the token.
func (p *Page) login(w http.ResponseWriter, r *http.Request) {
	if err := p.guard.Place(r); err != nil {
		p.fail(w, r, http.StatusForbidden, "This page answers this machine only, and "+err.Error()+".")
		return
	}
	back := r.PostFormValue("back")
	if back != "/" && !strings.HasPrefix(back, prefix) || strings.ContainsAny(back, "\\\r\n") {
		back = "/"
	}
	if !p.guard.Knows(strings.TrimSpace(r.PostFormValue("token"))) && p.guard.WantsToken() {
		p.askToken(w, back, "This is not the token.")
		return
	}
	if p.guard.WantsToken() {
		until := time.Now().Add(sessionLife)
		http.SetCookie(w, p.cookie(r, p.session(until.Unix()), int(sessionLife.Seconds())))
	}
	to303(back)(w)
}

// logout forgets the session of this browser.
func (p *Page) logout(w http.ResponseWriter, r *http.Request) {
	if p.guard.WantsToken() {
		http.SetCookie(w, p.cookie(r, "", -1))
	}
	to303("/")(w)
}

// cookie is one that no script reads and no other site makes a browser send.
func (p *Page) cookie(r *http.Request, value string, maxAge int) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // Secure where it can be: the mock is asked by plain HTTP, too
		Name: p.cookieName(), Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode,
	}
}
