package hooks

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// The paths at which a [Handler] serves the hooks.
const (
	KeyintPath   = "/keyint"   // keyboard_interactive_auth_hook
	ExtauthPath  = "/extauth"  // external_auth_hook
	CheckpwdPath = "/checkpwd" // check_password_hook
)

const (
	// maxBodyBytes is the longest request that is read. SFTPGo reads no more than
	// 1 MiB of an answer (getExternalAuthResponse), and the user it gets back is
	// as long as the one it sent.
	maxBodyBytes = 1 << 20
	// maxLogins is how many requests are decided at the same time. More are
	// denied at once, before memory and descriptors run out.
	maxLogins = 1024
	// maxLogWriters is how many lines may wait for a log that blocks.
	maxLogWriters = 64
)

// HandlerOptions change a [Handler]. The zero value is that of a service on
// loopback which every program of the machine may ask.
type HandlerOptions struct {
	// Deadline is the time for one request from its arrival to the decision; 0
	// stands for 10 seconds. It has to be less than http.timeout of SFTPGo, 20
	// seconds by default.
	Deadline time.Duration
	// Secrets are the shared secrets: a request has to carry one of them, as
	// "Authorization: Bearer SECRET". None asks for none.
	Secrets []Secret
	// ClientCertificates demands that the TLS connection has a verified client
	// certificate. The server's TLS configuration says which ones those are.
	ClientCertificates bool
	// LogFile is the path of the log file; "" writes the log to Stderr.
	LogFile string
	// Stderr gets the log if there is no log file or it cannot be written. It is
	// written to by many goroutines at a time; nil discards.
	Stderr io.Writer
	// Observe is told of every request, by many goroutines at a time; nil is
	// allowed.
	Observe func(Decision)
}

// Handler serves the three hooks over HTTP, in the form in which SFTPGo asks
// them: [KeyintPath], [ExtauthPath] and [CheckpwdPath] take a POST. It keeps
// nothing from one request to the next, so that the steps of a login may reach
// different processes.
//
// The status is 200 for a login to go on with and for a question, and for
// nothing else. A denial has the status 403 and, as for a program, the denial of
// the hook for a body: SFTPGo takes each of the two for one, so that neither a
// lost body nor a meddled status lets anybody in. The other statuses tell of
// requests that no SFTPGo sends, and deny too.
//
// A Handler fails closed like a [Program]: the answer is there before the
// deadline has passed, whatever blocks or panics, and is never empty. Only
// writing the log can add to that, up to 2 seconds if it blocks.
type Handler struct {
	options   HandlerOptions
	secrets   atomic.Pointer[[][sha256.Size]byte]
	endpoints map[string]endpoint
	deciding  chan struct{}
	logging   chan struct{}
}

// NewHandler returns a Handler that takes its decisions by d.
func NewHandler(d Decider, options HandlerOptions) *Handler {
	return newHandler(func(string) Decider { return d }, options)
}

// newHandler takes the decisions of each hook by a Decider of its own.
func newHandler(decider func(hook string) Decider, options HandlerOptions) *Handler {
	if options.Deadline <= 0 {
		options.Deadline = machineDeadline
	}
	if options.Stderr == nil {
		options.Stderr = io.Discard
	}
	if options.Observe == nil {
		options.Observe = func(Decision) {}
	}
	h := &Handler{
		options:   options,
		endpoints: endpoints(),
		deciding:  make(chan struct{}, maxLogins),
		logging:   make(chan struct{}, maxLogWriters),
	}
	for path, e := range h.endpoints {
		e.decider = decider(e.hook)
		h.endpoints[path] = e
	}
	h.SetSecrets(options.Secrets)
	return h
}

// SetSecrets puts others in the place of the shared secrets, from the next
// request on. None changes nothing: a Handler that has asked for a secret asks
// for one for ever.
func (h *Handler) SetSecrets(secrets []Secret) {
	if len(secrets) == 0 {
		return
	}
	var sums [][sha256.Size]byte
	for _, secret := range secrets {
		sums = append(sums, sha256.Sum256([]byte(secret.Reveal())))
	}
	h.secrets.Store(&sums)
}

// refused is a request that cannot come from a well configured SFTPGo.
type refused struct {
	status int
	reason string // for metrics
	err    error
}

func (r refused) Error() string { return r.err.Error() }

var (
	errNoHook      = refused{http.StatusNotFound, "path", errors.New("no hook is served at this path, see the URL in SFTPGo's settings")}
	errNotPost     = refused{http.StatusMethodNotAllowed, "method", errors.New("a hook is asked by POST")}
	errNoCert      = refused{http.StatusUnauthorized, "certificate", errors.New("no verified client certificate, see http.certificates of SFTPGo")}
	errSecret      = refused{http.StatusUnauthorized, "secret", errors.New("no or a wrong shared secret, see http.headers of SFTPGo")}
	errContentType = refused{http.StatusUnsupportedMediaType, "content_type", errors.New("the content type is not application/json")}
	errTooLarge    = refused{http.StatusRequestEntityTooLarge, "too_large", fmt.Errorf("the request is longer than %d bytes", maxBodyBytes)}
	errBodyLost    = refused{http.StatusBadRequest, "malformed", errors.New("the request broke off")}
	errBusy        = refused{http.StatusServiceUnavailable, "busy", fmt.Errorf("more than %d logins at the same time", maxLogins)}
)

