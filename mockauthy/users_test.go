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

// Section 3.6 of docs/authy-api.md: the phone is masked in the same way for every
// country, the country code is a number, the booleans are real ones.
func TestUsersStatus(t *testing.T) {
	t.Parallel()
	r := newRig(t, peopled())
	r.expect(t, reading("/protected/json/users/1002/status"), said{
		200, jsonType,
		`{"status":{"authy_id":1002,"confirmed":false,"registered":false,"country_code":1,"phone_number":"XXX-XXX-0102","email":"carol@example.com","devices":[],"has_hard_token":false,"account_disabled":false,"detailed_devices":[],"deleted_devices":[]},"message":"User status.","success":true}`,
	})
	r.expect(t, reading("/protected/json/users/1003/status?user_ip=192.0.2.1"), said{
		200, jsonType,
		`{"status":{"authy_id":1003,"confirmed":true,"registered":true,"country_code":57,"phone_number":"XXX-XXX-2312","email":"dora@example.com","devices":["android"],"has_hard_token":false,"account_disabled":false,"detailed_devices":[{"device_type":"authy","os_type":"android","registration_device_id":null,"registration_method":null,"device_id":1003,"last_sync_date":0,"creation_date":1795348803}],"deleted_devices":[]},"message":"User status.","success":true}`,
	})
	r.expect(t, reading("/protected/json/users/1004/status"), said{
		200, jsonType,
		`{"status":{"authy_id":1004,"confirmed":false,"registered":false,"country_code":57,"phone_number":"XXX-XXX-2313","email":"erik@example.com","devices":[],"has_hard_token":false,"account_disabled":true,"detailed_devices":[],"deleted_devices":[]},"message":"User status.","success":true}`,
	})
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

func TestRegisterActivity(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, kind := range []string{"password_reset", "banned", "unbanned", "cookie_login"} {
		r.expect(t, post("/protected/json/users/1000/register_activity", "type="+kind+"&data[reason]=test&user_ip=192.0.2.1"),
			said{200, jsonType, `{"message":"Activity was created.","success":true}`})
	}
	for _, form := range []string{"", "type=", "type=login"} {
		const text = "You can only create the following activities: password_reset, banned, unbanned, cookie_login."
		r.expect(t, post("/protected/json/users/1000/register_activity", form),
			said{400, jsonType, `{"message":"` + text + `","success":false,"errors":{"message":"` + text + `"},"error_code":"60029"}`})
	}
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

func TestSuspendedAccount(t *testing.T) {
	t.Parallel()
	app := docsApplication()
	app.Suspended = true
	r := newRig(t, app)
	suspended := said{503, jsonType, `{"error_code":"60060","message":"Your account is suspended","errors":{"message":"Your account is suspended"},"success":false}`}
	r.expect(t, reading("/protected/json/app/details"), suspended)
	r.expectVerify(t, r.native(t, aliceSecret, 0), alice, suspended)
}

func TestSuspendedUser(t *testing.T) {
	t.Parallel()
	r := newRig(t, peopled())
	suspended := said{503, jsonType, `{"message":"User has been suspended.","success":false,"errors":{"message":"User has been suspended."},"error_code":"60017"}`}
	r.expectVerify(t, "1234567", 1004, suspended)
	r.expect(t, verifyUnforced("1234567", 1004), suspended)
	r.expect(t, reading("/protected/json/sms/1004"), suspended)
	r.expect(t, reading("/protected/json/call/1004"), suspended)
	r.expect(t, post("/protected/json/email/1004", ""), suspended)
}
