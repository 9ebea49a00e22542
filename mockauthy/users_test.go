package mockauthy_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
)

// userNotFound is what every endpoint about a user but verify says of one that
// nobody knows: docs/authy-api.md section 2.3.
var userNotFound = said{404, jsonType, `{"message":"User not found.","success":false,"errors":{"message":"User not found."},"error_code":"60026"}`}

// post is a POST with the key of docsApplication and a form.
func post(target, form string) asked {
	return asked{method: http.MethodPost, target: target, key: docsKey, contentType: formType, body: form}
}

// reading is a GET with the key of docsApplication.
func reading(target string) asked {
	return asked{target: target, key: docsKey}
}

// peopled is docsApplication with users in all states.
func peopled() mockauthy.Application {
	app := docsApplication()
	app.Users = append(app.Users,
		mockauthy.User{AuthyID: 1003, Email: "dora@example.com", Cellphone: "305-456-2312", CountryCode: 57, Confirmed: true, Registered: true},
		mockauthy.User{AuthyID: 1004, Email: "erik@example.com", Cellphone: "305-456-2313", CountryCode: 57, Suspended: true},
	)
	return app
}

// Every endpoint about a user says the same of one that nobody knows.
func TestUserNotFound(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, id := range []string{"9999", "abc", "-1", "1000x", "99999999999999999999"} {
		for _, a := range []asked{
			reading("/protected/json/users/" + id + "/status"),
			reading("/protected/json/sms/" + id),
			reading("/protected/json/call/" + id),
			post("/protected/json/email/"+id, ""),
			post("/protected/json/users/"+id+"/update", "email=new@example.com"),
			post("/protected/json/users/delete/"+id, ""),
			post("/protected/json/users/"+id+"/delete", ""),
			post("/protected/json/users/"+id+"/remove", ""),
			post("/protected/json/users/"+id+"/register_activity", "type=banned"),
			post("/protected/json/users/"+id+"/secret", ""),
			post("/onetouch/json/users/"+id+"/approval_requests", "message=Hello"),
		} {
			r.expect(t, a, userNotFound)
		}
	}
}

func TestUsersUpdate(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.expect(t, post("/protected/json/users/1000/update", "email=new@example.com"),
		said{200, jsonType, `{"message":"User was updated successfully","success":true}`})
	if got := r.user(t, alice).Email; got != "new@example.com" {
		t.Errorf("the address is %s", got)
	}
	r.expect(t, post("/protected/json/users/1000/update", "email=foo"),
		said{400, jsonType, `{"message":"User was not valid","success":false,"errors":{"email":"is invalid","message":"User was not valid"},"email":"is invalid","error_code":"60027"}`})
}

// All three spellings are live: docs/authy-api.md section 3.7.
func TestUsersDelete(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	removed := said{200, jsonType, `{"message":"User removed from application","success":true}`}
	for _, target := range []string{"/protected/json/users/delete/1000", "/protected/json/users/1001/delete", "/protected/json/users/1002/remove"} {
		r.expect(t, post(target, ""), removed)
		r.expect(t, post(target, ""), userNotFound)
	}
	r.expectVerify(t, r.native(t, aliceSecret, 0), alice, unknownUser)
	// The phone is free again, for a user of another Authy ID.
	r.expect(t, post("/protected/json/users/new", "user[email]=a@example.com&user[cellphone]=2015550100&user[country_code]=1"),
		said{200, jsonType, `{"message":"User created successfully.","user":{"id":1003},"success":true}`})
}

func TestAppStats(t *testing.T) {
	t.Parallel()
	app := docsApplication()
	app.ID = 3
	r := newRig(t, app)
	r.expectVerify(t, r.native(t, aliceSecret, 0), alice, tokenValid)
	r.ask(t, reading("/protected/json/sms/1000"))
	got := r.ask(t, reading("/protected/json/app/stats"))
	months := ""
	for _, month := range []string{`"December"|2025`, `"January"|2026`, `"February"|2026`, `"March"|2026`, `"April"|2026`, `"May"|2026`, `"June"|2026`, `"July"|2026`, `"August"|2026`, `"September"|2026`, `"October"|2026`} {
		name, year, _ := strings.Cut(month, "|")
		months += `{"sms_count":0,"calls_count":0,"users_count":0,"auths_count":0,"month":` + name + `,"api_calls_count":0,"year":` + year + `},`
	}
	months += `{"sms_count":1,"calls_count":0,"users_count":3,"auths_count":1,"month":"November","api_calls_count":3,"year":2026}`
	if want := (said{200, jsonType, `{"message":"Monthly statistics.","count":12,"total_users":3,"app_id":3,"success":true,"stats":[` + months + `]}`}); got != want {
		t.Errorf("\n got %v\nwant %v", got, want)
	}
}