// ServeHTTP implements [http.Handler].
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// What net/http reads by itself has to end, too.
	deadline, control := time.Now().Add(h.options.Deadline), http.NewResponseController(w)
	_ = control.SetReadDeadline(deadline)
	e, ok := h.endpoints[r.URL.Path]
	if !ok {
		h.conclude(w, r, endpoint{hook: "none", denial: noHook{}}, request{}, ending{err: errNoHook})
		return
	}
	ctx, cancel := context.WithDeadline(r.Context(), deadline)
	defer cancel()
	req, err := h.receive(ctx, w, r, e)
	if err != nil {
		h.conclude(w, r, e, req, ending{err: err})
		return
	}
	_ = control.SetReadDeadline(time.Time{}) // else the connection would seem to break off
	if req.begins {
		h.log(e.hook, req.login, slog.LevelInfo, "login begun", "")
	}
	result, err := within(ctx, func() (answer, error) { return req.decide(ctx, e.decider) })
	h.conclude(w, r, e, req, ending{result, err})
}

// receive reads a request that may be asked, and fails otherwise. Whoever does
// not know the secret is not even listened to.
func (h *Handler) receive(ctx context.Context, w http.ResponseWriter, r *http.Request, e endpoint) (request, error) {
	if err := h.authorize(r); err != nil {
		return request{}, err
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return request{}, errNotPost
	}
	// Not every page that a browser shows may ask: this content type is none that
	// a page can send elsewhere without being allowed to.
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return request{}, errContentType
	}
	select {
	case h.deciding <- struct{}{}:
		context.AfterFunc(ctx, func() { <-h.deciding })
	default:
		return request{}, errBusy
	}
	return within(ctx, func() (request, error) {
		body, err := io.ReadAll(io.LimitReader(r.Body, maxBodyBytes+1))
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return request{}, ErrTimeout
		case err != nil:
			return request{}, errBodyLost
		case len(body) > maxBodyBytes:
			return request{}, errTooLarge
		}
		return e.parse(body)
	})
}

// authorize returns nil if the request comes from where it should. Comparing the
// sums takes the same time for all wrong secrets, however long or similar.
func (h *Handler) authorize(r *http.Request) error {
	if h.options.ClientCertificates && (r.TLS == nil || len(r.TLS.VerifiedChains) == 0) {
		return errNoCert
	}
	secrets := h.secrets.Load()
	if secrets == nil {
		return nil
	}
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	sum, known := sha256.Sum256([]byte(given)), 0
	for _, secret := range *secrets {
		known |= subtle.ConstantTimeCompare(sum[:], secret[:])
	}
	if !ok || known != 1 {
		return errSecret
	}
	return nil
}

// conclude logs, counts and answers, in this order: SFTPGo goes on as soon as it
// has the answer.
func (h *Handler) conclude(w http.ResponseWriter, r *http.Request, e endpoint, req request, end ending) {
	status, body := http.StatusForbidden, e.denial.JSON()
	var refusal refused
	switch decision := end.decision(e.hook); {
	case errors.As(end.err, &refusal):
		status = refusal.status
		w.Header().Set("Connection", "close") // the rest of the request is not read
		if req.login.ip == "" {
			req.login.ip, _, _ = net.SplitHostPort(r.RemoteAddr)
		}
		h.log(e.hook, req.login, slog.LevelError, "request refused", refusal.Error())
		h.options.Observe(decision)
	case decision.Outcome == Asked:
		status, body = http.StatusOK, end.answer.JSON()
		h.options.Observe(decision)
	case decision.Outcome == Accepted:
		status, body = http.StatusOK, end.answer.JSON()
		h.log(e.hook, req.login, slog.LevelInfo, "login accepted", end.answer.exception())
		h.options.Observe(decision)
	default:
		h.log(e.hook, req.login, slog.LevelWarn, "login denied", end.reason())
		h.options.Observe(decision)
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Content-Length", strconv.Itoa(len(body))) // so that half of it cannot be taken for the whole
	header.Set("Cache-Control", "no-store")
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Now().Add(patience))
	w.WriteHeader(status)
	_, _ = w.Write(body) // whoever has gone is not let in
	_ = control.Flush()
	_ = control.SetWriteDeadline(time.Time{})
}

// log writes one line. If the log blocks, so that too many lines wait for it
// already, the line is lost: a login must not depend on a log.
func (h *Handler) log(hook string, who login, level slog.Level, message, reason string) {
	line := logger{hook: hook, login: who, logFile: h.options.LogFile, stderr: h.options.Stderr}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	select {
	case h.logging <- struct{}{}:
	case <-ctx.Done():
		return
	}
	_, _ = within(ctx, func() (struct{}, error) {
		defer func() { <-h.logging }()
		line.append(level, message, reason)
		return struct{}{}, nil
	})
}
