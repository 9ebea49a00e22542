package mockauthy_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// emptyRig is a mock whose application has no users, so that the first one is
// the 1000 of Authy's documentation.
func emptyRig(t testing.TB) *rig {
	t.Helper()
	return newRig(t, mockauthy.Application{Name: "Authy Docs", Plan: "starter", APIKey: docsKey})
}

func created(authyID int) said {
	return said{200, jsonType, fmt.Sprintf(`{"message":"User created successfully.","user":{"id":%d},"success":true}`, authyID)}
}

func newUser(contentType, body string) asked {
	return asked{method: http.MethodPost, target: "/protected/json/users/new", key: docsKey, contentType: contentType, body: body}
}

// newUserForm is users/new with a form body, each value escaped.
func newUserForm(email, cellphone, countryCode string) asked {
	return newUser(formType, url.Values{
		"user[email]":        {email},
		"user[cellphone]":    {cellphone},
		"user[country_code]": {countryCode},
	}.Encode())
}

// All ways in which Authy's clients send the same user: docs/authy-api.md section 0,
// fact 7, and section 3.3.
func TestUsersNew(t *testing.T) {
	t.Parallel()
	const inQuery = "/protected/json/users/new?user[email]=user@domain.com&user[cellphone]=317-338-9302&user[country_code]=54"
	tests := []struct {
		name string
		ask  asked
	}{
		{"form, brackets as in the documentation", newUser(formType, "user[email]=user@domain.com&user[cellphone]=317-338-9302&user[country_code]=54")},
		{"form, brackets escaped", newUserForm("user@domain.com", "317-338-9302", "54")},
		{"form, with a charset", newUser(formType+"; charset=utf-8", "user[email]=user@domain.com&user[cellphone]=317-338-9302&user[country_code]=54")},
		{"form, without a content type", newUser("", "user[email]=user@domain.com&user[cellphone]=317-338-9302&user[country_code]=54")},
		{"form, with a parameter beside the user", newUser(formType, "user[email]=user@domain.com&user[cellphone]=317-338-9302&user[country_code]=54&send_install_link_via_sms=false")},
		{"query", asked{method: http.MethodPost, target: inQuery, key: docsKey}},
		{"query, and a body of white space", asked{method: http.MethodPost, target: inQuery, key: docsKey, contentType: jsonBodyType, body: " \n"}},
		{"query, and an empty JSON object", asked{method: http.MethodPost, target: inQuery, key: docsKey, contentType: jsonBodyType, body: "{}"}},
		{"half query, half form", asked{method: http.MethodPost, target: "/protected/json/users/new?user[email]=user@domain.com", key: docsKey, contentType: formType, body: "user[cellphone]=317-338-9302&user[country_code]=54"}},
		{"JSON, country code a number", newUser(jsonBodyType, `{"user":{"email":"user@domain.com","cellphone":"317-338-9302","country_code":54}}`)},
		{"JSON, country code a string", newUser(jsonBodyType, `{"user":{"email":"user@domain.com","cellphone":"317-338-9302","country_code":"54"}}`)},
		{"JSON, cellphone a number", newUser(jsonBodyType, `{"user":{"email":"user@domain.com","cellphone":3173389302,"country_code":54}}`)},
		{"JSON, with a charset", newUser(jsonBodyType+"; charset=utf-8", `{"user":{"email":"user@domain.com","cellphone":"317-338-9302","country_code":54}}`)},
		{"JSON, null for what is not set", newUser(jsonBodyType, `{"user":{"email":"user@domain.com","cellphone":"317-338-9302","country_code":54},"send_install_link_via_sms":null}`)},
		{"JSON, true beside the user", newUser(jsonBodyType, `{"send_install_link_via_sms":true,"user":{"email":"user@domain.com","cellphone":"317-338-9302","country_code":54}}`)},
	}
	want := []control.User{{AuthyID: 1000, Email: "user@domain.com", Cellphone: "3173389302", CountryCode: 54}}
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				r := connect(emptyRig(t))
				r.expect(t, test.ask, created(1000))
				got, err := r.control(t).Users(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("users (-want +got):\n%s", diff)
				}
			})
		}
	})
}

