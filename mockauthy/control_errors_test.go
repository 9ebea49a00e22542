package mockauthy_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// Errors say what is wrong and what was expected, always in JSON.
func TestControlAPIErrors(t *testing.T) {
	t.Parallel()
	const (
		user      = `"email":"dave@example.com","cellphone":"317-338-9302","country_code":1`
		endpoints = "verify, app/details, app/stats, users/new, users/status, users/update, users/delete, users/register_activity, users/secret, sms, call, email, " +
			"phones/verification/start, phones/verification/check, phones/verification/status, phones/info, approval_requests/new, approval_requests/show"
	)
	tests := []struct {
		method, target, body string
		status               int
		want                 string
	}{
		// users
		{"GET", "/mock/v1/users/9999", "", 404, `the application "Authy Docs" has no user 9999`},
		{"GET", "/mock/v1/users/0", "", 404, `the application "Authy Docs" has no user 0`},
		{"GET", "/mock/v1/users/alice", "", 400, `the Authy ID "alice": want a whole number`},
		{"GET", "/mock/v1/users/9223372036854775808", "", 400, `the Authy ID "9223372036854775808": want a whole number`},
		{"GET", "/mock/v1/users/9999/token", "", 404, `the application "Authy Docs" has no user 9999`},
		{"GET", "/mock/v1/users/alice/token", "", 400, `the Authy ID "alice": want a whole number`},
		{"GET", "/mock/v1/users/1000/token?step=one", "", 400, `step="one": want a whole number`},
		{"GET", "/mock/v1/users/1000/token?step=1.5", "", 400, `step="1.5": want a whole number`},
		{"GET", "/mock/v1/users/1000/token?step=315360001", "", 400, `step=315360001: want -315360000 to 315360000`},
		{"GET", "/mock/v1/users/1000/token?step=-315360001", "", 400, `step=-315360001: want -315360000 to 315360000`},
		{"POST", "/mock/v1/users", "", 400, `the body is empty: want a JSON object`},
		{"POST", "/mock/v1/users", "{", 400, `the body: unexpected EOF`},
		{"POST", "/mock/v1/users", "{" + user + "}{}", 400, `the body: something follows the JSON object`},
		{"POST", "/mock/v1/users", "{" + user + "} x", 400, `the body: something follows the JSON object`},
		{"POST", "/mock/v1/users", "{" + user + `,"name":"Dave"}`, 400, `the body: json: unknown field "name"`},
		{"POST", "/mock/v1/users", `{}`, 400, `email "": want an address such as alice@example.com`},
		{"POST", "/mock/v1/users", `null`, 400, `email "": want an address such as alice@example.com`},
		{"POST", "/mock/v1/users", `{"email":"foo"}`, 400, `email "foo": want an address such as alice@example.com`},
		{"POST", "/mock/v1/users", `{"email":"dave@example.com","cellphone":"123"}`, 400, `cellphone "123": want 7 to 15 digits`},
		{"POST", "/mock/v1/users", `{"email":"dave@example.com","cellphone":"317-338-9302","country_code":999}`, 400, `country_code 999: want a country calling code such as 1`},
		{"POST", "/mock/v1/users", "{" + user + `,"secret":"1"}`, 400, `secret: want base32 (letters A-Z and digits 2-7, as in an otpauth link)`},
		{"POST", "/mock/v1/users", "{" + user + `,"secret":"JBSWY3DP"}`, 400, `secret: 40 bits: want at least 80, that is 16 base32 characters`},
		{"POST", "/mock/v1/users", "{" + user + `,"authy_id":-1}`, 400, `the Authy ID -1: want a positive number`},
		{"POST", "/mock/v1/users", "{" + user + `,"authy_id":1000}`, 400, `the Authy ID 1000 is another user's already`},
		{"POST", "/mock/v1/users", `{"email":"dave@example.com","cellphone":"201-555-0100","country_code":1,"authy_id":7}`, 400, `+1 201-555-0100 is the phone of user 1000 already`},
		{"POST", "/mock/v1/users", `{"email":"dave@example.com","cellphone":"201-555-0100","country_code":1,"secret":"JBSWY3DPEHPK3PXP"}`, 400, `+1 201-555-0100 is the phone of user 1000 already`},
		{"POST", "/mock/v1/users", "{" + user + `,"secret":"` + strings.Repeat("A", 16<<20) + `"}`, 413, `the body is larger than 16 MiB`},
		{"GET", "/mock/v1/users/1000/token?at=noon", "", 400, `at="noon": want a time such as 2026-11-22T12:00:00Z`},
		{"GET", "/mock/v1/users/1000/token?at=9999-12-31T23:59:59Z", "", 400, `step=0: want a time in the years 0 to 9999, which RFC 3339 can write`},
		// clock
		{"GET", "/mock/v1/users/9999/clock", "", 404, `the application "Authy Docs" has no user 9999`},
		{"PUT", "/mock/v1/users/9999/clock", `{"skew":"1s"}`, 404, `the application "Authy Docs" has no user 9999`},
		{"PUT", "/mock/v1/users/1000/clock", `{}`, 400, `skew "": want a duration such as 3s or 250ms`},
		{"PUT", "/mock/v1/users/1000/clock", `{"skew":"-9000h"}`, 400, `the skew -9000h0m0s: want -8784h0m0s to 8784h0m0s`},
		{"PUT", "/mock/v1/clock", `{}`, 400, `nothing is said of the clock: want a time, frozen, or both`},
		{"PUT", "/mock/v1/clock", `{"time":"1969-12-31T23:59:59Z"}`, 400, `the time 1969-12-31T23:59:59Z: want 1970-01-01T00:00:00Z to 9000-01-01T00:00:00Z`},
		{"PUT", "/mock/v1/clock", `{"time":"noon"}`, 400, `the body: parsing time "noon" as "2006-01-02T15:04:05Z07:00": cannot parse "noon" as "2006"`},
		{"PUT", "/mock/v1/clock", `{"skew":"1s"}`, 400, `the body: json: unknown field "skew"`},
		{"POST", "/mock/v1/clock/advance", `{}`, 400, `by "": want a duration such as 3s or 250ms`},
		{"POST", "/mock/v1/clock/advance", `{"by":"10"}`, 400, `by "10": want a duration such as 3s or 250ms`},
		{"POST", "/mock/v1/clock/advance", `{"by":"-2000000h"}`, 400, `the time 1798-09-25T04:00:03Z: want 1970-01-01T00:00:00Z to 9000-01-01T00:00:00Z`},
		// faults
		{"POST", "/mock/v1/faults", "", 400, `the body is empty: want a JSON object`},
		{"POST", "/mock/v1/faults", `{}`, 400, `no fault is named "": want one of answer, contradict, cut-chunk, cut-off, delay, drip, drop-fields, endless, garbage, garbage-chunks, hang-up, reset, set-fields, silence, stall, wrong-length, wrong-types`},
		{"POST", "/mock/v1/faults", `{"name":"explode"}`, 400, `no fault is named "explode": want one of answer, contradict, cut-chunk, cut-off, delay, drip, drop-fields, endless, garbage, garbage-chunks, hang-up, reset, set-fields, silence, stall, wrong-length, wrong-types`},
		{"POST", "/mock/v1/faults", `{"name":"hang-up","tmes":1}`, 400, `the body: json: unknown field "tmes"`},
		{"POST", "/mock/v1/faults", `{"name":"hang-up","times":-1}`, 400, `times -1: want 1 or more, or 0 for always`},
		{"POST", "/mock/v1/faults", `{"name":"delay"}`, 400, `fault delay: the delay 0s: want more than nothing and at most an hour`},
		{"POST", "/mock/v1/faults", `{"name":"delay","delay":"soon"}`, 400, `delay "soon": want a duration such as 3s or 250ms`},
		{"POST", "/mock/v1/faults", `{"name":"delay","delay":"3"}`, 400, `delay "3": want a duration such as 3s or 250ms`},
		{"POST", "/mock/v1/faults", `{"name":"delay","delay":"-3s"}`, 400, `fault delay: the delay -3s: want more than nothing and at most an hour`},
		{"POST", "/mock/v1/faults", `{"name":"delay","delay":"61m"}`, 400, `fault delay: the delay 1h1m0s: want more than nothing and at most an hour`},
		{"POST", "/mock/v1/faults", `{"name":"answer","status":199}`, 400, `fault answer: the status 199: want 200 to 599`},
		{"POST", "/mock/v1/faults", `{"name":"answer","status":600}`, 400, `fault answer: the status 600: want 200 to 599`},
		{"POST", "/mock/v1/faults", `{"name":"drip","interval":"often"}`, 400, `interval "often": want a duration such as 3s or 250ms`},
		{"POST", "/mock/v1/faults", `{"name":"hang-up","probability":-0.1}`, 400, `probability -0.1: want above 0 and at most 1`},
		{"POST", "/mock/v1/faults", `{"name":"hang-up","status":503}`, 400, `fault hang-up: it has no parameter status: want delay`},
		{"DELETE", "/mock/v1/faults/1", "", 404, `no fault in force has the id "1"`},
		{"DELETE", "/mock/v1/faults/one", "", 404, `no fault in force has the id "one"`},
		{"DELETE", "/mock/v1/faults?authy_id=alice", "", 400, `authy_id="alice": want a whole number`},
		// requests
		{"GET", "/mock/v1/requests?authy_id=alice", "", 400, `authy_id="alice": want a whole number`},
		{"GET", "/mock/v1/requests?status=ok", "", 400, `status="ok": want a whole number`},
		{"GET", "/mock/v1/requests?after=last", "", 400, `after="last": want a whole number`},
		{"GET", "/mock/v1/requests?wait=long", "", 400, `wait "long": want a duration such as 3s or 250ms`},
		{"GET", "/mock/v1/requests?wait=11m", "", 400, `wait 11m0s: want nothing to 10m0s`},
		{"GET", "/mock/v1/requests?wait=-1s", "", 400, `wait -1s: want nothing to 10m0s`},
		{"GET", "/mock/v1/requests?user=1000", "", 400, `the parameter "user" is not known: want one of ["api_key" "authy_id" "endpoint" "status" "outcome" "after" "wait"]`},
		{"GET", "/mock/v1/requests/count?wait=1s", "", 400, `the parameter "wait" is not known: want one of ["api_key" "authy_id" "endpoint" "status" "outcome" "after"]`},
		// what no route takes
		{"DELETE", "/mock/v1/faults?authyid=5", "", 400, `the parameter "authyid" is not known: want one of ["api_key" "authy_id"]`},
		{"DELETE", "/mock/v1/faults?authy_id=", "", 400, `authy_id="": want a whole number`},
		{"DELETE", "/mock/v1/faults?authy_id=5&authy_id=6", "", 400, `the parameter authy_id comes 2 times: want it once`},
		{"DELETE", "/mock/v1/faults?authy_id=5;x", "", 400, `the query: invalid semicolon separator in query`},
		{"DELETE", "/mock/v1/faults", `{"authy_id":5}`, 400, `DELETE /mock/v1/faults takes no body: want none`},
		{"POST", "/mock/v1/users/1000/reset", `{}`, 400, `POST /mock/v1/users/{authy_id}/reset takes no body: want none`},
		{"GET", "/mock/v1/users/1000/token?at=", "", 400, `at="": want a time such as 2026-11-22T12:00:00Z`},
		{"GET", "/mock/v1/requests?wait=", "", 400, `wait "": want a duration such as 3s or 250ms`},
		// endpoints
		{"POST", "/mock/v1/faults", `{"name":"hang-up","endpoint":"verfy"}`, 400, `no endpoint is named "verfy": want one of ` + endpoints},
		{"GET", "/mock/v1/requests?endpoint=verfy", "", 400, `no endpoint is named "verfy": want one of ` + endpoints},
		// routes
		{"GET", "/mock/", "", 404, "the control API has no such path: GET /mock/v1/ lists what it has"},
		{"GET", "/mock/v2/users", "", 404, "the control API has no such path: GET /mock/v1/ lists what it has"},
		{"GET", "/mock/v1/users/", "", 404, "the control API has no such path: GET /mock/v1/ lists what it has"},
		{"POST", "/mock/v1//users", "{}", 404, "the control API has no such path: GET /mock/v1/ lists what it has"},
		{"GET", "/mock//v1/users", "", 404, "the control API has no such path: GET /mock/v1/ lists what it has"},
		{"GET", "/mock/../protected/json/app/details", "", 404, "the control API has no such path: GET /mock/v1/ lists what it has"},
		{"GET", "/mock/v1/../v1/users", "", 404, "the control API has no such path: GET /mock/v1/ lists what it has"},
		{"PUT", "/mock/v1/users", "", 405, "the control API has no PUT for this path: GET /mock/v1/ lists what it has"},
		{"POST", "/mock/v1/requests", "{}", 405, "the control API has no POST for this path: GET /mock/v1/ lists what it has"},
		{"PUT", "/mock/v1/users/1000", "", 405, "the control API has no PUT for this path: GET /mock/v1/ lists what it has"},
		// applications
		{"GET", "/mock/v1/users?api_key=unknown", "", 404, "no application has this API key"},
		{"GET", "/mock/v1/nothing?api_key=unknown", "", 404, "no application has this API key"},
	}
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		r := connect(newRig(t))
		for _, test := range tests {
			t.Run(fmt.Sprintf("%s %s %.40s", test.method, test.target, test.body), func(t *testing.T) {
				got := r.ask(t, asked{method: test.method, target: test.target, body: test.body})
				var problem map[string]string
				if err := json.Unmarshal([]byte(got.body), &problem); err != nil {
					t.Fatalf("%v: %v", got, err)
				}
				if got.status != test.status || got.contentType != "application/json" || len(problem) != 1 || problem["error"] != test.want {
					t.Errorf("\n got %v\nwant %d, and the error %s", got, test.status, test.want)
				}
			})
		}
		t.Run("nothing has changed", func(t *testing.T) {
			if users, err := r.control(t).Users(t.Context()); err != nil || len(users) != 3 {
				t.Errorf("users %v, %v; want 3", users, err)
			}
			if faults, err := r.control(t).Faults(t.Context()); err != nil || len(faults) != 0 {
				t.Errorf("faults %v, %v; want none", faults, err)
			}
			if requests := r.requests(t, 0); len(requests) != 0 {
				t.Errorf("the journal has %v, want nothing: the control API is not Authy's", requests)
			}
		})
	})
}

// An error about a wrong JSON type names the field.
func TestControlAPIWrongTypes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for body, field := range map[string]string{
		`{"email":5}`:                 "email",
		`{"country_code":"1"}`:        "country_code",
		`{"authy_id":1.5}`:            "authy_id",
		`{"confirmed":"yes"}`:         "confirmed",
		`[]`:                          "array",
		`{"cellphone":["x"]}`:         "cellphone",
		`{"authy_id":1e400}`:          "authy_id",
		`{"secret":{"key":"CANARY"}}`: "secret",
	} {
		t.Run(body, func(t *testing.T) {
			got := r.ask(t, asked{method: "POST", target: "/mock/v1/users", body: body})
			if got.status != 400 || !strings.Contains(got.body, `"error": "the body: `) || !strings.Contains(got.body, field) {
				t.Errorf("got %v; want 400 and an error about %s", got, field)
			}
			if strings.Contains(got.body, "CANARY") {
				t.Errorf("the error has a secret: %v", got)
			}
		})
	}
}
