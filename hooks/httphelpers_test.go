package hooks_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// What SFTPGo sends when alice logs in with a right token: the names of the
// members and which of them are left out are those of getExternalAuthResponse,
// getPasswordHookResponse and executeKeyboardInteractiveHTTPHook.
const (
	extauthBody = `{"ip":"192.0.2.7","keyboard_interactive":"","password":"` + canaryToken + `","protocol":"SSH",` +
		`"public_key":"","tls_cert":"","user":` + aliceJSON + `,"username":"alice"}`
	checkpwdBody = `{"username":"alice","ip":"192.0.2.7","password":"` + canaryPassword + canaryToken + `","protocol":"FTP"}`
	keyintBody1  = `{"request_id":"d4a1","step":1,"username":"alice","ip":"192.0.2.7","password":"` + canaryHash + `"}`
	keyintBody2  = `{"request_id":"d4a1","step":2,"username":"alice","password":"` + canaryHash + `","answers":["OK"],"questions":["Password: "]}`
	keyintBody3  = `{"request_id":"d4a1","step":3,"username":"alice","password":"` + canaryHash + `","answers":["` + canaryToken + `"],"questions":["Authy token: "]}`
)

// paths are the hooks by their path, with what lets alice in.
var paths = map[string]struct{ hook, body string }{
	hooks.KeyintPath:   {"keyint", keyintBody3},
	hooks.ExtauthPath:  {"extauth", extauthBody},
	hooks.CheckpwdPath: {"checkpwd", checkpwdBody},
}

// front is a handler with what it leaves behind.
type front struct {
	*hooks.Handler
	verifier *fakeVerifier
	log      *lockedBuffer

	mu        sync.Mutex
	decisions []hooks.Decision
}

// newFront is the front of alice, whose token the verifier knows.
func newFront(verifier *fakeVerifier, change ...func(*hooks.Decider, *hooks.HandlerOptions)) *front {
	f := &front{verifier: verifier, log: &lockedBuffer{}}
	d := hooks.Decider{
		Verifier:    verifier,
		Directory:   hooks.Directories{hooks.Users{"alice": {AuthyID: aliceID}}, hooks.AdditionalInfo{}},
		TokenDigits: hooks.DefaultTokenDigits,
	}
	o := hooks.HandlerOptions{Stderr: f.log, Observe: func(d hooks.Decision) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.decisions = append(f.decisions, d)
	}}
	for _, c := range change {
		c(&d, &o)
	}
	f.Handler = hooks.NewHandler(d, o)
	return f
}

func (f *front) observed() []hooks.Decision {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]hooks.Decision(nil), f.decisions...)
}

// httpOutcome is an answer over HTTP.
type httpOutcome struct {
	status int
	body   string
	header http.Header
}

// post asks as SFTPGo does (httpclient.Post).
func post(h http.Handler, path, body string, change ...func(*http.Request)) httpOutcome {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return httpOutcome{w.Code, w.Body.String(), w.Header()}
}

// sftpgoGoesOn reports whether SFTPGo would let in, or ask on, after this answer:
// written down from SFTPGo's code and not from that of the hooks.
func sftpgoGoesOn(hook string, o httpOutcome) (letsIn, asks bool) {
	if o.status != http.StatusOK {
		return false, false
	}
	switch hook {
	case "keyint":
		var response struct {
			Questions  []string `json:"questions"`
			Echos      []bool   `json:"echos"`
			AuthResult int      `json:"auth_result"`
		}
		// Only the first value of the body is read (render.DecodeJSON).
		if json.NewDecoder(strings.NewReader(o.body)).Decode(&response) != nil {
			return false, false
		}
		asks = response.AuthResult == 0 && len(response.Questions) > 0 && len(response.Questions) == len(response.Echos)
		return response.AuthResult == 1, asks
	default:
		body := o.body
		if len(body) > 1<<20 {
			body = body[:1<<20]
		}
		return sftpgoLetsIn(hook, outcome{stdout: body}), false
	}
}

// mustDenyHTTP fails the test unless the answer denies in every respect: contract,
// status, headers, and no secret anywhere.
func mustDenyHTTP(tb testing.TB, hook string, o httpOutcome, status int) {
	tb.Helper()
	if letsIn, asks := sftpgoGoesOn(hook, o); letsIn || asks || o.status != status || o.body != denials[hook] {
		tb.Errorf("%s: status %d and %q, want a denial with %d", hook, o.status, o.body, status)
	}
	// Read as a 200 it is no acceptance either.
	if letsIn, asks := sftpgoGoesOn(hook, httpOutcome{status: http.StatusOK, body: o.body}); letsIn || asks {
		tb.Errorf("%s: %q would let in if a proxy changed the status", hook, o.body)
	}
	mustNotStay(tb, o)
	noSecrets(tb, "answer", o.body)
}

// mustAcceptHTTP fails the test unless the answer lets alice in.
func mustAcceptHTTP(tb testing.TB, hook string, o httpOutcome) {
	tb.Helper()
	want := map[string]string{
		"keyint":   `{"auth_result":1}`,
		"extauth":  aliceJSON,
		"checkpwd": `{"status":2,"to_verify":"` + canaryPassword + `"}`,
	}[hook]
	if letsIn, _ := sftpgoGoesOn(hook, o); !letsIn || o.body != want {
		tb.Errorf("%s: status %d and %q, want 200 and %q", hook, o.status, o.body, want)
	}
	mustNotStay(tb, o)
}

// mustNotStay fails the test if a cache could keep the answer.
func mustNotStay(tb testing.TB, o httpOutcome) {
	tb.Helper()
	if o.header.Get("Cache-Control") != "no-store" || o.header.Get("Content-Type") != "application/json" || o.header.Get("Content-Length") == "" {
		tb.Errorf("header %v", o.header)
	}
}

// slowBody is a request body that is never complete.
type slowBody struct{ release chan struct{} }

func (s slowBody) Read([]byte) (int, error) {
	<-s.release
	return 0, io.ErrUnexpectedEOF
}
