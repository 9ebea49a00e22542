package page_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

func TestRequests(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.get(t, "/mock/1/requests").has(t, "Nobody has asked anything yet.")
	old, err := r.control.Token(t.Context(), alice, -4)
	if err != nil {
		t.Fatal(err)
	}
	r.verify(t, r.token(t, alice), alice)                                                            // 1
	r.verify(t, old.Token, alice)                                                                    // 2
	r.verify(t, "12345", bob)                                                                        // 3
	r.do(t, http.MethodGet, "/protected/json/app/details", "")                                       // 4, without a key
	if _, err := r.mock.AddFault(control.Fault{Name: "answer", Status: 503, Times: 1}); err != nil { // 5
		t.Fatal(err)
	}
	r.verify(t, "12345", bob)
	s := r.get(t, "/mock/1/requests")
	s.has(t, "200 GET verify 1000 Token is valid.", "401 GET verify 1000 Token is invalid this token was right 4 steps ago; 1 step is accepted", "401 GET verify 1001 Token is invalid 7 digits were expected, 5 came",
		"401 GET app/details Invalid API key no API key was sent", "503 GET verify 1001 Service Unavailable answer", "5 requests")
	for query, numbers := range map[string]string{
		"user=1000":                          "2 1",
		"user=1001":                          "5 3",
		"outcome=is:accepted":                "1",
		"outcome=is:refused":                 "5 4 3 2",
		"outcome=is:unanswered":              "",
		"outcome=is:fault":                   "5",
		"outcome=Token+is+invalid":           "3 2",
		"user=1000&outcome=is:refused":       "2",
		"user=1001&outcome=Token+is+invalid": "3",
		"before=3":                           "2 1",
	} {
		var got []string
		for _, id := range regexp.MustCompile(`<li id="r(\d+)"`).FindAllStringSubmatch(r.get(t, "/mock/1/requests?"+query).text, -1) {
			got = append(got, id[1])
		}
		if strings.Join(got, " ") != numbers {
			t.Errorf("%s: %s, want %s", query, got, numbers)
		}
	}
	if wrong := r.do(t, http.MethodGet, "/mock/1/requests?user=x", ""); wrong.status != http.StatusUnprocessableEntity {
		t.Errorf("user=x: %d", wrong.status)
	} else {
		wrong.has(t, "User: want an Authy ID, a whole number.")
	}
	r.get(t, "/mock/2/requests").has(t, "401 GET app/details Invalid API key", "1 request,")
	r.post(t, "/mock/1/requests/forget", nil)
	r.get(t, "/mock/1/requests").has(t, "Nobody has asked anything yet.")
}

// An opened request shows what was sent and answered, without secrets, and how to
// do it again.
func TestRequest(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	token := r.token(t, alice)
	r.verify(t, token, alice)
	s := r.get(t, "/mock/1/requests/1")
	s.has(t, "200 Token is valid.", "GET /protected/json/verify/[token]/1000?force=true", "X-Authy-Api-Key: [hidden]", "User-Agent: Go-http-client/1.1",
		`{"message":"Token is valid.","token":"is valid","success":"true"}`,
		"curl -H 'X-Authy-API-Key: "+docsKey+"' '"+r.url+"/protected/json/verify/TOKEN/1000?force=true'")
	s.lacks(t, token)

	r.authy(t, http.MethodPost, "/protected/json/users/new", "user[email]=it's@example.com&user[cellphone]=317-338-9302&user[country_code]=1&x=%37654321", "User-Agent", "me")
	s = r.get(t, "/mock/1/requests/2")
	s.has(t, "POST users/new", "User-Agent: me", "x=[token]", "Older",
		`curl -X POST -H 'Content-Type: application/x-www-form-urlencoded' -H 'X-Authy-API-Key: `+docsKey+`' --data-raw 'user[email]=it'\''s@example.com&user[cellphone]=317-338-9302&user[country_code]=1&x=TOKEN'`)

	secret := "another-key-0123"
	r.do(t, http.MethodGet, "/protected/json/app/details?api_key="+secret, "")
	s = r.get(t, "/mock/1/requests/3")
	s.has(t, "It came without an API key that this mock knows", "api_key=[key]")
	s.lacks(t, secret)
}

// What is not answered yet is shown too, and why there will be no answer.
func TestPendingRequest(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	if _, err := r.mock.AddFault(control.Fault{Name: "hang-up"}); err != nil {
		t.Fatal(err)
	}
	if response, err := r.client.Get(r.url + "/protected/json/app/details?api_key=" + docsKey); err == nil {
		response.Body.Close()
		t.Fatal("an answer")
	}
	r.get(t, "/mock/1/requests").has(t, "– GET app/details no answer hang-up")
	r.get(t, "/mock/1/requests/1").has(t, "no answer", "The fault hang-up had its way with it.", "None went out in HTTP.")
}

