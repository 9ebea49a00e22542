// Package authyapi speaks the Authy REST API. What goes over the wire is
// decided here and nowhere else: the routes, the parameters, and the answers to
// the byte.
package authyapi

import (
	"context"
	"log/slog"
	"net/http"
	"path"

	"github.com/gorilla/mux"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/journal"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/world"
)

// API is the Authy API over some worlds.
type API struct {
	worlds *world.Worlds
	clock  authy.Clock
	log    *slog.Logger
	router *mux.Router
}

// New makes the API. It logs one line a request.
func New(worlds *world.Worlds, clock authy.Clock, log *slog.Logger) *API {
	api := &API{worlds: worlds, clock: clock, log: log}
	// The path is matched as the client sent it. Cleaned or unescaped first, a
	// token such as "../" or "%2f" would reach another endpoint than it names.
	api.router = mux.NewRouter().UseEncodedPath().SkipClean(true)
	for _, rt := range routes() {
		api.router.Handle(rt.path, api.endpoint(rt.handle)).Methods(rt.method).Name(rt.name)
	}
	api.router.Use(api.observe)
	// The router's middleware leaves out what matches no route.
	unknown := api.observe(api.endpoint(unknownRoute))
	api.router.NotFoundHandler = unknown
	api.router.MethodNotAllowedHandler = unknown
	return api
}

// ServeHTTP answers as Authy does.
func (api *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if api.lenient(r) {
		r = r.Clone(r.Context())
		r.URL.Path, r.URL.RawPath = path.Clean(r.URL.Path), ""
	}
	api.router.ServeHTTP(w, r)
}

// lenient tells whether the application wants paths unescaped and cleaned before
// they are routed. Only a key in header or query can say which application that
// is: where the key is does not depend on the path.
func (api *API) lenient(r *http.Request) bool {
	key := r.Header.Get("X-Authy-API-Key")
	if key == "" {
		key = r.URL.Query().Get("api_key")
	}
	w := api.worlds.Of(key)
	return w != nil && w.Application.Settings().LenientPaths
}

// observe reads the request, writes it into the journal and lets a fault have
// its way with it.
func (api *API) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := api.newCall(r)
		record := journal.Begin(journal.Entry{
			Stray:    c.world == nil,
			Method:   r.Method,
			Target:   c.redactedTarget(api.worlds),
			Endpoint: c.endpoint,
			AuthyIDs: c.authyIDs,
		}, api.worlds.Journals(c.world)...)
		sw := &statusWriter{ResponseWriter: w}
		defer func() { // also when a fault aborts the answer
			record.End(sw.status, c.outcome, c.why)
			api.log.InfoContext(r.Context(), "request", "endpoint", c.endpoint, "authy_ids", c.authyIDs,
				"fault", c.fault, "status", sw.status, "outcome", c.outcome)
		}()
		r = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
		if c.world != nil {
			c.world.Application.CountAPICall()
			if f, name := c.world.Fault(c.endpoint, c.authyIDs); f != nil {
				c.fault = name
				record.Fault(name)
				f.Serve(sw, r, next)
				return
			}
		}
		next.ServeHTTP(sw, r)
	})
}

// endpoint lets handle answer, once it is sure that the request may be
// answered at all.
func (api *API) endpoint(handle func(*call) answer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := r.Context().Value(callKey{}).(*call)
		a := admit(c, handle)
		c.outcome = a.message
		a.write(w, c.format())
	})
}

// admit answers what every endpoint would answer in the same way. The API key
// comes first, even where no endpoint is: authy-devise issue 36 shows the key
// refused at /protected/json/verify/ without a token.
func admit(c *call, handle func(*call) answer) answer {
	switch {
	case c.world == nil && c.protected():
		c.why = authy.Because("no application has this API key")
		if c.apiKey == "" {
			c.why = authy.Because("no API key was sent")
		}
		return refusal(http.StatusUnauthorized, invalidAPIKey, "Invalid API key")
	case c.world != nil && c.world.Application.Settings().Suspended:
		return refusal(http.StatusServiceUnavailable, accountSuspended, "Your account is suspended")
	case c.malformed != nil:
		return *c.malformed
	default:
		return handle(c)
	}
}

type callKey struct{}

// statusWriter remembers the status that went out.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap serves [http.ResponseController].
func (w *statusWriter) Unwrap() http.ResponseWriter {
	return w.ResponseWriter
}
