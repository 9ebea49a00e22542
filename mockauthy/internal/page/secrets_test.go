package page_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Promise 22: what was sent in secret, wherever in a request and however it was
// written, is on no page that shows requests.
func TestRequestsKeepSecrets(t *testing.T) {
	t.Parallel()
	const unknownKey, password = "canaryUnknown9876543210", "hunter2024"
	r := newRig(t)
	token := r.token(t, alice)
	escaped := func(format string) string {
		var b strings.Builder
		for _, c := range token {
			fmt.Fprintf(&b, format, c)
		}
		return b.String()
	}
	n := 0
	send := func(method, target, body, contentType string) {
		t.Helper()
		for _, key := range []string{docsKey, unknownKey} {
			n++
			r.do(t, method, target, body, "Content-Type", contentType, "X-Authy-API-Key", key, "X-Token", token, "X-Key", key,
				"Authorization", "Bearer "+unknownKey, "Cookie", "session="+unknownKey, "Referer", "/x?api_key="+unknownKey)
		}
	}
	send(http.MethodGet, "/protected/json/verify/"+token+"/1000?force=true", "", "")
	send(http.MethodGet, "/protected/json/verify/"+password+token+"/1000?api_key="+unknownKey, "", "")
	for contentType, bodies := range map[string][]string{
		"application/x-www-form-urlencoded": {"token=" + token, "token=" + escaped("%%%02x"), "api_key=" + unknownKey, "a%70i_key=" + url.QueryEscape(unknownKey+"&"), "token=" + token + "&%zz"},
		"application/json":                  {`{"token":"` + token + `"}`, `{"token":"` + escaped(`\u%04x`) + `"}`, `{"api_key":"` + unknownKey + `"}`, `{"api_key":"` + unknownKey, `{"token":` + token + `}`},
		"application/xml":                   {"<token>" + token + "</token>", "<token>" + escaped("&#%d;") + "</token>", "<api_key>" + unknownKey + "</api_key>", "<token>" + escaped("&#x%x;")},
	} {
		for _, body := range bodies {
			send(http.MethodPost, "/protected/json/users/new", body, contentType)
		}
	}
	secret := r.authy(t, http.MethodPost, "/protected/json/users/1000/secret", "")
	link := secret.text[strings.Index(secret.text, "/qr/")+4:][:36]
	for i := range n + 1 {
		for _, path := range []string{fmt.Sprintf("/mock/1/requests/%d", i+1), "/mock/1/requests"} {
			s := r.get(t, path)
			text := html.UnescapeString(html.UnescapeString(s.text))
			if plain, err := url.PathUnescape(strings.ReplaceAll(text, "%z", "")); err == nil {
				text += plain
			}
			for _, canary := range []string{token, unknownKey, "canary", link} {
				if at := strings.Index(text, canary); at >= 0 {
					t.Fatalf("%s has %q: …%s…", path, canary, text[max(0, at-120):at+len(canary)+20])
				}
			}
		}
	}
}
