package mockauthy_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3filter"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/openapitest"
)

// serve hands a request to the mock. The only panic that it may come to is the
// one that net/http takes for "drop the connection", and that only from a fault.
func serve(t *testing.T, mock http.Handler, request *http.Request) *http.Response {
	t.Helper()
	recorder := httptest.NewRecorder()
	mock.ServeHTTP(recorder, request)
	return recorder.Result()
}

// newRequest is a request as net/http would hand it to a handler, or nil where
// net/http itself would refuse it.
func newRequest(method, target, key, contentType, body string) *http.Request {
	parsed, err := url.ParseRequestURI(target)
	if err != nil {
		return nil
	}
	request := httptest.NewRequest(http.MethodGet, "/", strings.NewReader(body))
	request.Method, request.URL, request.RequestURI = method, parsed, target
	request.Header.Set("X-Authy-API-Key", key)
	request.Header.Set("Content-Type", contentType)
	return request
}

// checkAnswer fails the test unless Authy could have answered so: JSON, or the
// one known text; never a redirect.
func checkAnswer(t *testing.T, response *http.Response) map[string]any {
	t.Helper()
	body := readAll(t, response)
	switch response.StatusCode {
	case 200, 400, 401:
	default:
		t.Fatalf("status %d: %s", response.StatusCode, body)
	}
	if location := response.Header.Get("Location"); location != "" {
		t.Fatalf("redirects to %s", location)
	}
	if response.Header.Get("Content-Type") == textType {
		if body != unknownRoute.body || response.StatusCode != unknownRoute.status {
			t.Fatalf("%d with the text %q", response.StatusCode, body)
		}
		return nil
	}
	if got := response.Header.Get("Content-Type"); got != jsonType {
		t.Fatalf("content type %s", got)
	}
	var answer map[string]any
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	if strings.ContainsAny(body, "\n\t") || !utf8.ValidString(body) {
		t.Fatalf("not compact, or not UTF-8: %q", body)
	}
	_, hasCode := answer["error_code"].(string)
	switch success := answer["success"]; {
	case response.StatusCode == 200 && (success == true || success == "true") && !hasCode:
	case response.StatusCode != 200 && success == false && hasCode:
	default:
		t.Fatalf("the status %d belies the body: %s", response.StatusCode, body)
	}
	return answer
}

