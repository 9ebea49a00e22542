package page_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

func TestUsers(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	s := r.get(t, "/")
	s.has(t, "alice@example.com", "1000 · +1 201-555-0100", r.token(t, alice), "bob@example.com", "not confirmed", "1 to 2 of 2", "7 seconds left")
	for query, found := range map[string]string{
		"ALICE": "alice@example.com", "1001": "bob@example.com", "+49 30-5550": "bob@example.com", "0188": "bob@example.com", "2015550100": "alice@example.com",
	} {
		s := r.get(t, "/mock/1/users?q="+url.QueryEscape(query))
		if n := strings.Count(s.text, `class="card"`); n != 1 || !strings.Contains(s.text, found) {
			t.Errorf("%s: %d users, want %s", query, n, found)
		}
	}
	r.get(t, "/mock/1/users?q=nobody").has(t, "No user has “nobody”")

	to := r.post(t, "/mock/1/users", url.Values{"email": {" new@example.com "}, "country_code": {"+1"}, "cellphone": {"201-555-0177"}, "authy_id": {"77"}, "secret": {"jbsw y3dp ehpk 3pxp"}, "registered": {"on"}})
	if to != "/mock/1/users/77" {
		t.Errorf("leads to %s", to)
	}
	r.get(t, to).has(t, "new@example.com", "Authy ID 77", "+1 201-555-0177", "registered", r.token(t, 77))
	again := r.refused(t, "/mock/1/users", url.Values{"email": {"other@example.com"}, "country_code": {"1"}, "cellphone": {"201-555-0177"}}, "+1 201-555-0177 is the phone of user 77 already.")
	if !strings.Contains(again.text, `value="other@example.com"`) {
		t.Error("what was typed is gone")
	}
	for words, form := range map[string]url.Values{
		`Email "x": want an address such as alice@example.com.`: {"email": {"x"}},
		`Cellphone "1": want 7 to 15 digits.`:                   {"email": {"x@example.com"}, "cellphone": {"1"}},
		"Country code: want a whole number.":                    {"country_code": {"x"}},
		"Authy ID: want a whole number.":                        {"authy_id": {"x"}},
	} {
		r.refused(t, "/mock/1/users", form, words)
	}
}

func TestUser(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const page = "/mock/1/users/1001"
	change := func(name, value string) {
		t.Helper()
		r.post(t, page+"/change", url.Values{name: {value}, "back": {page}})
	}
	change("suspended", "true")
	change("confirmed", "true")
	change("registered", "true")
	change("email", "robert@example.com")
	r.post(t, page+"/clock", url.Values{"skew": {"-30s"}})
	s := r.get(t, page)
	s.has(t, "robert@example.com", "suspended confirmed registered clock -30s", "End the suspension")
	r.refused(t, page+"/clock", url.Values{"skew": {"soon"}}, "Skew: want a duration such as 3s, -30s or 1h.")
	r.refused(t, page+"/change", url.Values{"email": {"x"}}, `Email "x": want an address`)
	r.refused(t, page+"/change", url.Values{"confirmed": {"x"}}, "Confirmed: want true or false.")
	r.post(t, page+"/reset", url.Values{"back": {page}})
	r.get(t, page).has(t, "bob@example.com", "not confirmed")

	if _, err := r.mock.AddFault(control.Fault{Name: "hang-up", AuthyID: bob}); err != nil {
		t.Fatal(err)
	}
	if to := r.post(t, page+"/delete", nil); to != "/mock/1/users" {
		t.Errorf("leads to %s", to)
	}
	if s := r.do(t, http.MethodGet, page, ""); s.status != http.StatusNotFound {
		t.Errorf("a user who is gone: %d", s.status)
	}
	if faults := r.mock.Snapshot().Faults; len(faults) > 0 {
		t.Errorf("his faults stay: %+v", faults)
	}
	if s := r.do(t, http.MethodPost, page+"/delete", ""); s.status != http.StatusNotFound {
		t.Errorf("deleted twice: %d", s.status)
	}
	added, err := r.control.AddUser(t.Context(), control.NewUser{Email: "a@example.com", Cellphone: "201-555-0111", CountryCode: 1})
	if err != nil {
		t.Fatal(err)
	}
	r.refused(t, fmt.Sprintf("/mock/1/users/%d/reset", added.AuthyID), nil, "The seed has no such user")
}

