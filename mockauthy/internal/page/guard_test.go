package page_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
)

// controlToken is one that is long enough.
const controlToken = "token-of-the-control-api"

// record is what a handler answers to a request from that peer to that host.
func record(handler http.Handler, method, path, peer, host string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, http.NoBody)
	r.RemoteAddr, r.Host = peer, host
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

// changes are the paths by which something is changed.
func changes() []string {
	return []string{
		"/mock/1/users", "/mock/1/users/1000/change", "/mock/1/users/1000/clock", "/mock/1/users/1000/qr", "/mock/1/users/1000/reset",
		"/mock/1/users/1000/delete", "/mock/1/requests/forget", "/mock/1/faults", "/mock/1/faults/heal", "/mock/1/faults/1/end",
		"/mock/1/clock/set", "/mock/1/clock/run", "/mock/1/clock/advance", "/mock/1/clock/follow", "/mock/1/clock/skew",
		"/mock/1/approvals/49fa5530-0000-0132-1234-567890123456", "/mock/login", "/mock/logout",
	}
}

// As the control API, the page answers this machine only, if that is said.
func TestOnLoopback(t *testing.T) {
	t.Parallel()
	mock := mockauthy.ForTest(t, mockauthy.WithPage(func() string { return "" }), mockauthy.WithControlOnLoopback())
	const here, elsewhere = "127.0.0.1:4711", "192.0.2.7:4711"
	for _, test := range []struct {
		name, peer, host string
		header           []string
		words            string // "" is let in
	}{
		{"here", here, "localhost:2884", nil, ""},
		{"IPv6", "[::1]:4711", "[::1]:2884", nil, ""},
		{"elsewhere", elsewhere, "localhost:2884", nil, "This page answers this machine only, and this request comes from 192.0.2.7"},
		{"rebound name", here, "rebound.example:2884", nil, "this request is for the host &#34;rebound.example:2884&#34;"},
		{"forwarded", here, "localhost:2884", []string{"X-Forwarded-For", "192.0.2.7"}, "this request was forwarded"},
	} {
		for _, path := range []string{"/", "/mock/1/requests", "/mock/nothing"} {
			w := record(mock, http.MethodGet, path, test.peer, test.host, test.header...)
			if (w.Code == http.StatusForbidden) != (test.words != "") || !strings.Contains(w.Body.String(), test.words) {
				t.Errorf("%s, %s: %d %s", test.name, path, w.Code, w.Body)
			}
		}
		for _, path := range append(changes(), "/mock/1/events") {
			method := http.MethodPost
			if strings.HasSuffix(path, "events") {
				method = http.MethodGet
			}
			if w := record(mock, method, path, test.peer, test.host, test.header...); test.words != "" && path != "/mock/logout" && w.Code != http.StatusForbidden {
				t.Errorf("%s, %s: %d", test.name, path, w.Code)
			} else if test.words == "" {
				break // a stream would not end, and the rest is tested elsewhere
			}
		}
	}
}

// No page of another origin changes anything.
func TestCrossSite(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.live(t)
	before := r.mock.Snapshot()
	for _, path := range changes() {
		for _, header := range [][]string{
			{"Sec-Fetch-Site", "cross-site"},
			{"Sec-Fetch-Site", "same-site"},
			{"Origin", "https://evil.example"},
			{"Origin", "null"},
			{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"},
		} {
			if s := r.do(t, http.MethodPost, path, "", header...); s.status != http.StatusForbidden {
				t.Errorf("%s with %s: %d", path, header, s.status)
			}
		}
	}
	if diff := cmp.Diff(before, r.mock.Snapshot()); diff != "" {
		t.Errorf("it has changed (-before +now):\n%s", diff)
	}
	for _, header := range [][]string{ // as a browser sends a form of this page
		{"Sec-Fetch-Site", "same-origin"},
		{"Origin", r.url}, // where browsers send no more, which is at other addresses than those of this machine
	} {
		if s := r.do(t, http.MethodPost, "/mock/1/faults/heal", "", header...); s.status != http.StatusSeeOther {
			t.Errorf("%s: %d", header, s.status)
		}
	}
}

// Nothing is changed by looking.
func TestLookingChangesNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.live(t)
	before := r.mock.Snapshot()
	for _, path := range append(pages(), changes()...) {
		r.do(t, http.MethodGet, path, "")
	}
	if diff := cmp.Diff(before, r.mock.Snapshot()); diff != "" {
		t.Errorf("it has changed (-before +now):\n%s", diff)
	}
}

