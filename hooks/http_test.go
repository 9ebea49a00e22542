package hooks_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

func TestHandlerAccepts(t *testing.T) {
	t.Parallel()
	for path, right := range paths {
		f := newFront(onlyCanary())
		mustAcceptHTTP(t, right.hook, post(f, path, right.body))
		if want := []string{aliceID + " " + canaryToken}; !reflect.DeepEqual(f.verifier.seen(), want) {
			t.Errorf("%s asked %q", path, f.verifier.seen())
		}
		if want := []hooks.Decision{{Hook: right.hook, Outcome: hooks.Accepted, Reason: "token"}}; !reflect.DeepEqual(f.observed(), want) {
			t.Errorf("%s observed %v", path, f.observed())
		}
		log := f.log.String()
		if strings.Count(log, "\n") != 1 || !strings.Contains(log, `msg="login accepted" hook=`+right.hook+" user=alice") {
			t.Errorf("%s: log %s", path, log)
		}
		noSecrets(t, "log", log)
	}
}

// TestHandlerDenies holds that all denials of a login look the same.
func TestHandlerDenies(t *testing.T) {
	t.Parallel()
	swap := func(from, to string) func(string) string {
		return func(body string) string { return strings.ReplaceAll(body, from, to) }
	}
	for name, test := range map[string]struct {
		verifier func() *fakeVerifier
		body     func(string) string
		reason   string // "" is any: not all hooks notice the same
		asked    int
	}{
		"wrong token":       {refusing, swap("", ""), "token_wrong", 1},
		"no token":          {accepting, swap(canaryToken, "735291x"), "token_format", 0},
		"a path":            {accepting, swap(canaryToken, "1/2?x=a"), "token_format", 0},
		"wide digits":       {accepting, swap(canaryToken, "１２３４５６７"), "", 0},
		"user without ID":   {accepting, swap("alice", "bob"), "", 0},
		"other case":        {accepting, swap("alice", "Alice"), "", 0},
		"user with newline": {accepting, swap("alice", `alice\n`), "", 0},
		"no user":           {accepting, swap(`"username":"alice"`, `"username":""`), "", 0},
		"key refused":       {failing(hooks.ErrKeyRefused), swap("", ""), "key_refused", 1},
		"rate limited":      {failing(fmt.Errorf("%w: later", hooks.ErrRateLimited)), swap("", ""), "rate_limited", 1},
		"unknown error":     {failing(errBroken), swap("", ""), "other", 1},
	} {
		for path, right := range paths {
			f := newFront(test.verifier())
			body := test.body(right.body)
			if test.asked == 0 { // else extauth finds the ID in additional_info, whatever the name
				body = strings.ReplaceAll(body, "authy_id="+aliceID, "")
			}
			mustDenyHTTP(t, right.hook, post(f, path, body), http.StatusForbidden)
			if n := len(f.verifier.seen()); n != test.asked {
				t.Errorf("%s at %s: asked %d times", name, path, n)
			}
			observed := f.observed()
			if len(observed) != 1 || observed[0].Outcome != hooks.Denied || test.reason != "" && observed[0].Reason != test.reason {
				t.Errorf("%s at %s: observed %v", name, path, observed)
			}
			log := f.log.String()
			if strings.Count(log, "\n") != 1 || !strings.Contains(log, `level=WARN msg="login denied" hook=`+right.hook) || !strings.Contains(log, "reason=") {
				t.Errorf("%s at %s: log %s", name, path, log)
			}
			noSecrets(t, "log", log)
		}
	}
}

func failing(err error) func() *fakeVerifier {
	return func() *fakeVerifier {
		return &fakeVerifier{verify: func(context.Context, hooks.AuthyID, hooks.Token) error { return err }}
	}
}

