package mockauthy_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3filter"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/openapitest"
)

// controlToken is one that is long enough.
const controlToken = "token-of-the-control-api"

const (
	here   = "127.0.0.1:4711"
	remedy = ": start the mock with --control-token TOKEN to let in those who know the token, or with --control-open to let in everybody"

	wantsToken = "the control API wants its token, in a header: Authorization: Bearer TOKEN"
	wrongToken = "this is not the token of the control API"
)

// from is what the guard looks at.
type from struct {
	peer, host, authorization string
	header                    [2]string // one more, if any
}

// refusal is the status, and the text of the problem; 200 and "" if let through.
func refusal(t *testing.T, handler http.Handler, f from) (int, string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/mock/v1/users", http.NoBody)
	r.RemoteAddr, r.Host = f.peer, f.host
	if f.authorization != "" {
		r.Header.Set("Authorization", f.authorization)
	}
	if f.header[0] != "" {
		r.Header.Set(f.header[0], f.header[1])
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	described(t, r, w)
	if w.Code == http.StatusOK {
		return w.Code, ""
	}
	var p control.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("no problem: %s", w.Body)
	}
	challenge := w.Header().Get("WWW-Authenticate")
	if want := w.Code == http.StatusUnauthorized; strings.HasPrefix(challenge, "Bearer") != want {
		t.Errorf("status %d with the challenge %q", w.Code, challenge)
	}
	return w.Code, p.Message
}

// described holds an answer to /openapi.yaml.
func described(t *testing.T, r *http.Request, w *httptest.ResponseRecorder) {
	t.Helper()
	if !openapitest.Described(r.URL.EscapedPath()) {
		return
	}
	if err := openapitest.Load(t).Check(r, openapitest.Answer{Status: w.Code, Header: w.Header(), Body: w.Body.String()}, openapi3filter.Options{}); err != nil {
		t.Errorf("%s is answered with %d: /openapi.yaml: %v", r.URL, w.Code, err)
	}
}

// On loopback, only this machine gets through, and only to a name of its own.
func TestControlOnLoopback(t *testing.T) {
	t.Parallel()
	mock := mockauthy.ForTest(t, mockauthy.WithControlOnLoopback())
	for _, host := range []string{
		"localhost", "localhost:2884", "LocalHost:2884", "localhost.", "mock.localhost:80",
		"127.0.0.1", "127.0.0.1:2884", "127.1.2.3", "[::1]", "[::1]:2884", "[::ffff:127.0.0.1]:2884",
	} {
		for _, peer := range []string{here, "127.9.9.9:1", "[::1]:4711", "[::ffff:127.0.0.1]:4711", "[::1%lo]:4711"} {
			if status, text := refusal(t, mock, from{peer: peer, host: host}); status != http.StatusOK {
				t.Errorf("%s to %s: %d %s", peer, host, status, text)
			}
		}
		for _, peer := range []string{"192.0.2.7:4711", "[2001:db8::7]:4711", "[fe80::1%eth0]:4711", "0.0.0.0:1", "[::ffff:192.0.2.7]:1"} {
			ip := strings.Trim(peer[:strings.LastIndex(peer, ":")], "[]")
			status, text := refusal(t, mock, from{peer: peer, host: host})
			if want := "the control API answers this machine only, and this request comes from " + ip + remedy; status != http.StatusForbidden || text != want {
				t.Errorf("%s to %s:\n got %d %s\nwant %s", peer, host, status, text, want)
			}
		}
	}
	for _, host := range []string{
		"api.authy.com", "rebound.example:2884", "localhost.example", "notlocalhost", "127.0.0.1.example", "0.0.0.0:2884", "[::]:2884",
		"192.0.2.7", "2130706433", "127.1", "", ":2884", "[::1", "localhost, rebound.example",
	} {
		status, text := refusal(t, mock, from{peer: here, host: host})
		if want := `the control API answers this machine only, and this request is for the host "` + host + `": ask for localhost, or ` + remedy[2:]; status != http.StatusForbidden || text != want {
			t.Errorf("host %s:\n got %d %s\nwant %s", host, status, text, want)
		}
	}
	for _, header := range [][2]string{{"Forwarded", "for=192.0.2.7"}, {"Via", "1.1 example"}, {"X-Forwarded-For", "127.0.0.1"}} {
		status, text := refusal(t, mock, from{peer: here, host: "localhost", header: header})
		if want := "the control API answers this machine only, and this request was forwarded, says its header " + header[0] + remedy; status != http.StatusForbidden || text != want {
			t.Errorf("%s:\n got %d %s\nwant %s", header, status, text, want)
		}
	}
	for _, peer := range []string{"", "@", "pipe", "localhost:1"} { // such as a Unix socket
		status, text := refusal(t, mock, from{peer: peer, host: "localhost"})
		if want := "the control API answers this machine only, and where this request comes from is not known" + remedy; status != http.StatusForbidden || text != want {
			t.Errorf("%q:\n got %d %s\nwant %s", peer, status, text, want)
		}
	}
}