// With a token, a browser is let in that has typed it, and no other.
func TestLogin(t *testing.T) {
	t.Parallel()
	r := newRig(t, mockauthy.WithControlToken(controlToken))
	for _, path := range append(pages(), "/mock/nothing", "/mock/1/events") {
		s := r.do(t, http.MethodGet, path, "")
		if s.status != http.StatusUnauthorized || s.header.Get("WWW-Authenticate") != "Bearer" {
			t.Errorf("%s: %d", path, s.status)
		}
		s.lacks(t, "alice", docsKey, "Authy Docs")
		s.has(t, "Log in")
	}
	for _, path := range changes() {
		if want := "/mock/login /mock/logout"; strings.Contains(want, path) {
			continue
		}
		if s := r.do(t, http.MethodPost, path, ""); s.status != http.StatusUnauthorized {
			t.Errorf("%s: %d", path, s.status)
		}
	}
	wrong := r.do(t, http.MethodPost, "/mock/login", url.Values{"token": {controlToken + "x"}}.Encode())
	if wrong.status != http.StatusUnauthorized || wrong.header.Get("Set-Cookie") != "" {
		t.Errorf("a wrong token: %d %s", wrong.status, wrong.header)
	}
	wrong.has(t, "This is not the token.")
	if s := r.do(t, http.MethodGet, "/", "", "Authorization", "Bearer "+controlToken); s.status != http.StatusOK {
		t.Errorf("with the token as the control API wants it: %d", s.status)
	}
	cookie := r.login(t)
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Path != "/" || cookie.MaxAge != 12*60*60 || cookie.Secure || strings.Contains(cookie.String(), controlToken) {
		t.Errorf("the cookie: %s", cookie)
	}
	sent := cookie.Name + "=" + cookie.Value
	s := r.get(t, "/", "Cookie", sent)
	s.has(t, "alice@example.com", "Log out")
	left := r.do(t, http.MethodPost, "/mock/logout", "", "Cookie", sent)
	if got := left.header.Get("Set-Cookie"); left.status != http.StatusSeeOther || !strings.HasPrefix(got, cookie.Name+"=; Path=/; Max-Age=0; HttpOnly") {
		t.Errorf("log out: %d %s", left.status, got)
	}
}

// login is the cookie of a browser that has typed the token.
func (r *rig) login(t *testing.T) *http.Cookie {
	t.Helper()
	s := r.do(t, http.MethodPost, "/mock/login", url.Values{"token": {" " + controlToken + " "}, "back": {"/mock/1/faults"}}.Encode())
	cookie, err := http.ParseSetCookie(s.header.Get("Set-Cookie"))
	if err != nil || s.status != http.StatusSeeOther || s.header.Get("Location") != "/mock/1/faults" {
		t.Fatalf("login: %d %s: %v", s.status, s.header, err)
	}
	return cookie
}

// A session is good for the token that it was made with, for twelve hours, as it was
// made. A restart does not end it.
func TestSession(t *testing.T) {
	t.Parallel()
	r := newRig(t, mockauthy.WithControlToken(controlToken))
	cookie := r.login(t)
	restarted := newRig(t, mockauthy.WithControlToken(controlToken))
	another := newRig(t, mockauthy.WithControlToken("another-token-of-it"))
	expiry, sum, _ := strings.Cut(cookie.Value, ".")
	for name, test := range map[string]struct {
		rig    *rig
		value  string
		status int
	}{
		"as made":           {r, cookie.Value, 200},
		"restarted":         {restarted, cookie.Value, 200},
		"another token":     {another, cookie.Value, 401},
		"longer":            {r, "9" + cookie.Value, 401},
		"other sum":         {r, expiry + "." + strings.Repeat("0", len(sum)), 401},
		"no sum":            {r, expiry, 401},
		"no expiry":         {r, "." + sum, 401},
		"the token":         {r, controlToken, 401},
		"nothing":           {r, "", 401},
		"another's cookie":  {another, cookie.Value, 401},
		"sum in upper case": {r, expiry + "." + strings.ToUpper(sum), 401},
	} {
		if s := test.rig.do(t, http.MethodGet, "/", "", "Cookie", cookie.Name+"="+test.value); s.status != test.status {
			t.Errorf("%s: %d, want %d", name, s.status, test.status)
		}
	}
	if other := loginName(t, another, "another-token-of-it"); other == cookie.Name {
		t.Error("two mocks of one host use one cookie")
	}
}

func loginName(t *testing.T, r *rig, token string) string {
	t.Helper()
	s := r.do(t, http.MethodPost, "/mock/login", url.Values{"token": {token}}.Encode())
	cookie, err := http.ParseSetCookie(s.header.Get("Set-Cookie"))
	if err != nil {
		t.Fatal(err)
	}
	return cookie.Name
}

// Nobody is led away from the mock.
func TestBack(t *testing.T) {
	t.Parallel()
	r := newRig(t, mockauthy.WithControlToken(controlToken))
	cookie := r.login(t)
	sent := cookie.Name + "=" + cookie.Value
	for back, want := range map[string][2]string{ // after login, after heal
		"":                         {"/", "/mock/1/faults"},
		"/":                        {"/", "/"},
		"/mock/1/users?q=a":        {"/mock/1/users?q=a", "/mock/1/users?q=a"},
		"/mock/2/users":            {"/mock/2/users", "/mock/1/faults"},
		"//evil.example":           {"/", "/mock/1/faults"},
		"https://evil.example/":    {"/", "/mock/1/faults"},
		"/\\evil.example":          {"/", "/mock/1/faults"},
		"/mock/1/\\evil":           {"/", "/mock/1/faults"},
		"/mock/1/users\r\nX: evil": {"/", "/mock/1/faults"},
		"javascript:alert(1)":      {"/", "/mock/1/faults"},
	} {
		login := r.do(t, http.MethodPost, "/mock/login", url.Values{"token": {controlToken}, "back": {back}}.Encode())
		if got := login.header.Get("Location"); got != want[0] {
			t.Errorf("login, back to %q: %q, want %q", back, got, want[0])
		}
		healed := r.do(t, http.MethodPost, "/mock/1/faults/heal", url.Values{"back": {back}}.Encode(), "Cookie", sent)
		if got := healed.header.Get("Location"); got != want[1] {
			t.Errorf("heal, back to %q: %q, want %q", back, got, want[1])
		}
	}
}