// TestHandlerExtauthMethods holds that no login without a typed token gets in.
func TestHandlerExtauthMethods(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"public key":           strings.Replace(extauthBody, `"public_key":""`, `"public_key":"ssh-ed25519 AAAA"`, 1),
		"certificate":          strings.Replace(extauthBody, `"tls_cert":""`, `"tls_cert":"-----BEGIN"`, 1),
		"keyboard-interactive": strings.Replace(extauthBody, `"keyboard_interactive":""`, `"keyboard_interactive":"1"`, 1),
		"empty password":       strings.Replace(extauthBody, canaryToken, "", 1),
		"unknown user":         strings.Replace(extauthBody, `"user":`+aliceJSON+`,`, "", 1),
		"user null":            strings.Replace(extauthBody, aliceJSON, "null", 1),
		"user string":          strings.Replace(extauthBody, aliceJSON, `"{}"`, 1),
		"user empty":           strings.Replace(extauthBody, aliceJSON, `{}`, 1),
		"other user":           strings.Replace(extauthBody, `"username":"alice"}`, `"username":"bob"}`, 1),
		"user twice":           strings.Replace(extauthBody, `"status":1`, `"USERNAME":"admin"`, 1),
	} {
		f := newFront(accepting())
		mustDenyHTTP(t, "extauth", post(f, hooks.ExtauthPath, body), http.StatusForbidden)
		if n := len(f.verifier.seen()); n != 0 {
			t.Errorf("%s: asked %d times", name, n)
		}
	}
}

