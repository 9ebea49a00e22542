package mockauthy_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

var uuidOf = regexp.MustCompile(`^\{"approval_request":\{"uuid":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"\},"success":true\}$`)

// askApproval puts a question to alice.
func (r *rig) askApproval(t *testing.T, form string) (uuid string) {
	t.Helper()
	got := r.ask(t, post("/onetouch/json/users/1000/approval_requests", form))
	match := uuidOf.FindStringSubmatch(got.body)
	if got.status != 200 || match == nil {
		t.Fatalf("got %v", got)
	}
	return match[1]
}

// Section 3.14 of docs/authy-api.md.
func TestApprovalRequest(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	uuid := r.askApproval(t, "message=Transfer&details[to]=bob&details[amount]=10&hidden_details[ip]=192.0.2.1&seconds_to_expire=120")
	shown := func(status, processed, updated, more string) string {
		return `{"approval_request":{"_app_name":"Authy Docs","_app_serial_id":1,"_authy_id":1000,"_id":"ID","_user_email":"alice@example.com","app_id":"ID","created_at":"2026-11-22T12:00:03Z","notified":false,"processed_at":` +
			processed + `,"seconds_to_expire":120,"status":"` + status + `","updated_at":"` + updated + `","user_id":"ID","uuid":"` + uuid + `"` + more + `},"success":true}`
	}
	expect := func(want string) {
		t.Helper()
		got := r.ask(t, reading("/onetouch/json/approval_requests/"+uuid))
		got.body = regexp.MustCompile(`"[0-9a-f]{24}"`).ReplaceAllString(got.body, `"ID"`)
		if got != (said{200, jsonType, want}) {
			t.Errorf("\n got %v\nwant %s", got, want)
		}
	}
	expect(shown("pending", "null", "2026-11-22T12:00:03Z", ""))
	r.move(5 * time.Second)
	if err := r.control(t).AnswerApproval(t.Context(), uuid, "approved"); err != nil {
		t.Fatal(err)
	}
	expect(shown("approved", `"2026-11-22T12:00:08Z"`, "2026-11-22T12:00:08Z", `,"hidden_details":{"ip":"192.0.2.1"}`))
	if err := r.control(t).AnswerApproval(t.Context(), uuid, "denied"); err == nil || !strings.Contains(err.Error(), "approved already") {
		t.Errorf("a second answer: %v", err)
	}
}

func TestApprovalRequestExpires(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	day := r.askApproval(t, "message=Hello")
	never := r.askApproval(t, "message=Hello&seconds_to_expire=0")
	r.move(24*time.Hour - time.Second)
	status := func(uuid string) string {
		return regexp.MustCompile(`"status":"([a-z]+)"`).FindStringSubmatch(r.ask(t, reading("/onetouch/json/approval_requests/"+uuid)).body)[1]
	}
	if got := status(day); got != "pending" {
		t.Errorf("before its end it is %s", got)
	}
	r.move(time.Second)
	if got := status(day); got != "expired" {
		t.Errorf("after its end it is %s", got)
	}
	if got := status(never); got != "pending" {
		t.Errorf("without an end it is %s", got)
	}
	if err := r.control(t).AnswerApproval(t.Context(), day, "approved"); err == nil || !strings.Contains(err.Error(), "expired already") {
		t.Errorf("an answer after its end: %v", err)
	}
	requests, err := r.control(t).ApprovalRequests(t.Context())
	if err != nil || len(requests) != 2 || requests[0].UUID != day || requests[0].Status != "expired" || requests[1].Status != "pending" {
		t.Errorf("the requests are %+v, %v", requests, err)
	}
}

func TestApprovalRequestErrors(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.expect(t, post("/onetouch/json/users/1000/approval_requests", ""), shape1(400, "60004", "Invalid parameter: message - Parameter is required"))
	r.expect(t, post("/onetouch/json/users/1000/approval_requests", "message=Hello&seconds_to_expire=soon"),
		shape1(400, "60004", "Invalid parameter: seconds_to_expire - 'soon' is not a valid Integer"))
	// The one error whose errors are empty.
	r.expect(t, reading("/onetouch/json/approval_requests/8d031630-0000-0000-0000-000000000000"),
		said{404, jsonType, `{"message":"Approval request not found: 8d031630-0000-0000-0000-000000000000","success":false,"errors":{},"error_code":"60049"}`})
	r.expect(t, asked{target: "/onetouch/json/approval_requests/8d031630-0000-0000-0000-000000000000"}, invalidKey)
	if err := r.control(t).AnswerApproval(t.Context(), "none", "approved"); err == nil || !strings.Contains(err.Error(), "no such approval request") {
		t.Errorf("an answer to none: %v", err)
	}
	if err := r.control(t).AnswerApproval(t.Context(), r.askApproval(t, "message=Hello"), "maybe"); err == nil || !strings.Contains(err.Error(), "want approved or denied") {
		t.Errorf("a strange answer: %v", err)
	}
	// authy-python sends a null for what is not set.
	got := r.ask(t, asked{method: "POST", target: "/onetouch/json/users/1000/approval_requests", key: docsKey, contentType: jsonBodyType, body: `{"message":"Hello","seconds_to_expire":null}`})
	if !uuidOf.MatchString(got.body) {
		t.Errorf("got %v", got)
	}
}

