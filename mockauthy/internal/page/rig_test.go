package page_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

const (
	docsKey = "d57d919d11e6b221c9bf6f7c882028f9"

	alice, bob = 1000, 1001
)

// noon is when the tests' clock starts: 3 s into a step of 10 s.
var noon = time.Date(2026, 11, 22, 12, 0, 3, 0, time.UTC)

// rig is a mock with a page, over a socket.
type rig struct {
	mock    *mockauthy.Server
	control *control.Client
	client  *http.Client
	url     string
	now     atomic.Pointer[time.Time]
}

func newRig(t testing.TB, options ...mockauthy.Option) *rig {
	t.Helper()
	r := &rig{}
	at := noon
	r.now.Store(&at)
	r.mock = mockauthy.ForTest(t, append([]mockauthy.Option{
		mockauthy.WithClock(func() time.Time { return *r.now.Load() }),
		mockauthy.WithPage(func() string { return "" }),
		mockauthy.WithApplications(application(), mockauthy.Application{Name: "Other", APIKey: "other-key"}),
	}, options...)...)
	server := httptest.NewServer(r.mock)
	t.Cleanup(server.Close)
	r.url, r.client = server.URL, server.Client()
	r.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	var err error
	if r.control, err = control.New(r.url, control.WithHTTPClient(r.client)); err != nil {
		t.Fatal(err)
	}
	return r
}

func application() mockauthy.Application {
	return mockauthy.Application{Name: "Authy Docs", APIKey: docsKey, AttemptsPerHour: 5, Users: []mockauthy.User{
		{AuthyID: alice, Email: "alice@example.com", Cellphone: "201-555-0100", CountryCode: 1, Secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", Confirmed: true},
		{AuthyID: bob, Email: "bob@example.com", Cellphone: "30-5550-0188", CountryCode: 49, Secret: "KRUGKIDROVUWG2ZAMJZG653OEBTG66BA"},
	}}
}

// seen is a page as it was answered.
type seen struct {
	status int
	header http.Header
	text   string // the source
}

// do asks, with some header fields, given as name and value in turn.
func (r *rig) do(t testing.TB, method, path, body string, header ...string) seen {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, r.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			request.Host = header[i+1]
		}
		request.Header.Set(header[i], header[i+1])
	}
	response, err := r.client.Do(request)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return seen{response.StatusCode, response.Header, string(text)}
}

// get wants a page.
func (r *rig) get(t testing.TB, path string, header ...string) seen {
	t.Helper()
	s := r.do(t, http.MethodGet, path, "", header...)
	if s.status != http.StatusOK {
		t.Fatalf("%s: %d %s", path, s.status, s.words(t))
	}
	return s
}

// post sends a form, and wants it to be done and to lead on to a page.
func (r *rig) post(t testing.TB, path string, form url.Values) (to string) {
	t.Helper()
	s := r.do(t, http.MethodPost, path, form.Encode())
	if s.status != http.StatusSeeOther {
		t.Fatalf("%s: %d %s", path, s.status, s.words(t))
	}
	return s.header.Get("Location")
}

// refused sends a form, and wants it to be shown again with a problem that has these
// words.
func (r *rig) refused(t testing.TB, path string, form url.Values, words string) seen {
	t.Helper()
	s := r.do(t, http.MethodPost, path, form.Encode())
	if s.status != http.StatusUnprocessableEntity || !strings.Contains(s.words(t), words) {
		t.Errorf("%s: %d, want 422 with %q:\n%s", path, s.status, words, s.words(t))
	}
	return s
}

// authy asks as a client of Authy does.
func (r *rig) authy(t testing.TB, method, target, body string, header ...string) seen {
	t.Helper()
	return r.do(t, method, target, body, append([]string{"X-Authy-API-Key", docsKey}, header...)...)
}

// verify verifies a token.
func (r *rig) verify(t testing.TB, token string, authyID int64) seen {
	t.Helper()
	return r.authy(t, http.MethodGet, fmt.Sprintf("/protected/json/verify/%s/%d?force=true", token, authyID), "")
}

func (r *rig) token(t testing.TB, authyID int64) string {
	t.Helper()
	token, err := r.control.Token(t.Context(), authyID, 0)
	if err != nil {
		t.Fatal(err)
	}
	return token.Token
}

// tree is the page as a browser reads it.
func (s seen) tree(t testing.TB) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(s.text))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// words are those that a person reads, with one space between two.
func (s seen) words(t testing.TB) string {
	t.Helper()
	var b strings.Builder
	for n := range s.tree(t).Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// has wants words on the page.
func (s seen) has(t testing.TB, words ...string) seen {
	t.Helper()
	all := s.words(t)
	for _, w := range words {
		if !strings.Contains(all, w) {
			t.Errorf("%q is not on the page:\n%s", w, all)
		}
	}
	return s
}

// lacks wants words not to be on the page.
func (s seen) lacks(t testing.TB, words ...string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(s.text, w) {
			t.Errorf("%q is on the page:\n%s", w, s.words(t))
		}
	}
}

// attribute of an element, or "".
func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// pages are all that are shown on a mock that has seen something, see [rig.live].
func pages() []string {
	return []string{
		"/", "/mock/1/users?q=example", "/mock/1/users/1000", "/mock/1/users/1001", "/mock/1/requests", "/mock/1/requests/1", "/mock/1/faults",
		"/mock/1/faults?fault=answer", "/mock/1/faults?fault=set-fields&authy_id=1000", "/mock/1/clock", "/mock/1/messages", "/mock/1/start", "/mock/2/users", "/mock/3/users", "/mock/1/users/77",
	}
}

// live makes a mock have something on each page.
func (r *rig) live(t testing.TB) {
	t.Helper()
	r.verify(t, "1234567", alice)
	r.authy(t, http.MethodGet, "/protected/json/sms/1001?force=true", "")
	r.authy(t, http.MethodPost, "/protected/json/users/1000/secret", "")
	r.authy(t, http.MethodPost, "/onetouch/json/users/1000/approval_requests", "message=Log+in%3F&details[From]=here&hidden_details[id]=7")
	if _, err := r.control.SetUserClock(context.WithoutCancel(t.Context()), bob, -30*time.Second); err != nil {
		t.Fatal(err)
	}
	if _, err := r.mock.AddFault(control.Fault{Name: "delay", Delay: "1ms", AuthyID: bob, Endpoint: "verify", Times: 3, Probability: 0.5}); err != nil {
		t.Fatal(err)
	}
}

// listen is the URL of a server that passes on what it is sent.
func listen(t testing.TB, heard chan<- string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		heard <- string(body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}
