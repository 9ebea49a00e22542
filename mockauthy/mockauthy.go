package mockauthy

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"time"

	"github.com/gorilla/mux"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authority"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authyapi"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/controlapi"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/guard"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/metrics"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/page"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/store"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/world"
)

// Server is a mock of the Authy API. It answers Authy's own paths, the control
// API below /mock/v1, /livez and /readyz, /metrics for Prometheus, and
// /openapi.yaml, which describes them all. It is safe for concurrent use and, but
// for [WithData], holds no resource that would have to be closed.
type Server struct {
	worlds  *world.Worlds
	meant   *world.World // by the methods that are about one application
	authy   *authyapi.API
	control http.Handler // the control API, guarded
	page    *page.Page   // nil without WithPage
	router  *mux.Router  // all else
	ca      []byte
	tls     *tls.Config
	log     *slog.Logger
	store   *store.Store // nil without WithData
}

// Option changes what [New] makes.
type Option func(*config) error

type config struct {
	clock        authy.Clock
	log          *slog.Logger
	applications []Application
	authority    *authority.Authority
	guard        guard.Guard // of the control API
	data         string      // the file of WithData, or ""
	page         bool        // whether there is one
	authyURL     func() string
}

// WithClock makes the server tell the time by now instead of [time.Now]. Every
// token, and what becomes of it, depends on this clock alone.
func WithClock(now func() time.Time) Option {
	return func(c *config) error {
		if now == nil {
			return errors.New("WithClock: no clock")
		}
		c.clock = now
		return nil
	}
}

// WithLogger logs each request to log. Without it nothing is logged. API keys,
// tokens and secrets never are.
func WithLogger(log *slog.Logger) Option {
	return func(c *config) error {
		if log == nil {
			return errors.New("WithLogger: no logger")
		}
		c.log = log
		return nil
	}
}

// WithApplications makes the server know these applications and their users,
// and not that of [ReadyMade]. The first one is meant wherever the control API
// or a method of [Server] is not told which.
func WithApplications(applications ...Application) Option {
	return func(c *config) error {
		c.applications = append(c.applications, applications...)
		return nil
	}
}

// WithCA keeps the certificate authority of the server in a file, certificate
// and private key in PEM, so that clients which trust it still do so after a
// restart. It is made, for its owner's eyes only, if there is none. Without this
// option each server has an authority of its own. The error says what is wrong
// with the file.
func WithCA(file string) Option {
	return func(c *config) (err error) {
		c.authority, err = authority.Load(file)
		return err
	}
}

// New makes a server. Without options it knows the application of [ReadyMade].
// An error tells which option is wrong, and what was expected.
func New(opts ...Option) (*Server, error) {
	c := config{clock: time.Now, log: slog.New(slog.DiscardHandler)}
	for _, opt := range opts {
		if err := opt(&c); err != nil {
			return nil, fmt.Errorf("mockauthy: %w", err)
		}
	}
	if len(c.applications) == 0 {
		c.applications = []Application{ReadyMade()}
	}
	worlds, err := populate(c.clock, c.applications)
	if err != nil {
		return nil, fmt.Errorf("mockauthy: %w", err)
	}
	s := &Server{worlds: worlds, meant: worlds.Default(), log: c.log, router: mux.NewRouter().UseEncodedPath().SkipClean(true)}
	if err := s.certify(c.authority); err != nil {
		return nil, fmt.Errorf("mockauthy: %w", err)
	}
	s.router.Path("/livez").Methods(http.MethodGet, http.MethodHead).HandlerFunc(live)
	s.router.Path("/readyz").Methods(http.MethodGet, http.MethodHead).HandlerFunc(s.ready)
	s.router.Path("/openapi.yaml").Methods(http.MethodGet).HandlerFunc(describe)
	s.control = controlapi.New(worlds, s.ca, &c.guard)
	s.showPage(&c)
	s.router.PathPrefix("/mock/").Handler(controlapi.Elsewhere())
	// All the rest is Authy's, also what is no path, such as the target *.
	s.authy = authyapi.New(worlds, c.clock, c.log)
	s.router.Path("/metrics").Methods(http.MethodGet).Handler(metrics.Handler(append(s.authy.Metrics(), s.metrics()...)...))
	s.router.Path("/qr/{id}").Methods(http.MethodGet).HandlerFunc(s.authy.QRCode)
	s.router.NotFoundHandler, s.router.MethodNotAllowedHandler = s.authy, s.authy
	if c.data != "" {
		if err := s.keep(c); err != nil {
			return nil, fmt.Errorf("mockauthy: %w", err)
		}
	}
	return s, nil
}

// TestingT is the part of [testing.TB] that [ForTest] needs.
type TestingT interface {
	Helper()
	Fatalf(format string, args ...any)
}

// ForTest is [New] for a test, which it fails on an error.
func ForTest(t TestingT, opts ...Option) *Server {
	t.Helper()
	s, err := New(opts...)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return s
}

// Application is the same server, but the methods that are about one application
// ([Server.Token], [Server.Clock], [Server.AddFault], [Server.RemoveFault],
// [Server.ClearFaults], [Server.Snapshot], [Server.Restore] and [Server.Reset])
// mean the one with this API key, and not the first. An error says that there is
// none.
func (s *Server) Application(apiKey string) (*Server, error) {
	w := s.worlds.Of(apiKey)
	if w == nil {
		return nil, errors.New("mockauthy: no application has this API key")
	}
	other := *s
	other.meant = w
	return &other, nil
}

// Token is the current token of the first application's user with that Authy
// ID. An error says that there is no such user.
func (s *Server) Token(authyID int64) (string, error) {
	user := s.meant.Application.User(authyID)
	if user == nil {
		return "", fmt.Errorf("mockauthy: no user %d", authyID)
	}
	return user.Token(0).Digits, nil
}

// metrics are those of the whole.
func (s *Server) metrics() []metrics.Metric {
	return []metrics.Metric{
		metrics.NewGauge("mockauthy_users", "Users of all applications.", func() float64 {
			n := 0
			for _, w := range s.worlds.All() {
				n += w.Application.CountUsers()
			}
			return float64(n)
		}),
		metrics.NewGauge("go_goroutines", "Goroutines that exist.", func() float64 { return float64(runtime.NumGoroutine()) }),
	}
}

// ready tells whether requests can be answered: they cannot while what has
// changed cannot be written to the file of [WithData].
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if s.worlds.Flush() != nil { // the log says why
		http.Error(w, "the data file cannot be written", http.StatusServiceUnavailable)
		return
	}
	live(w, r)
}

func live(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain;charset=utf-8")
	_, _ = io.WriteString(w, "ok\n") // a client that is gone needs no answer
}
