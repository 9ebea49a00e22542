// Package page is what a person sees of a mock in a browser: users with their
// tokens, requests, faults, clock and messages. It is a client of the same
// services as the control API, behind the same guard: what it shows and does can
// be had there too.
//
// A file has one subject, with a template of the same name. All is rendered here;
// the script only fetches a page again when something has changed.
package page

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gorilla/mux"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authority"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/guard"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/world"
)

// prefix is what all paths of the page begin with, but for "/" itself. Authy has
// none there.
const prefix = "/mock/"

// controlAPI is what is not the page's below the prefix.
const controlAPI = prefix + "v1"

// maxForm is the largest form that is read, in bytes.
const maxForm = 64 << 10

// Page is the page over some worlds.
type Page struct {
	worlds   *world.Worlds
	guard    *guard.Guard
	authyURL func() string
	views    views
	static   static
	streams  streams
	handler  http.Handler
}

// New makes the page, for those whom the guard lets in. The URL of Authy's API is
// that which authyURL tells or, where it tells "" or is nil, where the page is.
func New(worlds *world.Worlds, g *guard.Guard, authyURL func() string) *Page {
	p := &Page{worlds: worlds, guard: g, authyURL: authyURL, views: parseViews(), static: readStatic()}
	router := mux.NewRouter().UseEncodedPath().SkipClean(true)
	router.Path(prefix+"static/{name}").Methods(http.MethodGet, http.MethodHead).HandlerFunc(p.static.serve)
	router.Path(loginPath).Methods(http.MethodPost).HandlerFunc(p.login)
	router.Path(logoutPath).Methods(http.MethodPost).HandlerFunc(p.logout)
	for _, rt := range routes() {
		methods := []string{rt.method}
		if rt.method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
		router.Path(rt.path).Methods(methods...).Handler(p.admit(p.endpoint(rt)))
	}
	unknown := p.admit(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.fail(w, r, http.StatusNotFound, "There is no such page.")
	}))
	router.NotFoundHandler, router.MethodNotAllowedHandler = unknown, unknown
	// No page of another origin changes anything here.
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.fail(w, r, http.StatusForbidden, "A page of another origin sent this. Nothing was changed.")
	}))
	p.handler = protection.Handler(router)
	return p
}

// Wants tells whether a request is for the page. What names an API key or one of
// Authy's hosts is for Authy, whatever the path.
func Wants(r *http.Request) bool {
	path := r.URL.EscapedPath()
	if path != "/" {
		return strings.HasPrefix(path, prefix) && path != controlAPI && !strings.HasPrefix(path, controlAPI+"/")
	}
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) &&
		r.Header.Get("X-Authy-API-Key") == "" && !r.URL.Query().Has("api_key") && !authority.IsHost((&url.URL{Host: r.Host}).Hostname())
}

// policy lets a browser load what this server has, and nothing else: no script
// runs that stands in a page, and no other page shows this one.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// ServeHTTP answers a request.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	// With "no-referrer" a browser would send forms with the origin "null".
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store") // tokens
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	p.handler.ServeHTTP(w, r)
}