// Who gets through which guards, from here and from elsewhere.
func TestControlGuards(t *testing.T) {
	t.Parallel()
	token, loopback := mockauthy.WithControlToken(controlToken), mockauthy.WithControlOnLoopback()
	const (
		elsewhere = "192.0.2.7:4711"
		bearer    = "Bearer " + controlToken
	)
	for _, test := range []struct {
		name    string
		options []mockauthy.Option
		from    from
		status  int
		text    string // that the problem begins with
	}{
		{"none, here", nil, from{peer: here, host: "localhost"}, 200, ""},
		{"none, elsewhere", nil, from{peer: elsewhere, host: "mock.example"}, 200, ""},
		{"none, needless token", nil, from{peer: elsewhere, host: "mock.example", authorization: bearer}, 200, ""},
		{"token, here without", []mockauthy.Option{token}, from{peer: here, host: "localhost"}, 401, wantsToken},
		{"token, elsewhere", []mockauthy.Option{token}, from{peer: elsewhere, host: "mock.example", authorization: bearer}, 200, ""},
		{"token, forwarded", []mockauthy.Option{token}, from{peer: elsewhere, host: "mock.example", authorization: bearer, header: [2]string{"Via", "1.1 x"}}, 200, ""},
		{"token, scheme in small letters", []mockauthy.Option{token}, from{peer: here, host: "localhost", authorization: "bearer " + controlToken}, 200, ""},
		{"token, wrong", []mockauthy.Option{token}, from{peer: here, host: "localhost", authorization: bearer + "x"}, 401, wrongToken},
		{"token, its beginning", []mockauthy.Option{token}, from{peer: here, host: "localhost", authorization: bearer[:len(bearer)-1]}, 401, wrongToken},
		{"token, other letters", []mockauthy.Option{token}, from{peer: here, host: "localhost", authorization: "Bearer " + strings.ToUpper(controlToken)}, 401, wrongToken},
		{"token, empty", []mockauthy.Option{token}, from{peer: here, host: "localhost", authorization: "Bearer "}, 401, wrongToken},
		{"token, no scheme", []mockauthy.Option{token}, from{peer: here, host: "localhost", authorization: controlToken}, 401, wantsToken},
		{"token, other scheme", []mockauthy.Option{token}, from{peer: here, host: "localhost", authorization: "Basic " + controlToken}, 401, wantsToken},
		{"both, here with", []mockauthy.Option{token, loopback}, from{peer: here, host: "localhost", authorization: bearer}, 200, ""},
		{"both, here without", []mockauthy.Option{token, loopback}, from{peer: here, host: "localhost"}, 401, wantsToken},
		{"both, elsewhere with", []mockauthy.Option{token, loopback}, from{peer: elsewhere, host: "localhost", authorization: bearer}, 403, "the control API answers this machine only"},
		{"both, other host with", []mockauthy.Option{loopback, token}, from{peer: here, host: "mock.example", authorization: bearer}, 403, "the control API answers this machine only"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			mock := mockauthy.ForTest(t, test.options...)
			for name, handler := range map[string]http.Handler{"all": mock, "control": mock.Control()} {
				if status, text := refusal(t, handler, test.from); status != test.status || !strings.HasPrefix(text, test.text) {
					t.Errorf("%s: got %d %s, want %d %s", name, status, text, test.status, test.text)
				}
			}
			status, text := refusal(t, mock.Authy(), test.from)
			if want := "the control API is not here: it has a listener of its own (--control-listen)"; status != http.StatusNotFound || text != want {
				t.Errorf("of Authy alone: %d %s", status, text)
			}
		})
	}
}

