package mockauthy_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Where no endpoint is, Authy says so in plain text with the status 401, and
// never redirects: docs/authy-api.md section 2.4. Client libraries check tokens and
// IDs because verify/../sms/ once went to another endpoint (section 3.4).
func TestUnknownRoutes(t *testing.T) {
	t.Parallel()
	targets := []string{
		"/", "//", "/index.html", "/favicon.ico", "/protected", "/protected/", "/protected/json", "/protected/json/",
		"/protected/json/app", "/protected/json/app/detail", "/protected/json/app/details/", "/protected/json/app/details/x",
		"/protected/json/nothing", "/Protected/json/app/details", "/protected/JSON/app/details", "/protected/json/App/Details",
		// other formats
		"/protected/yaml/app/details",
		"/protected/app/details", "/protected/json.xml/app/details", "/protected//app/details",
		// verify without the one or the other
		"/protected/json/verify", "/protected/json/verify/", "/protected/json/verify/1234567", "/protected/json/verify/1234567/",
		"/protected/json/verify//1000", "/protected/json/verify//1000?force=true", "/protected/json/verify///",
		"/protected/json/verify/1234567/1000/", "/protected/json/verify/1234567/1000/x",
		// a path that leads elsewhere once somebody cleans or unescapes it
		"//protected/json/app/details", "/protected//json/app/details", "/protected/json//app/details", "/protected/json/app//details",
		"/./protected/json/app/details", "/protected/./json/app/details", "/protected/json/app/./details", "/protected/json/app/details/.",
		"/x/../protected/json/app/details", "/protected/json/verify/../app/details", "/protected/json/verify/1234567/../../app/details",
		"/protected/json/app/details/..", "/protected/json/verify/../sms/1000", "/protected/json/verify/1234567/1000/../../../app/details",
		"/%2e/protected/json/app/details", "/protected/json/%2e%2e/json/app/details", "/protected/json/verify/%2e%2e/app/details/x",
		"/protected%2fjson/app/details", "/protected/json/app%2fdetails", "/protected/json%2fapp/details", "/protected%2Fjson%2Fapp%2Fdetails",
		"/protected/json/verify/1234567%2f1000", "/protected/json/verify%2f1234567/1000", "/protected/json/verify%2f1234567%2f1000",
		"/protected/json/verify;x/1234567/1000", "/protected/json;x=1/app/details", "/protected/json/app/details;",
		`/protected\json\app\details`, "/protected/json/app/details%00", "/protected/json/app/details%20", "/%20protected/json/app/details",
		"/protected/json/app/details%3fapi_key=x", "/protected/json/app/details%23", "/protected/json/ap%70/details",
		// what the mock has beside Authy, spelt otherwise
		"/mock", "/livez/", "//livez", "/livez/../livez", "/mock%2fv1/users", "//mock/v1/users",
	}
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		r := connect(newRig(t))
		for _, target := range targets {
			t.Run(target, func(t *testing.T) {
				r.expect(t, asked{target: target, key: docsKey}, unknownRoute)
			})
		}
		t.Run("no path", func(t *testing.T) { r.expect(t, asked{target: "", key: docsKey}, unknownRoute) })
		t.Run("no path but a query", func(t *testing.T) { r.expect(t, asked{target: "?force=true", key: docsKey}, unknownRoute) })
	})
}

// Some clients write the request target themselves, for what url.URL would
// change. It reaches the mock as it is.
func TestOpaqueTargets(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		r := connect(newRig(t))
		for target, want := range map[string]said{
			"/protected/json/app/details":                  appDetails,
			"/protected/json/app/details?force=true":       appDetails,
			"/protected/json/app%2Fdetails":                unknownRoute,
			"/protected/json/verify/../app/details":        unknownRoute,
			"/protected/json/verify/nonsense%2f/1000":      tokenInvalid,
			"/protected/json/verify/nonsense/1000?force=1": tokenInvalid,
		} {
			t.Run(target, func(t *testing.T) {
				request := r.request(t, t.Context(), asked{target: "/elsewhere", key: docsKey})
				request.URL.Opaque = target
				response, err := r.client.Do(request)
				if err != nil {
					t.Fatal(err)
				}
				defer response.Body.Close()
				body, err := io.ReadAll(response.Body)
				if got := (said{response.StatusCode, response.Header.Get("Content-Type"), string(body)}); err != nil || got != want {
					t.Errorf("\n got %v, %v\nwant %v", got, err, want)
				}
			})
		}
	})
}

// A method that an endpoint has not is as unknown as the route.
func TestWrongMethods(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		r := connect(newRig(t))
		verify := "/protected/json/verify/" + r.native(t, aliceSecret, 0) + "/1000"
		for target, methods := range map[string][]string{
			"/protected/json/app/details": {"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"},
			"/protected/json/users/new":   {"GET", "PUT", "PATCH", "DELETE", "OPTIONS"},
			verify:                        {"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "get"},
		} {
			for _, method := range methods {
				t.Run(method+" "+target, func(t *testing.T) {
					r.expect(t, asked{method: method, target: target, key: docsKey}, unknownRoute)
				})
			}
			t.Run("HEAD "+target, func(t *testing.T) { // its answer has no body
				r.expect(t, asked{method: http.MethodHead, target: target, key: docsKey}, said{unknownRoute.status, unknownRoute.contentType, ""})
			})
		}
		r.expectVerify(t, r.native(t, aliceSecret, 0), alice, tokenValid) // nothing has spent it
		r.expect(t, asked{method: http.MethodPost, target: "/livez", key: docsKey}, unknownRoute)
		r.expect(t, asked{method: http.MethodHead, target: "/livez"}, said{200, "text/plain;charset=utf-8", ""}) // as probes ask
	})
}