// Logos are kept, by whatever way they come, and told where the request is told
// of: docs/authy-api.md section 3.14.
func TestApprovalRequestLogos(t *testing.T) {
	t.Parallel()
	const (
		target = "/onetouch/json/users/1000/approval_requests"
		wrong  = "Invalid parameter: logos - "
	)
	inJSON := func(logos string) asked {
		return asked{method: "POST", target: target, key: docsKey, contentType: jsonBodyType, body: `{"message":"Hello","logos":` + logos + `}`}
	}
	both := []control.Logo{{Resolution: "default", URL: "https://example.com/a.png"}, {Resolution: "med", URL: "https://example.com/b.png"}}
	for name, test := range map[string]struct {
		ask  asked
		want []control.Logo
	}{
		"a form, as Rack writes it": {post(target, "message=Hello&logos[][res]=default&logos[][url]=https://example.com/a.png&logos[][res]=med&logos[][url]=https://example.com/b.png"), both},
		"a form, as PHP writes it":  {post(target, "message=Hello&logos[1][res]=med&logos[1][url]=https://example.com/b.png&logos[0][res]=default&logos[0][url]=https://example.com/a.png"), both},
		"JSON":                      {inJSON(`[{"res":"default","url":"https://example.com/a.png"},{"url":"https://example.com/b.png","res":"med"}]`), both},
		"JSON, none":                {inJSON(`[]`), []control.Logo{}},
		"JSON, null":                {inJSON(`null`), []control.Logo{}},
	} {
		r := newRig(t)
		if got := r.ask(t, test.ask); got.status != 200 {
			t.Errorf("%s: %v", name, got)
		}
		requests, err := r.control(t).ApprovalRequests(t.Context())
		if err != nil || len(requests) != 1 {
			t.Fatalf("%s: %+v, %v", name, requests, err)
		}
		if diff := cmp.Diff(test.want, requests[0].Logos); diff != "" {
			t.Errorf("%s: logos (-want +got):\n%s", name, diff)
		}
	}
	r := newRig(t)
	for logos, want := range map[string]string{
		`[{"res":"med","url":"https://example.com/b.png"}]`:    "A default res is required",
		`[{"res":"huge","url":"https://example.com/b.png"}]`:   "'huge' is not a valid res",
		`[{"url":"https://example.com/b.png"}]`:                "'' is not a valid res",
		`[{"res":"default"}]`:                                  "Parameter url is required",
		`[{"res":"default","url":"x"},{"res":"low","url":""}]`: "Parameter url is required",
	} {
		r.expect(t, inJSON(logos), shape1(400, "60004", wrong+want))
	}
}

// What becomes of a request is told to the application, signed by its API key:
// docs/authy-api.md section 3.14.
func TestCallback(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"", http.MethodPost, http.MethodGet} {
		heard := make(chan *http.Request, 1)
		bodies := make(chan string, 1)
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			heard <- r
			bodies <- string(body)
		}))
		t.Cleanup(server.Close)
		app := docsApplication()
		app.CallbackURL, app.CallbackMethod = server.URL+"/authy", method
		r := newRig(t, app)
		uuid := r.askApproval(t, "message=Transfer&details[to]=bob+%26+carol&logos[][res]=default&logos[][url]=https://example.com/a.png")
		if err := r.control(t).AnswerApproval(t.Context(), uuid, "denied"); err != nil {
			t.Fatal(err)
		}
		request, body := <-heard, <-bodies
		params := request.URL.RawQuery
		if method != http.MethodGet {
			var told struct {
				Status  string `json:"status"`
				UUID    string `json:"uuid"`
				AuthyID int64  `json:"authy_id"`
				Request struct {
					Logos []control.Logo `json:"logos"`
				} `json:"approval_request"`
			}
			if err := json.Unmarshal([]byte(body), &told); err != nil || told.Status != "denied" || told.UUID != uuid || told.AuthyID != alice ||
				!cmp.Equal(told.Request.Logos, []control.Logo{{Resolution: "default", URL: "https://example.com/a.png"}}) {
				t.Errorf("heard %s, %v", body, err)
			}
			continue // package authyapi holds the signature of a body to recorded ones
		}
		if request.Method != http.MethodGet || body != "" {
			t.Errorf("heard %s with the body %q", request.Method, body)
		}
		if values := request.URL.Query(); values.Get("status") != "denied" || values.Get("approval_request[transaction][details][to]") != "bob & carol" ||
			values.Get("approval_request[logos][][url]") != "https://example.com/a.png" {
			t.Errorf("heard %v", values)
		}
		mac := hmac.New(sha256.New, []byte(docsKey))
		mac.Write([]byte(request.Header.Get("X-Authy-Signature-Nonce") + "|GET|" + app.CallbackURL + "|" + params))
		if want := base64.StdEncoding.EncodeToString(mac.Sum(nil)); request.Header.Get("X-Authy-Signature") != want {
			t.Errorf("the signature is %s, want %s", request.Header.Get("X-Authy-Signature"), want)
		}
	}
}

// A callback that does not arrive is said to whoever answered.
func TestCallbackFails(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	app := docsApplication()
	app.CallbackURL = server.URL
	r := newRig(t, app)
	uuid := r.askApproval(t, "message=Transfer")
	err := r.control(t).AnswerApproval(t.Context(), uuid, "approved")
	if err == nil || !strings.Contains(err.Error(), "the request is approved, but the callback was answered with 404 Not Found") {
		t.Errorf("got %v", err)
	}
	for _, wrong := range []mockauthy.Application{
		{Name: "A", APIKey: "k", CallbackURL: "ftp://example.com"},
		{Name: "A", APIKey: "k", CallbackURL: "http://example.com?x"},
		{Name: "A", APIKey: "k", CallbackMethod: "PUT"},
	} {
		if _, err := mockauthy.New(mockauthy.WithApplications(wrong)); err == nil || !strings.Contains(err.Error(), "want") {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
}