// Only the control API is guarded.
func TestWhatIsNotGuarded(t *testing.T) {
	t.Parallel()
	mock := mockauthy.ForTest(t, mockauthy.WithControlToken(controlToken), mockauthy.WithControlOnLoopback())
	for _, test := range []struct {
		name    string
		handler http.Handler
		path    string
		status  int
	}{
		{"all", mock, "/livez", 200},
		{"all", mock, "/openapi.yaml", 200},
		{"all", mock, "/protected/json/app/details?api_key=" + docsKey, 200},
		{"all", mock, "/mock/", 401},
		{"all", mock, "/mock/v1/ca", 401},
		{"all", mock, "/mock/v1/nothing", 401},
		{"all", mock, "/mock/../mock/v1/users", 401},
		{"Authy", mock.Authy(), "/livez", 200},
		{"Authy", mock.Authy(), "/openapi.yaml", 200},
		{"Authy", mock.Authy(), "/protected/json/app/details?api_key=" + docsKey, 200},
		{"Authy", mock.Authy(), "/mock/v1/ca", 404},
		{"Authy", mock.Authy(), "/mock/", 404},
		{"Authy", mock.Authy(), "//mock/v1/users", 401},  // Authy's answer to what it has not
		{"Authy", mock.Authy(), "/%6dock/v1/users", 401}, // likewise
		{"Authy", mock.Authy(), "/x/../mock/v1/ca", 401}, // likewise
		{"Authy", mock.Authy(), "/mock%2Fv1/users", 401}, // likewise
		{"control", mock.Control(), "/livez", 200},
		{"control", mock.Control(), "/readyz", 200},
		{"control", mock.Control(), "/metrics", 200},
		{"control", mock.Control(), "/openapi.yaml", 401},
		{"control", mock.Control(), "/protected/json/app/details?api_key=" + docsKey, 401},
	} {
		t.Run(test.name+" "+test.path, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodGet, test.path, http.NoBody)
			r.RemoteAddr, r.Host = here, "localhost"
			w := httptest.NewRecorder()
			test.handler.ServeHTTP(w, r)
			if test.path != "/openapi.yaml" || w.Code == http.StatusOK { // where the control API is alone it is guarded too
				described(t, r, w)
			}
			if w.Code != test.status {
				t.Errorf("%d, want %d: %s", w.Code, test.status, w.Body)
			}
			if guarded := w.Header().Get("WWW-Authenticate") != ""; guarded != (test.status == 401 && test.name != "Authy") {
				t.Errorf("guarded: %t", guarded)
			}
		})
	}
}

// The client in this process is on this machine, whatever host it asks for; it
// needs the token all the same.
func TestControlInProcess(t *testing.T) {
	t.Parallel()
	mock := mockauthy.ForTest(t, mockauthy.WithControlOnLoopback())
	client, err := control.New("https://api.authy.com", control.WithHTTPClient(checked(t, mock.Client())))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Users(t.Context()); err != nil {
		t.Error(err)
	}
	mock = mockauthy.ForTest(t, mockauthy.WithControlToken(controlToken))
	for token, want := range map[string]string{controlToken: "", "": wantsToken, "wrong": wrongToken} {
		client, err := control.New("https://api.authy.com", control.WithHTTPClient(checked(t, mock.Client())), control.WithToken(token))
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Users(t.Context())
		if want == "" && err != nil || want != "" && (err == nil || err.Error() != "control API: "+want) {
			t.Errorf("token %q: got %v, want %s", token, err, want)
		}
	}
}

func TestControlTokenRefused(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"", "CANARY-15-chars", "CANARY with spaces", "CANARY-and-a-line\n", "CANARY-größer-als-16", "CANARY-\x00-sixteen-chars"} {
		_, err := mockauthy.New(mockauthy.WithControlToken(token))
		if err == nil || err.Error() != "mockauthy: the control token: want at least 16 characters, printable ASCII without spaces" {
			t.Errorf("%q: got %v", token, err)
		}
	}
	for _, token := range []string{"sixteen-chars-ok", strings.Repeat("~!", 500)} {
		if _, err := mockauthy.New(mockauthy.WithControlToken(token)); err != nil {
			t.Errorf("%q: %v", token, err)
		}
	}
}