// The API key comes before the route: authy-devise issue 36 shows it refused
// at verify/ without a token (docs/authy-api.md section 2.4).
func TestInvalidKeyBeforeUnknownRoute(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		r := connect(newRig(t))
		for _, ask := range []asked{
			{target: "/protected/json/verify/"},
			{target: "/protected/json/verify/1234567/"},
			{target: "/protected/json/nothing"},
			{target: "/onetouch/json/users/1000/approval_requests"},
			{method: http.MethodDelete, target: "/protected/json/app/details"},
			{target: "/protected/json/verify/../app/details"},
			{target: "/protected/json/verify/1234567/1000"},
			{target: "/protected/json/verify/1234567/9999"},
			{method: http.MethodPost, target: "/protected/json/users/new"},
			{method: http.MethodPost, target: "/protected/json/users/new", contentType: jsonBodyType, body: "{"},
			{target: "/protected/json/app/details?%zz"},
		} {
			t.Run(ask.method+ask.target, func(t *testing.T) {
				r.expect(t, ask, invalidKey)
				ask.key = "no such key"
				r.expect(t, ask, invalidKey)
			})
		}
		for _, target := range []string{"/", "/nothing", "/protected"} { // where Authy wants none
			t.Run(target, func(t *testing.T) { r.expect(t, asked{target: target}, unknownRoute) })
		}
	})
}

// What no client meant to send. Codes and texts are documented (docs/authy-api.md
// section 2.5).
func TestMalformedParameters(t *testing.T) {
	t.Parallel()
	const (
		target = "/protected/json/users/new"
		user   = "user[email]=user@domain.com&user[cellphone]=317-338-9302&user[country_code]=1"
		most   = 64 << 10
	)
	fill := func(start, end string, size int) string {
		return start + strings.Repeat("x", size-len(start)-len(end)) + end
	}
	tests := []struct {
		name string
		ask  asked
		want said
	}{
		{"JSON cut short", asked{contentType: jsonBodyType, body: `{"user":{"email":"user@domain.com"`}, invalidRequest},
		{"JSON with a comma too many", asked{contentType: jsonBodyType, body: `{"user":{},}`}, invalidRequest},
		{"JSON list", asked{contentType: jsonBodyType, body: `[]`}, invalidRequest},
		{"JSON string", asked{contentType: jsonBodyType, body: `"user"`}, invalidRequest},
		{"JSON number", asked{contentType: jsonBodyType, body: `1`}, invalidRequest},
		{"two JSON objects", asked{contentType: jsonBodyType, body: `{}{}`}, invalidRequest},
		{"JSON and more", asked{contentType: jsonBodyType, body: `{} x`}, invalidRequest},
		{"JSON with a byte order mark", asked{contentType: jsonBodyType, body: "\ufeff{}"}, invalidRequest},
		{"JSON NaN", asked{contentType: jsonBodyType, body: `{"a":NaN}`}, invalidRequest},
		{"JSON nested too deep", asked{contentType: jsonBodyType, body: strings.Repeat(`{"":`, 12000) + "1" + strings.Repeat("}", 12000)}, invalidRequest},
		{"JSON nested 17 deep", asked{contentType: jsonBodyType, body: strings.Repeat(`{"a":`, 17) + "1" + strings.Repeat("}", 17)}, invalidRequest},
		{"JSON nested 17 deep in lists", asked{contentType: jsonBodyType, body: strings.Repeat(`{"a":[`, 17) + strings.Repeat("]}", 17)}, invalidRequest},
		{"JSON nested 16 deep", asked{contentType: jsonBodyType, body: `{"user":{"email":"user@domain.com","cellphone":"317-338-9302","country_code":1},"a":` + strings.Repeat(`{"a":`, 15) + "1" + strings.Repeat("}", 16)}, created(1000)},
		{"a form said to be JSON", asked{contentType: jsonBodyType, body: user}, invalidRequest},
		{"JSON that is not UTF-8", asked{contentType: jsonBodyType, body: "{\"user\":{\"email\":\"\xff\"}}"}, invalidUTF8},
		{"form, bad escape", asked{contentType: formType, body: user + "&x=%zz"}, invalidRequest},
		{"form, escape cut short", asked{contentType: formType, body: user + "&x=%4"}, invalidRequest},
		{"form, bad escape in a name", asked{contentType: formType, body: user + "&%=1"}, invalidRequest},
		{"form, semicolon", asked{contentType: formType, body: user + ";x=1"}, invalidRequest},
		{"form, value not UTF-8", asked{contentType: formType, body: user + "&x=%ff"}, invalidUTF8},
		{"form, name not UTF-8", asked{contentType: formType, body: user + "&%ff=1"}, invalidUTF8},
		{"form, raw bytes not UTF-8", asked{contentType: formType, body: user + "&x=\xc3\x28"}, invalidUTF8},
		{"query, bad escape", asked{target: "?x=%zz", body: user}, invalidRequest},
		{"query, semicolon", asked{target: "?x=1;y=2", body: user}, invalidRequest},
		{"query, not UTF-8", asked{target: "?x=%ff", body: user}, invalidUTF8},
		{"form of 64 KiB", asked{contentType: formType, body: fill(user+"&x=", "", most)}, created(1000)},
		{"form over 64 KiB", asked{contentType: formType, body: fill(user+"&x=", "", most+1)}, invalidRequest},
		{"form of 128 KiB", asked{contentType: formType, body: fill(user+"&x=", "", 128<<10)}, invalidRequest},
		{"JSON of 64 KiB", asked{contentType: jsonBodyType, body: fill(`{"user":{"email":"user@domain.com","cellphone":"317-338-9302","country_code":1},"x":"`, `"}`, most)}, created(1000)},
		{"JSON over 64 KiB", asked{contentType: jsonBodyType, body: fill(`{"x":"`, `"}`, most+1)}, invalidRequest},
	}
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		r := connect(emptyRig(t))
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				test.ask.method, test.ask.target, test.ask.key = http.MethodPost, target+test.ask.target, docsKey
				r.expect(t, test.ask, test.want)
			})
		}
	})
}