func readAll(t *testing.T, response *http.Response) string {
	t.Helper()
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// Whatever a request line and a body say, the mock answers as Authy could, and
// never takes a wrong token of a confirmed user.
func FuzzRequest(f *testing.F) {
	for _, target := range []string{
		"/protected/json/verify/1234567/1000?force=true", "/protected/json/verify//1000", "/protected/json/verify/../app/details",
		"/protected/json/verify/%2e%2e%2f/1000", "/protected/json/app/details?api_key=" + docsKey, "/protected/yaml/users/new?user[email]=a",
		"//", "/%zz", "/protected/json/verify/0000000/1000;force=true?;", "/protected/json/verify/1234567/%31%30%30%30?%ff=%c0",
		"http://api.authy.com/protected/json/app/details", "*", "/livez?x", "/protected/json/verify/%00/1001",
	} {
		f.Add("GET", target, docsKey, formType, "")
		f.Add("POST", target, "", jsonBodyType, `{"api_key":"`+docsKey+`","user":{"email":"a@b.c","cellphone":"317-338-9302","country_code":1}}`)
	}
	f.Add("POST", "/protected/json/users/new", docsKey, formType, "user[email]=a@b.c&user[cellphone]=317-338-9302&user[country_code]=1")
	f.Add("PUT", "/protected/json/users/new", docsKey, "a/b; c=\"", "\xff")
	f.Fuzz(func(t *testing.T, method, target, key, contentType, body string) {
		request := newRequest(method, target, key, contentType, body)
		if request == nil || strings.HasPrefix(request.URL.EscapedPath(), "/mock/") || slices.Contains([]string{"/livez", "/readyz", "/metrics"}, request.URL.Path) {
			t.Skip()
		}
		c := newClock()
		mock := mockauthy.ForTest(t, mockauthy.WithClock(c.now), mockauthy.WithApplications(docsApplication()))
		r := &rig{clock: c, mock: mock, client: noRedirects(mock.Client()), base: "https://api.authy.com"}
		right := [2]string{r.native(t, aliceSecret, 0), r.native(t, bobSecret, 0)}
		answer := checkAnswer(t, serve(t, mock, request))

		// carol, who is not confirmed, may verify with anything.
		if answer["token"] == "is valid" && !strings.Contains(request.URL.Path, "/1002") && !strings.HasSuffix(request.URL.Path, "1002") {
			valid := false
			for offset := -1; offset <= 1; offset++ {
				valid = valid || strings.Contains(request.URL.Path, r.native(t, aliceSecret, offset)) || strings.Contains(request.URL.Path, r.native(t, bobSecret, offset))
			}
			if !valid {
				t.Errorf("%s %s: a wrong token is valid", method, target)
			}
		} else {
			// Nothing was verified, so nothing was spent.
			for i, id := range []int64{alice, bob} {
				if got := r.verify(t, right[i], id); got != tokenValid {
					t.Errorf("after %s %s: user %d: %v", method, target, id, got)
				}
			}
		}
		// The request is in the journal, without the key.
		requests := r.requests(t, 0)
		if len(requests) == 0 {
			t.Fatalf("%s %s: not in the journal", method, target)
		}
		if got := requests[0]; strings.Contains(got.Target, docsKey) || got.Status == 0 {
			t.Errorf("%s %s: journal %+v", method, target, got)
		}
	})
}

// Whatever a token and an Authy ID are said to be, only the true pair verifies.
func FuzzVerify(f *testing.F) {
	c := newClock()
	first := totp(f, aliceSecret, noon, 10*time.Second, 7)
	for _, token := range []string{first, "0000000", "", "..", "../", "%2f", first + "/", " " + first, "１２３４５６７", "\x00", "\xff", "?", "#", ";"} {
		for _, id := range []string{"1000", "1001", "9999", "", "..", "1000/", "1000?force=false", "+1000", "01000", "１０００"} {
			f.Add(token, id, "true")
		}
	}
	f.Add("x", "1000", "false")
	f.Fuzz(func(t *testing.T, token, id, force string) {
		mock := mockauthy.ForTest(t, mockauthy.WithClock(c.now), mockauthy.WithApplications(docsApplication()))
		// As a client does that escapes, and as one does that does not.
		for _, target := range []string{
			"/protected/json/verify/" + url.PathEscape(token) + "/" + url.PathEscape(id) + "?force=" + url.QueryEscape(force),
			"/protected/json/verify/" + token + "/" + id + "?force=" + force,
		} {
			request := newRequest(http.MethodGet, target, docsKey, "", "")
			if request == nil {
				continue
			}
			answer := checkAnswer(t, serve(t, mock, request))
			if answer["token"] != "is valid" {
				continue
			}
			segments := strings.Split(request.URL.EscapedPath(), "/")
			if len(segments) != 6 {
				t.Fatalf("%s verifies", target)
			}
			plain, err := url.PathUnescape(segments[4])
			user, err2 := url.PathUnescape(segments[5])
			if err != nil || err2 != nil {
				t.Fatal(err, err2)
			}
			secret := map[string]string{"1000": aliceSecret, "1001": bobSecret}[strings.TrimLeft(user, "0")]
			if strings.TrimLeft(user, "0") == "1002" {
				continue // carol, who is not confirmed
			}
			valid := false
			for offset := time.Duration(-1); secret != "" && offset <= 1; offset++ {
				valid = valid || plain == totp(t, secret, noon.Add(offset*10*time.Second), 10*time.Second, 7)
			}
			if !valid {
				t.Errorf("%s verifies", target)
			}
		}
	})
}

// Parameters, by whatever way they come, are read or refused.
func FuzzParameters(f *testing.F) {
	for _, body := range []string{
		"user[email]=a@b.c&user[cellphone]=317-338-9302&user[country_code]=1", "user%5Bemail%5D=a", "&&&", "a=1;b=2", "%", "%ff", "a=%zz", "=", "a&a",
		`{"user":{"email":"a@b.c","cellphone":"317-338-9302","country_code":1}}`, `{"user":{"email":null,"cellphone":[],"country_code":1.5}}`,
		`null`, `[]`, `{}{}`, `{"user":1}`, `{"user[email]":"a","user":{"email":"b"}}`, `{"":{"":{"":""}}}`, "\"\xff\"", "{\"a\":\"\xff\"}", `{"a":1e999}`,
		"\ufeff{}", strings.Repeat(`{"":`, 100), "\x00", `{"force":true,"api_key":"x"}`,
	} {
		f.Add(body, true)
		f.Add(body, false)
	}
	f.Fuzz(func(t *testing.T, body string, asJSON bool) {
		mock := mockauthy.ForTest(t, mockauthy.WithApplications(mockauthy.Application{Name: "A", APIKey: docsKey}))
		contentType := formType
		if asJSON {
			contentType = jsonBodyType
		}
		answer := checkAnswer(t, serve(t, mock, newRequest(http.MethodPost, "/protected/json/users/new", docsKey, contentType, body)))
		if answer == nil {
			t.Fatal("the route is unknown")
		}
		if _, ok := answer["user"]; ok {
			// What was created can be created again, and is the same user.
			again := checkAnswer(t, serve(t, mock, newRequest(http.MethodPost, "/protected/json/users/new", docsKey, contentType, body)))
			first, _ := json.Marshal(answer["user"])
			second, _ := json.Marshal(again["user"])
			if string(first) != `{"id":1000}` || string(second) != string(first) {
				t.Errorf("%q: %s, then %s", body, first, second)
			}
		}
		// The same in the query of a GET never does more than be refused.
		if request := newRequest(http.MethodGet, "/protected/json/app/details?"+body, docsKey, contentType, body); request != nil {
			checkAnswer(t, serve(t, mock, request))
		}
	})
}

// A seed file is read, and then a mock can be made of it and asked; or it is
// refused by name.
func FuzzSeed(f *testing.F) {
	for _, seed := range []string{
		"applications:\n  - name: A\n    api_key: k\n    tokens: {digits: 6, step: 30s, window: 0}\n    users:\n      - email: a@b.c\n        cellphone: 2015550100\n        country_code: 1\n        authy_id: 7\n        secret: JBSWY3DPEHPK3PXP\n        confirmed: yes\n",
		"applications: [{api_key: k}, {api_key: l, app_id: 1}]", "applications: []", "", "---\n---\n", "applications: &a [*a]", "applications: {}", "!!binary x", "- [",
		"applications:\n- api_key: &k x\n  name: *k\n", "applications:\n- <<: {api_key: k}\n", "applications:\n- api_key: k\n  users:\n  - {email: a@b.c, cellphone: 2015550100, country_code: 1, secret: JBSWY3DPEHPK3PXPA}\n",
		"\xff\xfe", "a: !!float .nan", "applications:\n- api_key: k\n  tokens:\n    step: 9223372036854775807ns\n", "? [a]\n: b", "%YAML 9.9\n---\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		applications, err := mockauthy.ParseSeed("seed.yaml", text)
		if err != nil {
			if applications != nil || !strings.HasPrefix(err.Error(), "mockauthy: ") || !strings.Contains(err.Error(), "seed.yaml") {
				t.Fatalf("%q: %+v, %v", text, applications, err)
			}
			for _, goish := range []string{"mockauthy.Application", "mockauthy.User", "go-yaml", "!!map into", "unknown position"} {
				if strings.Contains(err.Error(), goish) && !strings.Contains(string(text), goish) {
					t.Errorf("%q: the error speaks Go: %v", text, err)
				}
			}
			return
		}
		mock, err := mockauthy.New(mockauthy.WithApplications(applications...))
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		key := applications[0].APIKey
		if strings.ContainsAny(key, "\r\n\x00") || key != strings.TrimSpace(key) {
			return // no client can send it in a header
		}
		if answer := checkAnswer(t, serve(t, mock, newRequest(http.MethodGet, "/protected/json/app/details", key, "", ""))); answer["success"] != true {
			t.Errorf("%q: %v", text, answer)
		}
		for _, u := range applications[0].Users {
			if u.AuthyID == 0 {
				continue
			}
			if token, err := mock.Token(u.AuthyID); err != nil || len(token) < 6 || len(token) > 8 {
				t.Errorf("%q: token %q, %v", text, token, err)
			}
		}
	})
}