// "User is matched based on cellphone and country code not e-mail. Creating the
// same user twice will return the same user id": docs/authy-api.md section 3.3.
func TestUsersNewIsIdempotent(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		r := connect(emptyRig(t))
		for _, step := range []struct {
			name string
			ask  asked
			want said
		}{
			{"first", newUserForm("user@domain.com", "317-338-9302", "1"), created(1000)},
			{"again", newUserForm("user@domain.com", "317-338-9302", "1"), created(1000)},
			{"written otherwise", newUserForm("user@domain.com", "(317) 338 93.02", "1"), created(1000)},
			{"without anything between", newUserForm("user@domain.com", "3173389302", "1"), created(1000)},
			{"with another e-mail", newUserForm("other@domain.com", "317-338-9302", "1"), created(1000)},
			{"in another country", newUserForm("user@domain.com", "317-338-9302", "54"), created(1001)},
			{"with another cellphone", newUserForm("user@domain.com", "317-338-9303", "1"), created(1002)},
			{"the first once more", newUserForm("third@domain.com", "317-338-9302", "1"), created(1000)},
		} {
			t.Run(step.name, func(t *testing.T) { r.expect(t, step.ask, step.want) })
		}
		if got, want := r.user(t, 1000).Email, "user@domain.com"; got != want {
			t.Errorf("the first user's e-mail is %q, want the first one: %q", got, want)
		}
	})
}

// Authy refuses a user with the texts of docs/authy-api.md section 3.3, each of them
// twice. The recorded answer has email before cellphone, in both places; that
// country_code comes third is the mock's choice.
func TestUsersNewRefuses(t *testing.T) {
	t.Parallel()
	const ok, okPhone, okCountry = "user@domain.com", "317-338-9302", "1"
	tests := []struct {
		name                          string
		email, cellphone, countryCode string
		want                          string
	}{
		{
			"email blank", "", okPhone, okCountry,
			`{"message":"User was not valid","success":false,"errors":{"email":"is invalid and can't be blank","message":"User was not valid"},"email":"is invalid and can't be blank","error_code":"60027"}`,
		},
		{
			"email malformed", "foo", okPhone, okCountry,
			`{"message":"User was not valid","success":false,"errors":{"email":"is invalid","message":"User was not valid"},"email":"is invalid","error_code":"60027"}`,
		},
		{
			"cellphone", ok, "abc-1234", okCountry,
			`{"message":"User was not valid","success":false,"errors":{"cellphone":"is invalid","message":"User was not valid"},"cellphone":"is invalid","error_code":"60027"}`,
		},
		{
			"country code", ok, okPhone, "999",
			`{"message":"User was not valid","success":false,"errors":{"country_code":"is invalid","message":"User was not valid"},"country_code":"is invalid","error_code":"60027"}`,
		},
		{
			// Recorded: docs/authy-api.md section 2.3.
			"email blank, cellphone", "", "123", okCountry,
			`{"message":"User was not valid","success":false,"errors":{"email":"is invalid and can't be blank","cellphone":"is invalid","message":"User was not valid"},"email":"is invalid and can't be blank","cellphone":"is invalid","error_code":"60027"}`,
		},
		{
			"email malformed, cellphone", "foo", "123", okCountry,
			`{"message":"User was not valid","success":false,"errors":{"email":"is invalid","cellphone":"is invalid","message":"User was not valid"},"email":"is invalid","cellphone":"is invalid","error_code":"60027"}`,
		},
		{
			"email blank, country code", "", okPhone, "0",
			`{"message":"User was not valid","success":false,"errors":{"email":"is invalid and can't be blank","country_code":"is invalid","message":"User was not valid"},"email":"is invalid and can't be blank","country_code":"is invalid","error_code":"60027"}`,
		},
		{
			"email malformed, country code", "foo", okPhone, "0",
			`{"message":"User was not valid","success":false,"errors":{"email":"is invalid","country_code":"is invalid","message":"User was not valid"},"email":"is invalid","country_code":"is invalid","error_code":"60027"}`,
		},
		{
			"cellphone, country code", ok, "", "",
			`{"message":"User was not valid","success":false,"errors":{"cellphone":"is invalid","country_code":"is invalid","message":"User was not valid"},"cellphone":"is invalid","country_code":"is invalid","error_code":"60027"}`,
		},
		{
			"everything blank", "", "", "",
			everythingInvalid,
		},
		{
			"everything malformed", "foo", "123", "999",
			`{"message":"User was not valid","success":false,"errors":{"email":"is invalid","cellphone":"is invalid","country_code":"is invalid","message":"User was not valid"},"email":"is invalid","cellphone":"is invalid","country_code":"is invalid","error_code":"60027"}`,
		},
	}
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		r := connect(emptyRig(t))
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				r.expect(t, newUserForm(test.email, test.cellphone, test.countryCode), said{400, jsonType, test.want})
			})
		}
		t.Run("has added nobody", func(t *testing.T) {
			users, err := r.control(t).Users(t.Context())
			if err != nil || len(users) != 0 {
				t.Errorf("users %v, %v; want none", users, err)
			}
		})
	})
}