// TestHandlerRefuses are requests that no well configured SFTPGo sends. They
// deny, nobody is asked, and their reason can be found in the log.
func TestHandlerRefuses(t *testing.T) {
	t.Parallel()
	type change = func(*http.Request)
	body := func(text string) func(string) string { return func(string) string { return text } }
	same := func(text string) string { return text }
	for name, test := range map[string]struct {
		body   func(string) string
		change change
		status int
		reason string
	}{
		"GET":             {same, func(r *http.Request) { r.Method = http.MethodGet }, 405, "method"},
		"PUT":             {same, func(r *http.Request) { r.Method = http.MethodPut }, 405, "method"},
		"no content type": {same, func(r *http.Request) { r.Header.Del("Content-Type") }, 415, "content_type"},
		"form":            {same, func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, 415, "content_type"},
		"empty":           {body(""), nil, 400, "malformed"},
		"null":            {body("null"), nil, 400, "malformed"},
		"list":            {body("[]"), nil, 400, "malformed"},
		"two objects":     {func(b string) string { return b + b }, nil, 400, "malformed"},
		"half":            {func(b string) string { return b[:len(b)-1] }, nil, 400, "malformed"},
		"byte order mark": {func(b string) string { return "\ufeff" + b }, nil, 400, "malformed"},
		"broken UTF-8":    {func(b string) string { return strings.Replace(b, "alice", "alic\xff", 1) }, nil, 400, "malformed"},
		"duplicate":       {func(b string) string { return `{"username":"alice",` + b[1:] }, nil, 400, "malformed"},
		"duplicate case":  {func(b string) string { return `{"USERNAME":"bob",` + b[1:] }, nil, 400, "malformed"},
		"duplicate fold":  {func(b string) string { return `{"paſſword":"x",` + b[1:] }, nil, 400, "malformed"},
		"number for name": {func(b string) string { return strings.ReplaceAll(b, `"username":"alice"`, `"username":1`) }, nil, 400, "malformed"},
		"null for name":   {func(b string) string { return strings.ReplaceAll(b, `"username":"alice"`, `"username":null`) }, nil, 400, "malformed"},
		"deep": {func(b string) string {
			return `{"x":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "," + b[1:]
		}, nil, 400, "malformed"},
		"too large": {func(b string) string { return b + strings.Repeat(" ", 1<<20) }, nil, 413, "too_large"},
	} {
		for path, right := range paths {
			f := newFront(accepting())
			if test.change == nil {
				test.change = func(*http.Request) {}
			}
			o := post(f, path, test.body(right.body), test.change)
			mustDenyHTTP(t, right.hook, o, test.status)
			if n := len(f.verifier.seen()); n != 0 {
				t.Errorf("%s at %s: asked %d times", name, path, n)
			}
			if want := []hooks.Decision{{Hook: right.hook, Outcome: hooks.Refused, Reason: test.reason}}; !reflect.DeepEqual(f.observed(), want) {
				t.Errorf("%s at %s: observed %v", name, path, f.observed())
			}
			if log := f.log.String(); strings.Count(log, "\n") != 1 || !strings.Contains(log, `level=ERROR msg="request refused"`) {
				t.Errorf("%s at %s: log %s", name, path, log)
			}
			noSecrets(t, "log", f.log.String())
			if test.status == 405 && o.header.Get("Allow") != http.MethodPost {
				t.Errorf("Allow: %q", o.header.Get("Allow"))
			}
		}
	}
	for _, types := range []string{`"step":"3"`, `"step":3.5`, `"step":null`, `"step":3e0`} {
		f := newFront(accepting())
		mustDenyHTTP(t, "keyint", post(f, hooks.KeyintPath, strings.Replace(keyintBody3, `"step":3`, types, 1)), http.StatusBadRequest)
	}
	for _, answers := range []string{`"7352914"`, `null`, `[7352914]`, `[null]`, `{}`} {
		f := newFront(accepting())
		mustDenyHTTP(t, "keyint", post(f, hooks.KeyintPath, strings.Replace(keyintBody3, `["`+canaryToken+`"]`, answers, 1)), http.StatusBadRequest)
	}
}

// TestHandlerPaths holds that a path is exact, and that what is at no hook denies
// whichever hook was meant.
func TestHandlerPaths(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/", "//keyint", "/keyint/", "/Keyint", "/checkpwd/..", "/x"} {
		for hook := range denials {
			f := newFront(accepting())
			o := post(f, path, checkpwdBody)
			if letsIn, asks := sftpgoGoesOn(hook, o); o.status != 404 || letsIn || asks {
				t.Errorf("%s: %+v", path, o)
			}
			o.status = 200
			if letsIn, asks := sftpgoGoesOn(hook, o); letsIn || asks {
				t.Errorf("%s: %+v", path, o)
			}
		}
	}
}

func TestHandlerSecrets(t *testing.T) {
	t.Parallel()
	const first, second = "canary-first-shared-secret", "canary-second-shared-secret"
	guarded := func(_ *hooks.Decider, o *hooks.HandlerOptions) {
		o.Secrets = []hooks.Secret{hooks.NewSecret(first), hooks.NewSecret(second)}
	}
	for value, status := range map[string]int{
		"Bearer " + first:        200,
		"Bearer " + second:       200,
		"":                       401,
		"Bearer ":                401,
		"Bearer":                 401,
		first:                    401,
		"bearer " + first:        401,
		"Bearer " + first + "x":  401,
		"Bearer " + first[1:]:    401,
		"Bearer  " + first:       401,
		"Basic " + first:         401,
		"Bearer " + first + "\n": 401,
	} {
		for path, right := range paths {
			f := newFront(onlyCanary(), guarded)
			o := post(f, path, right.body, func(r *http.Request) { r.Header["Authorization"] = []string{value} })
			if status == 200 {
				mustAcceptHTTP(t, right.hook, o)
				continue
			}
			mustDenyHTTP(t, right.hook, o, status)
			if n := len(f.verifier.seen()); n != 0 {
				t.Errorf("%q: asked %d times", value, n)
			}
			noSecrets(t, "log", f.log.String())
			if log := f.log.String(); !strings.Contains(log, "ip=192.0.2.1 ") { // that of httptest
				t.Errorf("the log does not say who it was: %s", log)
			}
		}
	}
}

func TestHandlerClientCertificates(t *testing.T) {
	t.Parallel()
	guarded := func(_ *hooks.Decider, o *hooks.HandlerOptions) { o.ClientCertificates = true }
	for name, test := range map[string]struct {
		state  *tls.ConnectionState
		status int
	}{
		"plain":      {nil, 401},
		"none":       {&tls.ConnectionState{}, 401},
		"unverified": {&tls.ConnectionState{PeerCertificates: []*x509.Certificate{{}}}, 401},
		"verified":   {&tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{{{}}}}, 200},
	} {
		f := newFront(onlyCanary(), guarded)
		if o := post(f, hooks.CheckpwdPath, checkpwdBody, func(r *http.Request) { r.TLS = test.state }); o.status != test.status {
			t.Errorf("%s: %+v", name, o)
		}
	}
}
