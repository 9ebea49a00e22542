package mockauthy_test

import (
	"net/http"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
)

// Where clients of Authy have been seen to put the API key: docs/authy-api.md
// section 0, fact 7.
func TestAPIKey(t *testing.T) {
	t.Parallel()
	const target = "/protected/json/app/details"
	places := []struct {
		name string
		with func(key string) asked
	}{
		{"header", func(key string) asked { return asked{target: target, key: key} }},
		{"query", func(key string) asked { return asked{target: target + "?api_key=" + key} }},
		{"form body of a GET", func(key string) asked {
			return asked{target: target, contentType: formType, body: "user_ip=192.0.2.1&api_key=" + key}
		}},
		{"form body without a content type", func(key string) asked { return asked{target: target, body: "api_key=" + key} }},
		{"JSON body of a GET", func(key string) asked {
			return asked{target: target, contentType: jsonBodyType, body: `{"api_key":"` + key + `"}`}
		}},
	}
	keys := []struct {
		name, key string
		want      said
	}{
		{"known", docsKey, appDetails},
		{"unknown", "0123456789abcdef0123456789abcdef", invalidKey},
		{"in the wrong case", "D57D919D11E6B221C9BF6F7C882028F9", invalidKey},
		{"cut short", docsKey[:31], invalidKey},
		{"empty", "", invalidKey},
	}
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		r := connect(newRig(t))
		for _, place := range places {
			for _, key := range keys {
				t.Run(key.name+" in "+place.name, func(t *testing.T) {
					r.expect(t, place.with(key.key), key.want)
				})
			}
		}
		t.Run("nowhere", func(t *testing.T) {
			r.expect(t, asked{target: target}, invalidKey)
		})
		t.Run("in the form body of a POST", func(t *testing.T) { // as go-authy sends it
			r.expect(t, asked{
				method: http.MethodPost, target: "/protected/json/users/new", contentType: formType,
				body: "api_key=" + docsKey + "&user[email]=alice@example.com&user[cellphone]=201-555-0100&user[country_code]=1",
			},
				said{200, jsonType, `{"message":"User created successfully.","user":{"id":1000},"success":true}`})
		})
	})
}

func TestAppDetails(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		app  mockauthy.Application
		want string
	}{
		{
			// The answer in Twilio's documentation, to the byte: docs/authy-api.md section 3.1.
			"Twilio's sample",
			mockauthy.Application{Name: "Verify Sample", Plan: "pay_as_you_go", ID: 11111, APIKey: docsKey},
			`{"app":{"name":"Verify Sample","plan":"pay_as_you_go","sms_enabled":true,"phone_calls_enabled":true,"app_id":11111,"onetouch_enabled":true},"message":"Application information.","success":true}`,
		},
		{
			"no SMS",
			mockauthy.Application{Name: "Sandbox App 2", Plan: "sandbox", ID: 2, APIKey: docsKey, NoSMS: true},
			`{"app":{"name":"Sandbox App 2","plan":"sandbox","sms_enabled":false,"phone_calls_enabled":true,"app_id":2,"onetouch_enabled":true},"message":"Application information.","success":true}`,
		},
		{
			"no phone calls",
			mockauthy.Application{Name: "A", Plan: "starter", ID: 2, APIKey: docsKey, NoPhoneCalls: true},
			`{"app":{"name":"A","plan":"starter","sms_enabled":true,"phone_calls_enabled":false,"app_id":2,"onetouch_enabled":true},"message":"Application information.","success":true}`,
		},
		{
			"no OneTouch",
			mockauthy.Application{Name: "A", Plan: "starter", ID: 2, APIKey: docsKey, NoOneTouch: true},
			`{"app":{"name":"A","plan":"starter","sms_enabled":true,"phone_calls_enabled":true,"app_id":2,"onetouch_enabled":false},"message":"Application information.","success":true}`,
		},
		{
			"a name that JSON must escape",
			mockauthy.Application{Name: `Müller & "Söhne" \ <b>`, Plan: "starter", ID: 2, APIKey: docsKey},
			`{"app":{"name":"Müller & \"Söhne\" \\ <b>","plan":"starter","sms_enabled":true,"phone_calls_enabled":true,"app_id":2,"onetouch_enabled":true},"message":"Application information.","success":true}`,
		},
	}
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				r := connect(newRig(t, test.app))
				r.expect(t, asked{target: "/protected/json/app/details?user_ip=192.0.2.1", key: docsKey}, said{200, jsonType, test.want})
			})
		}
	})
}

// Two API keys are two applications that know nothing of each other.
func TestAppDetailsOfTwo(t *testing.T) {
	t.Parallel()
	r := newRig(t, docsApplication(), mockauthy.Application{Name: "Sandbox App 1", Plan: "sandbox", APIKey: otherKey})
	r.expect(t, asked{target: "/protected/json/app/details", key: docsKey}, appDetails)
	r.expect(t, asked{target: "/protected/json/app/details", key: otherKey}, said{
		200, jsonType,
		`{"app":{"name":"Sandbox App 1","plan":"sandbox","sms_enabled":true,"phone_calls_enabled":true,"app_id":2,"onetouch_enabled":true},"message":"Application information.","success":true}`,
	})
}