// A token that was used is marked, and so is a user who is locked.
func TestUsedAndLocked(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.verify(t, r.token(t, alice), alice)
	r.get(t, "/mock/1/users/1000").has(t, "used")
	for range 5 {
		r.verify(t, "1234567", bob)
	}
	r.get(t, "/mock/1/users/1001").has(t, "locked")
}

// The next token is shown when the current one is about to end.
func TestEnding(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	next, err := r.control.Token(t.Context(), alice, 1)
	if err != nil {
		t.Fatal(err)
	}
	for seconds, want := range map[int]bool{0: false, 6: false, 7: true, 9: true} {
		at := noon.Add(time.Duration(seconds-3) * time.Second)
		r.now.Store(&at)
		s := r.get(t, "/mock/1/users/1000")
		if got := strings.Contains(s.text, "data-ending"); got != want {
			t.Errorf("%d s into the step: ending %t, want %t", seconds, got, want)
		}
		s.has(t, "next "+next.Token[:3]+" "+next.Token[3:])
	}
}

// The QR code that the page or Authy's API makes is shown, also after a restart.
func TestQR(t *testing.T) {
	t.Parallel()
	data := mockauthy.WithData(t.TempDir() + "/mock.db")
	r := newRig(t, data)
	if s := r.do(t, http.MethodGet, "/mock/1/users/1000/qr.png", ""); s.status != http.StatusNotFound {
		t.Errorf("before there is one: %d", s.status)
	}
	r.get(t, "/mock/1/users/1000").has(t, "Make a QR code")
	r.post(t, "/mock/1/users/1000/qr", nil)
	link := regexp.MustCompile(`href="(otpauth://totp/[^"]*)"`)
	s := r.get(t, "/mock/1/users/1000")
	made := link.FindStringSubmatch(s.text)
	if made == nil || !strings.Contains(made[1], "Authy%20Docs:alice@example.com") || !strings.Contains(made[1], "digits=6") {
		t.Fatalf("no link: %s", s.words(t))
	}
	picture := r.get(t, "/mock/1/users/1000/qr.png")
	if picture.header.Get("Content-Type") != "image/png" || !strings.HasPrefix(picture.text, "\x89PNG") {
		t.Errorf("no picture: %s", picture.header)
	}
	if err := r.mock.Close(); err != nil {
		t.Fatal(err)
	}
	restarted := newRig(t, data)
	defer restarted.mock.Close()
	if again := link.FindStringSubmatch(restarted.get(t, "/mock/1/users/1000").text); again == nil || again[1] != made[1] {
		t.Errorf("after a restart: %s, want %s", again, made[1])
	}
	if same := restarted.get(t, "/mock/1/users/1000/qr.png"); same.text != picture.text {
		t.Error("after a restart it is another picture")
	}
	code, err := restarted.control.QRToken(t.Context(), alice, 0)
	if err != nil {
		t.Fatal(err)
	}
	if s := restarted.verify(t, code.Token, alice); s.status != http.StatusOK {
		t.Errorf("its token is refused: %s", s.text)
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.get(t, "/mock/1/clock").has(t, "2026-11-22 12:00:03 UTC", "It follows this machine’s.")
	r.post(t, "/mock/1/clock/run", url.Values{"frozen": {"true"}})
	r.post(t, "/mock/1/clock/advance", url.Values{"by": {"10s"}})
	r.get(t, "/mock/1/clock").has(t, "2026-11-22 12:00:13 UTC", "It is frozen", "Clock frozen", "Let it run")
	r.get(t, "/").has(t, "Clock frozen")
	r.post(t, "/mock/1/clock/set", url.Values{"time": {"2027-03-21T06:00"}})
	r.post(t, "/mock/1/clock/set", url.Values{"time": {"2027-03-21T06:00:07"}})
	r.post(t, "/mock/1/clock/run", url.Values{"frozen": {"false"}})
	r.get(t, "/mock/1/clock").has(t, "2027-03-21 06:00:07 UTC", "It was moved")
	r.get(t, "/mock/2/clock").has(t, "2026-11-22 12:00:03 UTC")
	r.post(t, "/mock/1/clock/follow", nil)
	r.get(t, "/mock/1/clock").has(t, "2026-11-22 12:00:03 UTC", "It follows this machine’s.")
	r.refused(t, "/mock/1/clock/set", url.Values{"time": {"soon"}}, "Time: want one such as 2027-03-21T06:00:00, in UTC.")
	r.refused(t, "/mock/1/clock/set", url.Values{"time": {"1969-01-01T00:00:00"}}, "The time 1969-01-01T00:00:00Z: want 1970")
	r.refused(t, "/mock/1/clock/advance", url.Values{"by": {"x"}}, "By: want a duration")
	r.refused(t, "/mock/1/clock/run", nil, "Frozen: want true or false.")

	r.post(t, "/mock/1/clock/skew", url.Values{"authy_id": {"1001"}, "skew": {"1m"}})
	r.get(t, "/mock/1/clock").has(t, "bob@example.com ahead by 1m0s")
	r.refused(t, "/mock/1/clock/skew", url.Values{"authy_id": {"7"}, "skew": {"1m"}}, "Authy ID: want that of a user of this application.")
	r.refused(t, "/mock/1/clock/skew", url.Values{"authy_id": {"1001"}, "skew": {"9999h"}}, "The skew 9999h0m0s: want")
}

func TestMessages(t *testing.T) {
	t.Parallel()
	heard := make(chan string, 1)
	r := newRig(t, mockauthy.WithApplications(mockauthy.Application{Name: "Called back", APIKey: "third", CallbackURL: listen(t, heard), Users: application().Users}))
	r.authy(t, http.MethodGet, "/protected/json/sms/1000", "")
	r.authy(t, http.MethodPost, "/protected/json/email/1001", "")
	sent, err := r.control.Messages(t.Context(), alice)
	if err != nil {
		t.Fatal(err)
	}
	r.get(t, "/mock/1/messages").has(t, "sms +1 201-555-0100 · 1000", sent[0].Code[:3]+" "+sent[0].Code[3:], "email bob@example.com", "Nobody has been asked anything.")

	ask := r.do(t, http.MethodPost, "/onetouch/json/users/1000/approval_requests", "message=Log+in%3F&details[From]=here&hidden_details[id]=7", "X-Authy-API-Key", "third")
	uuid := regexp.MustCompile(`[0-9a-f-]{36}`).FindString(ask.text)
	r.get(t, "/mock/3/messages").has(t, "Log in?", "From here", "id hidden 7", "Approve", "Deny")
	r.refused(t, "/mock/3/approvals/"+uuid, url.Values{"status": {"maybe"}}, `The answer "maybe": want approved or denied.`)
	r.post(t, "/mock/3/approvals/"+uuid, url.Values{"status": {"approved"}})
	if got := <-heard; !strings.Contains(got, `"status":"approved"`) {
		t.Errorf("the callback: %s", got)
	}
	r.get(t, "/mock/3/messages").has(t, "Log in?", "approved").lacks(t, ">Approve<")
	r.refused(t, "/mock/3/approvals/"+uuid, url.Values{"status": {"denied"}}, "The approval request is approved already.")
	r.refused(t, "/mock/3/approvals/unknown", url.Values{"status": {"denied"}}, "There is no such approval request.")
}

// An untouched mock says how to point programs at it, with all that they need.
func TestStart(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, path := range []string{"/", "/mock/1/start"} {
		r.get(t, path).has(t, "Start here",
			"curl -H 'X-Authy-API-Key: "+docsKey+"' '"+r.url+"/protected/json/app/details'",
			"'AUTHY_API_URL="+r.url+"' \\ 'AUTHY_API_KEY="+docsKey+"'", "echo alice,1000",
			"SFTPGO_DATA_PROVIDER__CHECK_PASSWORD_HOOK=")
	}
	elsewhere := r.get(t, "/mock/1/start", "Host", "mock.example:2884")
	elsewhere.has(t, "AUTHY_API_URL=http://mock.example:2884", "AUTHY_ALLOW_PLAIN_HTTP=true")
	r.get(t, "/mock/2/start").has(t, "X-Authy-API-Key: other-key")
	r.authy(t, http.MethodGet, "/protected/json/app/details", "")
	r.get(t, "/").lacks(t, "Start here</h2>")
	own := newRig(t, mockauthy.WithPage(func() string { return "http://127.0.0.1:9" }))
	own.get(t, "/").has(t, "'http://127.0.0.1:9/protected/json/app/details'")
}