// Where a name comes twice the last wins, and the body wins over the query, as
// in Rack, on which Authy is thought to be built.
func TestParametersGivenTwice(t *testing.T) {
	t.Parallel()
	const path = "/protected/json/verify/nonsense/1002" // valid unless forced
	r := newRig(t)
	r.expect(t, asked{target: path + "?force=false&force=true", key: docsKey}, tokenInvalid)
	r.expect(t, asked{target: path + "?force=true&force=false", key: docsKey}, tokenValid)
	r.expect(t, asked{target: path + "?force=false", key: docsKey, contentType: formType, body: "force=true"}, tokenInvalid)
	r.expect(t, asked{target: path + "?force=true", key: docsKey, contentType: jsonBodyType, body: `{"force":"false"}`}, tokenValid)
}

// In JSON a nested member wins over one whose name has brackets, at every depth
// and whichever comes first: only a form has such names.
func TestNestedJSONWins(t *testing.T) {
	t.Parallel()
	const rest = `"cellphone":"317-338-9302","country_code":1`
	for _, body := range []string{
		`{"user[email]":"user.com","user":{"email":"user@domain.com",` + rest + `}}`,
		`{"user":{"email":"user@domain.com",` + rest + `},"user[email]":"user.com"}`,
		`{"user":{"email":"user@domain.com",` + rest + `},"user[email]":"user.com","user[cellphone]":"1","user[country_code]":0}`,
	} {
		for range 20 { // chance would show
			emptyRig(t).expect(t, asked{method: http.MethodPost, target: "/protected/json/users/new", key: docsKey, contentType: jsonBodyType, body: body}, created(1000))
		}
	}
}

// A body that breaks off is a request that cannot be read.
func TestBodyBreaksOff(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/protected/json/users/new",
		io.MultiReader(strings.NewReader("user[email]=a"), brokenReader{}))
	request.Header.Set("X-Authy-API-Key", docsKey)
	recorder := httptest.NewRecorder()
	r.mock.ServeHTTP(recorder, request)
	if got := (said{recorder.Code, recorder.Header().Get("Content-Type"), recorder.Body.String()}); got != invalidRequest {
		t.Errorf("got %v, want %v", got, invalidRequest)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestLivez(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		r := connect(newRig(t))
		for _, probe := range []string{"/livez", "/readyz"} {
			r.expect(t, asked{target: probe}, said{200, "text/plain;charset=utf-8", "ok\n"})
		}
	})
}

// In 2015 the real server unescaped and cleaned paths before it looked at them,
// so a token with a slash reached another user: a setting brings that back.
func TestLenientPaths(t *testing.T) {
	t.Parallel()
	lenient := docsApplication()
	lenient.LenientPaths = true
	for _, path := range []string{
		"/protected/json/verify/TOKEN%2f1001",
		"/protected/json/verify/1234567%2f..%2fTOKEN/1001",
		"/protected/json/verify/../verify/TOKEN/1001",
		"/protected/json//verify/TOKEN/1001/",
	} {
		target := func(r *rig) asked {
			return reading(strings.ReplaceAll(path, "TOKEN", r.native(t, bobSecret, 0)) + "?force=true")
		}
		strict := newRig(t).overTCP(t)
		if got := strict.ask(t, target(strict)); got.status != 401 {
			t.Errorf("%s: strict paths let it in: %v", path, got)
		}
		loose := newRig(t, lenient).overTCP(t)
		loose.expect(t, target(loose), tokenValid)
	}
}