const everythingInvalid = `{"message":"User was not valid","success":false,"errors":{"email":"is invalid and can't be blank","cellphone":"is invalid","country_code":"is invalid","message":"User was not valid"},"email":"is invalid and can't be blank","cellphone":"is invalid","country_code":"is invalid","error_code":"60027"}`

// What is not sent is as wrong as what is sent blank, however it is not sent.
func TestUsersNewWithoutUser(t *testing.T) {
	t.Parallel()
	for name, ask := range map[string]asked{
		"no body":             newUser("", ""),
		"empty JSON object":   newUser(jsonBodyType, `{}`),
		"JSON null":           newUser(jsonBodyType, `null`),
		"user null":           newUser(jsonBodyType, `{"user":null}`),
		"user empty":          newUser(jsonBodyType, `{"user":{}}`),
		"members null":        newUser(jsonBodyType, `{"user":{"email":null,"cellphone":null,"country_code":null}}`),
		"user a string":       newUser(jsonBodyType, `{"user":"alice"}`),
		"user a list":         newUser(jsonBodyType, `{"user":[{"email":"user@domain.com"}]}`),
		"not below user":      newUser(formType, "email=user@domain.com&cellphone=317-338-9302&country_code=1"),
		"below a second user": newUser(jsonBodyType, `{"user":{"user":{"email":"user@domain.com","cellphone":"317-338-9302","country_code":1}}}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			emptyRig(t).expect(t, ask, said{400, jsonType, everythingInvalid})
		})
	}
}

// The data points of docs/authy-api.md section 3.3.
func TestUsersNewChecks(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	created := func(t *testing.T, ask asked) {
		t.Helper()
		if got := r.ask(t, ask); got.status != 200 {
			t.Errorf("got %v, want the user created", got)
		}
	}
	t.Run("cellphone", func(t *testing.T) {
		const refused = `{"message":"User was not valid","success":false,"errors":{"cellphone":"is invalid","message":"User was not valid"},"cellphone":"is invalid","error_code":"60027"}`
		for _, cellphone := range []string{
			"317-338-9302", "305-456-2345", "432-123-1111", "3457824988", "782392032", "192-967-1xxx", "AAA-338-9302",
			"201-555-0199", // fictional
		} {
			t.Run(cellphone, func(t *testing.T) { created(t, newUserForm("user@domain.com", cellphone, "1")) })
		}
		for _, cellphone := range []string{"", "abc-1234", "123", "1234", "12345"} {
			t.Run("not "+cellphone, func(t *testing.T) {
				r.expect(t, newUserForm("user@domain.com", cellphone, "1"), said{400, jsonType, refused})
			})
		}
	})
	t.Run("email", func(t *testing.T) {
		const refused = `{"message":"User was not valid","success":false,"errors":{"email":"is invalid","message":"User was not valid"},"email":"is invalid","error_code":"60027"}`
		for _, email := range []string{"user@domain.com", "user+tag@sub.domain.co.uk"} {
			t.Run(email, func(t *testing.T) { created(t, newUserForm(email, "317-338-9302", "1")) })
		}
		for _, email := range []string{"foo", "domain.com", "user.com", "testexample.com"} {
			t.Run("not "+email, func(t *testing.T) {
				r.expect(t, newUserForm(email, "317-338-9302", "1"), said{400, jsonType, refused})
			})
		}
	})
	t.Run("country code", func(t *testing.T) {
		const refused = `{"message":"User was not valid","success":false,"errors":{"country_code":"is invalid","message":"User was not valid"},"country_code":"is invalid","error_code":"60027"}`
		for _, code := range []string{"1", "54", "57", "49", "84"} {
			t.Run(code, func(t *testing.T) { created(t, newUserForm("user@domain.com", "317-338-9302", code)) })
		}
		// The first three are recorded; the others follow from them.
		for _, code := range []string{"999", "0", "", "abc", "-1", "1.5", "99999999999999999999"} {
			t.Run("not "+code, func(t *testing.T) {
				r.expect(t, newUserForm("user@domain.com", "317-338-9302", code), said{400, jsonType, refused})
			})
		}
	})
}

// A new user has not verified a token yet.
func TestUsersNewIsUnconfirmed(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.expect(t, newUserForm("user@domain.com", "317-338-9302", "1"), created(1003))
	if r.user(t, 1003).Confirmed {
		t.Error("a new user is confirmed")
	}
	r.expect(t, verifyUnforced(r.wrongToken(t), 1003), tokenValid)
	token, err := r.mock.Token(1003)
	if err != nil {
		t.Fatal(err)
	}
	r.expectVerify(t, token, 1003, tokenValid)
	if !r.user(t, 1003).Confirmed {
		t.Error("a user who verified a token is not confirmed")
	}
}
