package openapitest_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/getkin/kin-openapi/openapi3filter"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/openapitest"
)

const user = `{"authy_id":1000,"email":"a@example.com","cellphone":"2015550123","country_code":1,"confirmed":true,"registered":false,"suspended":false`

func answer(status int, contentType, body string) openapitest.Answer {
	return openapitest.Answer{Status: status, Header: http.Header{"Content-Type": {contentType}}, Body: body}
}

func challenge(scheme string) openapitest.Answer {
	a := answer(http.StatusUnauthorized, "application/json", `{"error":"x"}`)
	a.Header.Set("WWW-Authenticate", scheme)
	return a
}

// An answer that is not as described is found out: else no test would hold any.
func TestCheck(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		method, target string
		answer         openapitest.Answer
		wrong          bool
	}{
		"as described":           {"GET", "/mock/v1/users/1000", answer(200, "application/json", user+"}"), false},
		"a member too many":      {"GET", "/mock/v1/users/1000", answer(200, "application/json", user+`,"secret":"x"}`), true},
		"a member is missing":    {"GET", "/mock/v1/users/1000", answer(200, "application/json", `{"authy_id":1000}`), true},
		"a wrong type":           {"GET", "/mock/v1/users", answer(200, "application/json", user+"}"), true},
		"no JSON":                {"GET", "/mock/v1/users", answer(200, "application/json", "<html>"), true},
		"another content type":   {"GET", "/mock/v1/users", answer(200, "text/html", "[]"), true},
		"an undescribed status":  {"GET", "/mock/v1/users", answer(418, "application/json", `{"error":"x"}`), true},
		"another success":        {"DELETE", "/mock/v1/users/1000", answer(200, "application/json", "{}"), true},
		"a problem":              {"GET", "/mock/v1/users", answer(400, "application/json", `{"error":"x"}`), false},
		"no token":               {"GET", "/mock/v1/users", challenge("Bearer"), false},
		"no challenge":           {"GET", "/mock/v1/users", answer(401, "application/json", `{"error":"x"}`), true},
		"another challenge":      {"GET", "/mock/v1/users", challenge("Basic"), true},
		"not from here":          {"GET", "/mock/v1/users", answer(403, "application/json", `{"error":"x"}`), false},
		"elsewhere":              {"GET", "/mock/v1/clock", answer(404, "application/json", `{"error":"x"}`), false},
		"a problem without text": {"GET", "/mock/v1/users", answer(400, "application/json", `{"error":""}`), true},
		"a certificate":          {"GET", "/mock/v1/ca", answer(200, "application/x-pem-file", "-----BEGIN CERTIFICATE-----\nx"), false},
		"no certificate":         {"GET", "/mock/v1/ca", answer(200, "application/x-pem-file", "x"), true},
		"a picture":              {"GET", "/qr/x", answer(200, "image/png", "\x89PNG"), false},
		"what is not on disk":    {"GET", "/mock/v1/users", answer(500, "application/json", `{"error":"x"}`), false},
		"ready":                  {"GET", "/readyz", answer(200, "text/plain;charset=utf-8", "ok\n"), false},
		"not ready":              {"GET", "/readyz", answer(503, "text/plain; charset=utf-8", "x\n"), false},
		"metrics":                {"GET", "/metrics", answer(200, "text/plain; version=0.0.4; charset=utf-8", "x 1\n"), false},
		"no metrics":             {"GET", "/metrics", answer(200, "application/json", "{}"), true},
		"life":                   {"GET", "/livez", answer(200, "text/plain;charset=utf-8", "ok\n"), false},
		"an undescribed path":    {"GET", "/mock/v1/nothing", answer(404, "application/json", `{"error":"x"}`), false},
		"an undescribed service": {"GET", "/mock/v1/nothing", answer(200, "application/json", `{}`), true},
		"an undescribed method":  {"PUT", "/mock/v1/users", answer(200, "application/json", `{}`), true},
		"a token":                {"GET", "/protected/json/verify/1234567/1000", answer(200, "application/json;charset=utf-8", `{"message":"Token is valid.","token":"is valid","success":"true"}`), false},
		"a token, boolean":       {"GET", "/protected/json/verify/1234567/1000", answer(200, "application/json;charset=utf-8", `{"message":"Token is valid.","token":"is valid","success":true}`), true},
	} {
		err := openapitest.Load(t).Check(httptest.NewRequest(test.method, "http://mock.example"+test.target, http.NoBody), test.answer, openapi3filter.Options{})
		if (err != nil) != test.wrong {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// So is a request that was done though it is not as described.
func TestCheckRequest(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		method, target, body string
		wrong                bool
	}{
		"as described":        {"POST", "/mock/v1/faults", `{"name":"hang-up"}`, false},
		"an unknown member":   {"POST", "/mock/v1/faults", `{"name":"hang-up","x":1}`, true},
		"an unknown fault":    {"POST", "/mock/v1/faults", `{"name":"x"}`, true},
		"an unknown endpoint": {"POST", "/mock/v1/faults", `{"name":"hang-up","endpoint":"verfy"}`, true},
		"no body":             {"POST", "/mock/v1/faults", "", true},
		"a number in a query": {"GET", "/mock/v1/requests?status=401", "", false},
		"a word instead":      {"GET", "/mock/v1/requests?status=ok", "", true},
		"a duration":          {"GET", "/mock/v1/requests?wait=1m30s", "", false},
		"no duration":         {"GET", "/mock/v1/requests?wait=long", "", true},
	} {
		err := openapitest.Load(t).CheckRequest(httptest.NewRequest(test.method, "http://mock.example"+test.target, http.NoBody), []byte(test.body))
		if (err != nil) != test.wrong {
			t.Errorf("%s: %v", name, err)
		}
	}
}
