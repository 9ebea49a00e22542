// Package authyapi speaks the Authy REST API. What goes over the wire is
// decided here and nowhere else: the routes, the parameters, and the answers to
// the byte.
package authyapi

import (
	"log/slog"
	"net/http"
	"path"
	"strconv"
	"time"

	"github.com/gorilla/mux"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/journal"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/world"
)

// API is the Authy API over some worlds.
type API struct {
	worlds   *world.Worlds
	clock    authy.Clock
	log      *slog.Logger
	watch    watch
	redactor *journal.Redactor // which knows the API keys of all worlds
	router   *mux.Router
	handlers map[*mux.Route]func(*call) answer
}

// New makes the API. It logs one line a request.
func New(worlds *world.Worlds, clock authy.Clock, log *slog.Logger) *API {
	api := &API{
		worlds: worlds, clock: clock, log: log, watch: newWatch(),
		redactor: journal.NewRedactor(worlds.APIKeys()...),
		// The path is matched as the client sent it. Cleaned or unescaped first, a
		// token such as "../" or "%2f" would reach another endpoint than it names.
		router:   mux.NewRouter().UseEncodedPath().SkipClean(true),
		handlers: make(map[*mux.Route]func(*call) answer),
	}
	for _, rt := range routes() {
		api.handlers[api.router.Path(rt.path).Methods(rt.method).Name(rt.name)] = rt.handle
	}
	return api
}

// ServeHTTP answers as Authy does.
func (api *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if api.lenient(r) {
		r = r.Clone(r.Context())
		r.URL.Path, r.URL.RawPath = path.Clean(r.URL.Path), ""
	}
	// The router is only asked which route it is: to serve the request itself it
	// would copy it twice, for handlers that look for their variables there.
	var match mux.RouteMatch
	if !api.router.Match(r, &match) {
		api.serve(w, api.newCall(r, "", nil), unknownRoute)
		return
	}
	api.serve(w, api.newCall(r, match.Route.GetName(), match.Vars), api.handlers[match.Route])
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

// serve writes a call into the journal, lets a fault have its way with it, and
// lets handle answer.
func (api *API) serve(w http.ResponseWriter, c *call, handle func(*call) answer) {
	named := oneOf(c.authyIDs)
	record := journal.Begin(journal.Entry{
		Stray:    c.world == nil,
		Method:   c.request.Method,
		Target:   c.redactor.Redact(c.request.RequestURI, named),
		Endpoint: c.endpoint,
		AuthyIDs: c.authyIDs,
		Request:  c.redactor.Message(c.request.Header, c.body, named),
	}, api.worlds.Journals(c.world)...)
	sw := &statusWriter{ResponseWriter: w}
	began := time.Now()
	defer func() { // also when a fault aborts the answer
		took := time.Since(began)
		if sw.status != 0 {
			record.Answer(c.redactor.Message(sw.Header(), sw.body, named))
		}
		record.End(sw.status, c.outcome, c.why, took)
		api.watch.end(c, sw.status, took)
		api.logEnd(c, sw.status)
	}()
	if c.world != nil {
		c.world.Application.CountAPICall()
		if f, name := c.world.Fault(c.endpoint, c.authyIDs); f != nil {
			c.fault = name
			record.Fault(name)
			f.Serve(sw, c.request, truth{api, c, handle})
			return
		}
	}
	truth{api, c, handle}.ServeHTTP(sw, c.request)
}

// logEnd logs what a request came to. A line that nobody reads must not cost.
func (api *API) logEnd(c *call, status int) {
	ctx := c.request.Context()
	if !api.log.Enabled(ctx, slog.LevelInfo) {
		return
	}
	api.log.LogAttrs(ctx, slog.LevelInfo, "request", slog.String("endpoint", c.endpoint), slog.String("authy_ids", list(c.authyIDs)),
		slog.String("fault", c.fault), slog.Int("status", status), slog.String("outcome", c.outcome))
}

// list writes Authy IDs as fmt would, in a fraction of the time.
func list(ids []int64) string {
	text := []byte{'['}
	for i, id := range ids {
		if i > 0 {
			text = append(text, ' ')
		}
		text = strconv.AppendInt(text, id, 10)
	}
	return string(append(text, ']'))
}

// truth is what Authy would have answered, whatever a fault makes of it.
type truth struct {
	api    *API
	call   *call
	handle func(*call) answer
}

// ServeHTTP answers the call.
func (t truth) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	a := admit(t.call, t.handle)
	if t.api.worlds.Flush() != nil { // the store has told the log why
		a = notKept()
	}
	t.call.outcome = a.message
	a.write(w, t.call.format())
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

// notKept is the answer where nothing can be said, as what was done is not on
// disk. It stays done, and a later request tries again to keep it. Authy's general
// error is the nearest there is.
func notKept() answer {
	return failure(http.StatusInternalServerError, generalError, "An error occurred")
}

// statusWriter remembers the status that went out, and the beginning of the body.
type statusWriter struct {
	http.ResponseWriter
	status int
	body   []byte
}

func (w *statusWriter) Write(p []byte) (int, error) {
	w.body = append(w.body, p[:min(len(p), journal.Room-len(w.body))]...)
	return w.ResponseWriter.Write(p)
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap serves [http.ResponseController].
func (w *statusWriter) Unwrap() http.ResponseWriter {
	return w.ResponseWriter
}
