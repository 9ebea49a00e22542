package page_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// evil are texts that become a script where they are not escaped, each in another
// place of a page.
func evil() []string {
	return []string{
		`<script>hacked=1</script>`,
		`"><img src=x onerror=hacked=1>`,
		`' onmouseover='hacked=1`,
		`</title></textarea></pre><svg onload=hacked=1>`,
		`javascript:hacked=1`,
		`{{.}}${hacked=1}`,
		`<!--<script>`,
		"\u2028</script>\u202e",
	}
}

// poison makes a mock that has seen such texts wherever a client can put one, and
// shows them.
func poison(t testing.TB, options ...mockauthy.Option) *rig {
	t.Helper()
	r := newRig(t, append(options, mockauthy.WithApplications(mockauthy.Application{Name: evil()[0] + evil()[2], APIKey: evil()[1], Users: []mockauthy.User{
		{AuthyID: 7, Email: `"<svg/onload=hacked=1>"@a.b`, Cellphone: "201-555-0100", CountryCode: 1},
	}}))...)
	for i, text := range evil() {
		email := strings.ReplaceAll(text, " ", "/") + "@example.com"
		if _, err := r.control.AddUser(t.Context(), control.NewUser{Email: email, Cellphone: "201-555-02" + string(rune('0'+i)) + "0", CountryCode: 1}); err != nil && !strings.Contains(err.Error(), "email") {
			t.Fatal(err)
		}
		query := url.QueryEscape(text)
		r.do(t, http.MethodGet, "/"+url.PathEscape(text)+"?x="+query, "", "User-Agent", strings.ToValidUTF8(text, ""), "X-Evil", text, "X-Authy-API-Key", docsKey)
		body, _ := json.Marshal(map[string]string{"message": text})
		r.authy(t, http.MethodPost, "/onetouch/json/users/1000/approval_requests", string(body), "Content-Type", "application/json", "Accept", text)
		r.authy(t, http.MethodPost, "/onetouch/json/users/1000/approval_requests", url.Values{"message": {text}, "details[" + text + "]": {text}, "hidden_details[" + text + "]": {text}, "logos[][res]": {"default"}, "logos[][url]": {text}}.Encode())
		r.authy(t, http.MethodPost, "/protected/json/users/1000/secret", url.Values{"label": {text}}.Encode())
		r.authy(t, http.MethodGet, "/protected/json/verify/"+url.PathEscape(text)+"/1000?force=true&action="+query, "")
	}
	if _, err := r.mock.AddFault(control.Fault{Name: "answer", Body: evil()[0], Headers: map[string]string{"X": evil()[1]}, Endpoint: "sms", Times: 1}); err != nil {
		t.Fatal(err)
	}
	r.authy(t, http.MethodGet, "/protected/json/sms/1000", "")
	return r
}

// poisoned are the pages of such a mock.
func (r *rig) poisoned(t testing.TB) []string {
	t.Helper()
	all := []string{"/", "/mock/1/users/1000", "/mock/1/requests", "/mock/1/messages", "/mock/1/faults", "/mock/1/start", "/mock/3/users", "/mock/3/users/7", "/mock/3/start", "/mock/3/requests"}
	requests, err := r.control.Requests(t.Context(), control.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range requests {
		all = append(all, "/mock/1/requests/"+string(rune('0'+(i+1)/10%10))+string(rune('0'+(i+1)%10)))
	}
	for _, text := range evil() {
		all = append(all, "/mock/1/users?q="+url.QueryEscape(text), "/mock/1/requests?user=x&outcome="+url.QueryEscape(text), "/mock/1/faults?fault="+url.QueryEscape(text)+"&authy_id="+url.QueryEscape(text)+"&body="+url.QueryEscape(text))
	}
	return all
}

// Whatever clients have sent is text on every page.
func TestHostile(t *testing.T) {
	t.Parallel()
	r := poison(t)
	for _, path := range r.poisoned(t) {
		s := r.do(t, http.MethodGet, path, "")
		if s.status != http.StatusOK && s.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", path, s.status)
		}
		scripts := 0
		for n := range s.tree(t).Descendants() {
			if n.Type == html.CommentNode {
				t.Errorf("%s: a comment: %s", path, n.Data)
			}
			if n.Type != html.ElementNode {
				continue
			}
			harmless(t, path, n)
			if n.Data == "script" {
				scripts++
			}
		}
		if scripts != 1 {
			t.Errorf("%s: %d scripts", path, scripts)
		}
	}
	messages := r.get(t, "/mock/1/messages")
	for _, text := range evil() {
		messages.has(t, strings.Join(strings.Fields(text), " "))
	}
}

// Nobody who must not sees a word of what was typed: what a form is refused with is
// text too.
func TestHostileForms(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, text := range evil() {
		for _, path := range []string{"/mock/1/users", "/mock/1/users/1000/change", "/mock/1/users/1000/clock", "/mock/1/faults", "/mock/1/clock/set", "/mock/1/clock/skew", "/mock/1/approvals/" + url.PathEscape(text), "/mock/login"} {
			form := url.Values{}
			for _, name := range []string{"email", "cellphone", "country_code", "authy_id", "secret", "skew", "fault", "body", "headers", "time", "by", "status", "back", "token"} {
				form.Set(name, text)
			}
			s := r.do(t, http.MethodPost, path, form.Encode())
			for n := range s.tree(t).Descendants() {
				if n.Type == html.ElementNode {
					harmless(t, path, n)
				}
			}
		}
	}
}