func TestFaults(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.get(t, "/mock/1/faults").has(t, "None: the mock answers as Authy does.", "hang-up Closes the connection without a word.", "Set hang-up")
	parameters := map[string]url.Values{
		"answer":       {"status": {"503"}, "headers": {"Retry-After: 30\r\nX: y\r\n"}, "body": {"<b>"}, "content_type": {"text/html"}},
		"cut-chunk":    {"after": {"3"}},
		"delay":        {"delay": {"1s"}},
		"drip":         {"interval": {"1ms"}},
		"drop-fields":  {"names": {"token, success"}},
		"set-fields":   {"fields": {`{"success":false}`}},
		"wrong-length": {"length": {"3"}},
	}
	kinds, err := r.control.FaultCatalogue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range kinds {
		form := url.Values{"fault": {kind.Name}, "authy_id": {"1000"}, "endpoint": {"verify"}, "times": {"2"}, "probability": {"0.5"}}
		for name, values := range parameters[kind.Name] {
			form[name] = values
			if !strings.Contains(r.get(t, "/mock/1/faults?fault="+kind.Name).text, `name="`+name+`"`) {
				t.Errorf("%s: the form has no %s", kind.Name, name)
			}
		}
		if to := r.post(t, "/mock/1/faults", form); to != "/mock/1/faults" {
			t.Errorf("%s leads to %s", kind.Name, to)
		}
	}
	active, err := r.control.Faults(t.Context())
	if err != nil || len(active) != len(kinds) {
		t.Fatalf("%d faults, want %d: %v", len(active), len(kinds), err)
	}
	for _, f := range active {
		if f.AuthyID != alice || f.Endpoint != "verify" || f.Times != 2 || f.Probability != 0.5 {
			t.Errorf("%+v", f)
		}
	}
	first := active[0]
	if first.Status != 503 || first.Headers["Retry-After"] != "30" || first.Headers["X"] != "y" || first.Body != "<b>" || first.ContentType != "text/html" {
		t.Errorf("%+v", first)
	}
	for _, path := range []string{"/", "/mock/1/users/1000", "/mock/1/requests", "/mock/1/faults", "/mock/1/clock", "/mock/1/messages", "/mock/1/start"} {
		r.get(t, path).has(t, fmt.Sprintf("%d faults are in force answer for alice@example.com, for verify, 2 more times, with probability 0.5, status 503", len(kinds)), "Heal everything", fmt.Sprintf("Faults %d", len(kinds)))
	}
	r.get(t, "/mock/2/users").lacks(t, "Heal everything")
	r.post(t, fmt.Sprintf("/mock/1/faults/%d/end", first.ID), nil)
	r.post(t, fmt.Sprintf("/mock/1/faults/%d/end", first.ID), nil) // which has ended already
	r.get(t, "/").has(t, fmt.Sprintf("%d faults are in force", len(kinds)-1))
	if to := r.post(t, "/mock/1/faults/heal", url.Values{"back": {"/mock/1/clock"}}); to != "/mock/1/clock" {
		t.Errorf("healed, and led to %s", to)
	}
	r.get(t, "/").lacks(t, "in force")
}

func TestFaultsRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for words, form := range map[string]url.Values{
		`No fault is named "nothing"`:                       {"fault": {"nothing"}},
		"Fault delay: the delay 0s: want more than nothing": {"fault": {"delay"}},
		`Delay "soon": want a duration`:                     {"fault": {"delay"}, "delay": {"soon"}},
		`No endpoint is named "x"`:                          {"fault": {"hang-up"}, "endpoint": {"x"}},
		"Times: want a whole number":                        {"fault": {"hang-up"}, "times": {"x"}},
		`Probability "x": want a number above 0`:            {"fault": {"hang-up"}, "probability": {"x"}},
		"Probability 2: want above 0 and at most 1":         {"fault": {"hang-up"}, "probability": {"2"}},
		`Headers: "x": want lines such as Retry-After: 30`:  {"fault": {"answer"}, "headers": {"x"}},
		"Fields: want a JSON object":                        {"fault": {"set-fields"}, "fields": {"x"}},
		"Fault hang-up: it has no parameter status":         {"fault": {"hang-up"}, "status": {"200"}},
	} {
		r.refused(t, "/mock/1/faults", form, words)
	}
	s := r.refused(t, "/mock/1/faults", url.Values{"fault": {"answer"}, "status": {"x"}, "body": {"typed <b>"}}, "Status: want a whole number")
	if !strings.Contains(s.text, "typed &lt;b&gt;</textarea>") {
		t.Error("what was typed is gone")
	}
}
