package page_test

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
)

const unknownRoute = "Requested URL was not found."

// The page is at "/" and below /mock/, and takes nothing away from Authy and the
// control API.
func TestWhereThePageIs(t *testing.T) {
	t.Parallel()
	with := newRig(t)
	for _, test := range []struct {
		method, path string
		header       []string
		status       int
		text         string // that the answer has
	}{
		{"GET", "/", nil, 200, "<h1>Users</h1>"},
		{"HEAD", "/", nil, 200, ""},
		{"GET", "/?q=alice", nil, 200, "<h1>Users</h1>"},
		{"GET", "/mock/", nil, 303, ""},
		{"GET", "/mock/2/requests", nil, 200, "<h1>Requests</h1>"},
		{"GET", "/mock/nothing", nil, 404, "There is no such page."},
		{"GET", "/mock/0/users", nil, 404, "There is no application of this number."},
		{"GET", "/mock/1/users/9", nil, 404, "This application has no such user."},
		{"GET", "/mock/1/users/x", nil, 404, "This application has no such user."},
		{"GET", "/mock/1/requests/9", nil, 404, "The journal has no such request."},
		{"DELETE", "/mock/1/users", nil, 404, "There is no such page."},
		{"GET", "/mock/static/page.js", nil, 200, "'use strict'"},
		{"GET", "/mock/static/page.go", nil, 404, "not found"},
		{"GET", "/mock/static/..%2fpage.go", nil, 404, ""},
		// Authy's
		{"POST", "/", nil, 401, unknownRoute},
		{"GET", "/", []string{"X-Authy-API-Key", docsKey}, 401, unknownRoute},
		{"GET", "/?api_key=" + docsKey, nil, 401, unknownRoute},
		{"GET", "/", []string{"Host", "api.authy.com"}, 401, unknownRoute},
		{"GET", "/", []string{"Host", "Sandbox-API.authy.com.:80"}, 401, unknownRoute},
		{"GET", "/users", nil, 401, unknownRoute},
		{"GET", "//", nil, 401, unknownRoute},
		{"GET", "/%6dock/1/users", nil, 401, unknownRoute},
		{"GET", "/favicon.ico", nil, 401, unknownRoute},
		// the control API's
		{"GET", "/mock/v1/", nil, 200, "GET /mock/v1/users"},
		{"GET", "/mock/v1", nil, 404, "the control API has no such path"},
		{"GET", "/mock/v1/nothing", nil, 404, "the control API has no such path"},
		{"GET", "/mock/v12", nil, 404, "There is no such page."},
	} {
		if got := with.do(t, test.method, test.path, "", test.header...); got.status != test.status || !strings.Contains(got.text, test.text) {
			t.Errorf("%s %s %s: %d, want %d with %q:\n%s", test.method, test.path, test.header, got.status, test.status, test.text, got.text)
		}
	}
}

// Who has not asked for the page has none.
func TestWithoutThePage(t *testing.T) {
	t.Parallel()
	without := mockauthy.ForTest(t)
	paged := mockauthy.ForTest(t, mockauthy.WithPage(func() string { return "" }))
	for name, test := range map[string]struct {
		handler http.Handler
		path    string
		status  int
		text    string
	}{
		"library":             {without, "/", 401, unknownRoute},
		"library, /mock/":     {without, "/mock/", 404, "the control API has no such path"},
		"Authy alone":         {paged.Authy(), "/", 401, unknownRoute},
		"Authy alone, /mock/": {paged.Authy(), "/mock/1/users", 404, "the control API is not here"},
		"control":             {paged.Control(), "/", 200, "<h1>Users</h1>"},
		"control, /mock/":     {paged.Control(), "/mock/1/users", 200, "<h1>Users</h1>"},
		"control, other":      {paged.Control(), "/other", 404, "the control API has no such path"},
		"without its page":    {without.Control(), "/", 404, "the control API has no such path"},
	} {
		w := record(test.handler, http.MethodGet, test.path, "127.0.0.1:4711", "localhost")
		if w.Code != test.status || !strings.Contains(w.Body.String(), test.text) {
			t.Errorf("%s: %d, want %d with %q:\n%s", name, w.Code, test.status, test.text, w.Body)
		}
	}
	if _, err := mockauthy.New(mockauthy.WithPage(nil)); err == nil || err.Error() != "mockauthy: WithPage: nothing tells the URL of Authy's API" {
		t.Errorf("got %v", err)
	}
}

// No page has a script or a style of its own, or anything from elsewhere, and says
// so to the browser.
func TestPolicy(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.live(t)
	const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
	for _, path := range append(pages(), "/mock/static/page.js") {
		s := r.do(t, http.MethodGet, path, "")
		for name, want := range map[string]string{"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"} {
			if got := s.header.Get(name); got != want {
				t.Errorf("%s: %s: %q, want %q", path, name, got, want)
			}
		}
		if cache := s.header.Get("Cache-Control"); cache != "no-store" && !strings.HasPrefix(path, "/mock/static/") {
			t.Errorf("%s may be cached: %q", path, cache)
		}
		if strings.HasSuffix(path, ".js") {
			continue
		}
		for n := range s.tree(t).Descendants() {
			if n.Type == html.ElementNode {
				harmless(t, path, n)
			}
		}
	}
}

// harmless wants an element to do nothing that the policy forbids.
func harmless(t *testing.T, path string, n *html.Node) {
	t.Helper()
	switch n.Data {
	case "script":
		if attribute(n, "src") != "/mock/static/page.js" || n.FirstChild != nil {
			t.Errorf("%s: another script: %v", path, n.Attr)
		}
	case "style", "iframe", "object", "embed", "base":
		t.Errorf("%s: there is a %s", path, n.Data)
	}
	for _, a := range n.Attr {
		switch {
		case strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc":
			t.Errorf("%s: %s has %s=%q", path, n.Data, a.Key, a.Val)
		case a.Key == "src" || a.Key == "action" || n.Data == "link" && a.Key == "href":
			if !strings.HasPrefix(a.Val, "/mock/") {
				t.Errorf("%s: %s has %s=%q", path, n.Data, a.Key, a.Val)
			}
		case a.Key == "href":
			if !strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "#") && !strings.HasPrefix(a.Val, "otpauth://totp/") && !strings.HasSuffix(a.Val, "/openapi.yaml") {
				t.Errorf("%s: %s has href=%q", path, n.Data, a.Val)
			}
		}
	}
}

// A file that the browser has is not sent again.
func TestStatic(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for name, contentType := range map[string]string{"page.js": "text/javascript; charset=utf-8", "base.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"} {
		s := r.get(t, "/mock/static/"+name)
		if got := s.header.Get("Content-Type"); got != contentType || s.text == "" {
			t.Errorf("%s: %s, %d bytes", name, got, len(s.text))
		}
		if again := r.do(t, http.MethodGet, "/mock/static/"+name, "", "If-None-Match", s.header.Get("ETag")); again.status != http.StatusNotModified || again.text != "" {
			t.Errorf("%s again: %d, %d bytes", name, again.status, len(again.text))
		}
	}
}
