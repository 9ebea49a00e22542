package hooks_test

import (
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

func authyClient(tb testing.TB, base string) *hooks.AuthyClient {
	tb.Helper()
	return hooks.NewAuthyClient(mustURL(tb, base), hooks.NewSecret(canaryKey), nil)
}

func TestCreateUser(t *testing.T) {
	t.Parallel()
	var form string
	server := newAuthy(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		form = r.Method + " " + r.URL.Path + " " + r.Header.Get("Content-Type") + " " + string(body)
		_, _ = io.WriteString(w, `{"message":"User created successfully.","user":{"id":12345678901234567890},"success":true}`)
	})
	id, err := authyClient(t, server.URL).CreateUser(t.Context(), hooks.AuthyUser{Email: "a+b@example.com", Cellphone: "201&555=0123", CountryCode: "1"})
	if id != "12345678901234567890" || err != nil {
		t.Errorf("%s, %v", id, err)
	}
	want := "POST /protected/json/users/new application/x-www-form-urlencoded user%5Bcellphone%5D=201%26555%3D0123&user%5Bcountry_code%5D=1&user%5Bemail%5D=a%2Bb%40example.com"
	if form != want {
		t.Errorf("sent %s", form)
	}
	for body, want := range map[string]error{
		`{"success":true,"user":{}}`: hooks.ErrMalformedAnswer, `{"success":true}`: hooks.ErrMalformedAnswer, `{"success":true,"user":{"id":"x"}}`: hooks.ErrMalformedAnswer,
		`{"user":{"id":1}}`: hooks.ErrMalformedAnswer, `{"success":false,"user":{"id":1}}`: hooks.ErrMalformedAnswer, "<html>": hooks.ErrMalformedAnswer,
		`{"success":true,"user":{"id":1000.5}}`: hooks.ErrMalformedAnswer, `{"success":true,"user":{"id":-1}}`: hooks.ErrMalformedAnswer,
	} {
		_, err := authyClient(t, newAuthy(t, answering(200, body)).URL).CreateUser(t.Context(), hooks.AuthyUser{})
		if !errors.Is(err, want) {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestAdministrationRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status int
		body   string
		want   error
		text   string
	}{
		{400, `{"success":false,"errors":{"email":"canary"},"email":"canary","cellphone":"is invalid","error_code":"60027"}`, hooks.ErrUserNotValid, "look at email, cellphone"},
		{400, `{"success":false,"error_code":"60027"}`, hooks.ErrUserNotValid, "email, cellphone and country_code"},
		{401, `{"message":"canary","success":false,"error_code":"60001"}`, hooks.ErrKeyRefused, "401"},
		{404, `{"success":false,"error_code":"60026"}`, hooks.ErrIDUnknown, "404"},
		{503, `<html>canary`, hooks.ErrUnexpectedStatus, "503"},
		{302, `{"success":true,"user":{"id":1},"app":{},"status":{}}`, hooks.ErrUnexpectedStatus, "302"},
		{200, strings.Repeat(" ", 65<<10), hooks.ErrMalformedAnswer, "longer"},
	} {
		client := authyClient(t, newAuthy(t, answering(test.status, test.body)).URL)
		_, creating := client.CreateUser(t.Context(), hooks.AuthyUser{Email: "e", Cellphone: "c", CountryCode: "1"})
		_, asking := client.UserStatus(t.Context(), aliceID)
		_, detailing := client.Details(t.Context())
		for _, err := range []error{creating, asking, detailing} {
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.text) {
				t.Errorf("%d: %v, want %v", test.status, err, test.want)
			}
			noSecrets(t, "error", err.Error())
		}
	}
}

func TestUserStatus(t *testing.T) {
	t.Parallel()
	server := newAuthy(t, answering(200, `{"status":{"authy_id":1001,"confirmed":true,"registered":false,"country_code":57,"phone_number":"XXX-XXX-2312",`+
		`"devices":["android","sms"],"account_disabled":true},"message":"User status.","success":true}`))
	status, err := authyClient(t, server.URL).UserStatus(t.Context(), aliceID)
	want := hooks.AuthyUserStatus{Confirmed: true, Disabled: true, CountryCode: "57", Phone: "XXX-XXX-2312", Devices: []string{"android", "sms"}}
	if !reflect.DeepEqual(status, want) || err != nil {
		t.Errorf("%+v, %v", status, err)
	}
	if got := server.seen()[0]; got.URL.Path != "/protected/json/users/1001/status" || got.Header.Get("X-Authy-API-Key") != canaryKey {
		t.Errorf("%s", got.URL)
	}
	if _, err := authyClient(t, server.URL).UserStatus(t.Context(), "1002"); !errors.Is(err, hooks.ErrMalformedAnswer) {
		t.Errorf("about another user: %v", err)
	}
	for _, id := range []hooks.AuthyID{"", "..", "1/..", "1?x"} {
		if _, err := authyClient(t, server.URL).UserStatus(t.Context(), id); err == nil {
			t.Errorf("%q was asked for", id)
		}
	}
	if n := len(server.seen()); n != 2 {
		t.Errorf("%d requests", n)
	}
}

func TestDetails(t *testing.T) {
	t.Parallel()
	date := time.Date(2027, 3, 21, 6, 0, 0, 0, time.UTC)
	for header, want := range map[string]time.Time{date.Format(http.TimeFormat): date, "yesterday": {}} {
		server := newAuthy(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Date", header)
			_, _ = io.WriteString(w, `{"app":{"name":"Verify Sample"},"success":true}`)
		})
		details, err := authyClient(t, server.URL).Details(t.Context())
		if err != nil || details.Name != "Verify Sample" || !details.Date.Equal(want) {
			t.Errorf("%q: %+v, %v", header, details, err)
		}
	}
}