// The control API answers in its own JSON whatever it is asked.
func FuzzControlAPI(f *testing.F) {
	for _, body := range []string{
		`{"name":"hang-up"}`, `{"name":"delay","delay":"1h","times":2}`, `{"name":"answer","status":503,"body":"x"}`, `{"name":"answer","status":-1}`,
		`{"name":"set-fields","fields":{"success":[null]}}`, `{"name":"answer","headers":{"a\nb":"c"}}`, `{"name":"reset","after":-1}`, `{"name":"hang-up","probability":1e-300,"seed":18446744073709551615}`,
		`{"email":"a@b.c","cellphone":"3173389302","country_code":1}`, `{"email":"a@b.c","cellphone":"3173389302","country_code":1,"authy_id":9223372036854775807,"secret":"JBSWY3DPEHPK3PXPA"}`,
		"", "null", "[]", "{", `{"":1}`, `{}{}`, "\xff",
	} {
		f.Add("POST", "/mock/v1/users", body)
		f.Add("POST", "/mock/v1/faults", body)
	}
	for _, body := range []string{`{"time":"2027-03-21T06:00:00Z","frozen":true}`, `{"time":"9999-12-31T23:59:59Z"}`, `{"time":"0001-01-01T00:00:00Z"}`, `{"by":"-2562047h47m16s"}`, `{"skew":"-30s"}`, `{"skew":"1e9h"}`} {
		f.Add("PUT", "/mock/v1/clock", body)
		f.Add("POST", "/mock/v1/clock/advance", body)
		f.Add("PUT", "/mock/v1/users/1000/clock", body)
	}
	for _, body := range []string{`{"confirmed":false}`, `{"email":"foo"}`, `{"secret":"KRUGKIDROVUWG2ZAMJZG653OEBTG66BA"}`, ""} {
		f.Add("PATCH", "/mock/v1/users/1000", body)
		f.Add("POST", "/mock/v1/users/1000/reset", body)
		f.Add("POST", "/mock/v1/reset", body)
	}
	for _, target := range []string{"users", "users/1000", "users/1000/token?step=-1", "users//token", "users/%zz", "faults", "requests?authy_id=1", "requests?wait=1ms&after=1", "requests/count?status=401&outcome=x&endpoint=verify", "requests?authy_id=%ff", "", "../livez", "users/1000/token?step=9223372036854775807", "users/1000/token?at=2027-03-21T06:00:00Z", "users/1000/token?at=0000-01-01T00:00:00Z&step=-1", "users?api_key=x"} {
		f.Add("GET", "/mock/v1/"+target, "")
		f.Add("DELETE", "/mock/v1/"+target, "")
	}
	f.Fuzz(func(t *testing.T, method, target, body string) {
		request := newRequest(method, target, "", "", body)
		if request == nil || !strings.HasPrefix(request.URL.EscapedPath(), "/mock/") {
			t.Skip()
		}
		c := newClock()
		mock := mockauthy.ForTest(t, mockauthy.WithClock(c.now), mockauthy.WithApplications(docsApplication()))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second) // for the requests that wait
		defer cancel()
		response := serve(t, mock, request.WithContext(ctx))
		answer := readAll(t, response)
		switch response.StatusCode {
		case 204:
			if answer != "" {
				t.Fatalf("204 with %q", answer)
			}
		case 200:
			if !json.Valid([]byte(answer)) && !strings.HasPrefix(answer, "-----BEGIN CERTIFICATE-----") {
				t.Fatalf("200 with %q", answer)
			}
		case 400, 403, 404, 405:
			var problem struct {
				Message string `json:"error"`
			}
			if err := json.Unmarshal([]byte(answer), &problem); err != nil || problem.Message == "" {
				t.Fatalf("%d with %q: %v", response.StatusCode, answer, err)
			}
		default:
			t.Fatalf("status %d: %s", response.StatusCode, answer)
		}
		said := openapitest.Answer{Status: response.StatusCode, Header: response.Header, Body: answer}
		if err := openapitest.Load(t).Check(request, said, openapi3filter.Options{}); err != nil {
			t.Fatalf("%s %s: /openapi.yaml: %v", method, target, err)
		}
		if strings.Contains(answer, aliceSecret) && !strings.Contains(target, "snapshot") { // which is there to have them
			t.Fatalf("a secret comes out: %s", answer)
		}
		// Whatever was put in force, the mock lives, and heals.
		r := &rig{clock: c, mock: mock, client: noRedirects(mock.Client()), base: "https://api.authy.com"}
		if err := errors.Join(r.control(t).Heal(t.Context(), 0), r.control(t).ResetClock(t.Context()), r.control(t).Live(t.Context())); err != nil {
			t.Fatal(err)
		}
		users, err := r.control(t).Users(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range users {
			if token, err := mock.Token(u.AuthyID); err != nil || len(token) != 7 {
				t.Errorf("user %d: token %q, %v", u.AuthyID, token, err)
			}
		}
		if err := r.control(t).Reset(t.Context()); err != nil {
			t.Fatal(err)
		}
		r.expect(t, details, appDetails)
		r.expectVerify(t, r.native(t, aliceSecret, 0), alice, tokenValid)
	})
}
