package mockauthy_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// lastMessage is the newest that would have been sent.
func (r *rig) lastMessage(t *testing.T) control.Message {
	t.Helper()
	messages, err := r.control(t).Messages(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(messages) == 0 {
		t.Fatal("no message was sent")
	}
	return messages[len(messages)-1]
}

// Section 3.5 of docs/authy-api.md: success comes first, the mask is the country
// code and the last two digits whatever the length.
func TestSMSAndCall(t *testing.T) {
	t.Parallel()
	r := newRig(t, peopled())
	r.expect(t, reading("/protected/json/sms/1000"),
		said{200, jsonType, `{"success":true,"message":"SMS token was sent","cellphone":"+1-XXX-XXX-XX00"}`})
	if m := r.lastMessage(t); m.By != "sms" || m.AuthyID != alice || m.To != "+1 201-555-0100" || len(m.Code) != 7 {
		t.Errorf("the message is %+v", m)
	}
	r.expect(t, reading("/protected/json/call/1000"),
		said{200, jsonType, `{"success":true,"message":"Call started...","cellphone":"+1-XXX-XXX-XX00"}`})
	if m := r.lastMessage(t); m.By != "call" || m.AuthyID != alice {
		t.Errorf("the message is %+v", m)
	}
}

// A user who has the app gets no SMS and no call, unless it is forced.
func TestIgnoredForUsersOfTheApp(t *testing.T) {
	t.Parallel()
	r := newRig(t, peopled())
	r.expect(t, reading("/protected/json/sms/1003"), said{
		200, jsonType,
		`{"message":"Ignored: SMS is not needed for smartphones. Pass force=true if you want to actually send it anyway.","cellphone":"+57-XXX-XXX-XX12","device":"android","ignored":true,"success":true}`,
	})
	r.expect(t, reading("/protected/json/call/1003"), said{
		200, jsonType,
		`{"message":"Call ignored. User is using  App Tokens and this call is not necessary. Pass force=true if you still want to call users that are using the App.","cellphone":"+57-XXX-XXX-XX12","device":"android","ignored":true,"success":true}`,
	})
	messages, err := r.control(t).Messages(t.Context(), 1003)
	if err != nil || len(messages) != 0 {
		t.Errorf("sent were %v, %v", messages, err)
	}
	r.expect(t, reading("/protected/json/sms/1003?force=true"),
		said{200, jsonType, `{"success":true,"message":"SMS token was sent","cellphone":"+57-XXX-XXX-XX12"}`})
}

func TestEmail(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	got := r.ask(t, post("/protected/json/email/1000", ""))
	if got.status != 200 || !regexp.MustCompile(`^\{"success":true,"message":"Email token was sent","email":"alice@example\.com","email_id":"EM[0-9a-f]{32}"\}$`).MatchString(got.body) {
		t.Errorf("got %v", got)
	}
	if m := r.lastMessage(t); m.By != "email" || m.To != "alice@example.com" {
		t.Errorf("the message is %+v", m)
	}
}

func TestAddonsOff(t *testing.T) {
	t.Parallel()
	app := docsApplication()
	app.NoSMS, app.NoPhoneCalls = true, true
	r := newRig(t, app)
	r.expect(t, reading("/protected/json/sms/1000?force=true"),
		said{503, jsonType, `{"message":"SMS is not enabled","success":false,"errors":{"message":"SMS is not enabled"},"error_code":"60007"}`})
	r.expect(t, reading("/protected/json/call/1000?force=true"),
		said{503, jsonType, `{"message":"Phone calls are not enabled on this account","success":false,"errors":{"message":"Phone calls are not enabled on this account"},"error_code":"60006"}`})
}

// A code that was sent is verified by the same endpoint as a token, once, for its
// own action and user, and not for long.
func TestSentCode(t *testing.T) {
	t.Parallel()
	send := func(t *testing.T, r *rig, query string) string {
		t.Helper()
		r.ask(t, reading("/protected/json/sms/1000"+query))
		return r.lastMessage(t).Code
	}
	t.Run("once", func(t *testing.T) {
		r := newRig(t)
		code := send(t, r, "")
		r.expectVerify(t, code, bob, tokenInvalid)
		r.expectVerify(t, code, alice, tokenValid)
		r.expectVerify(t, code, alice, tokenInvalid)
		r.expectVerify(t, r.native(t, aliceSecret, 0), alice, tokenValid) // the app's token goes on
	})
	t.Run("for its action", func(t *testing.T) {
		r := newRig(t)
		code := send(t, r, "?action=pay")
		r.expectVerify(t, code, alice, tokenInvalid)
		r.expect(t, reading("/protected/json/verify/"+code+"/1000?force=true&action=login"), tokenInvalid)
		r.expect(t, reading("/protected/json/verify/"+code+"/1000?force=true&action=pay"), tokenValid)
	})
	t.Run("ten minutes", func(t *testing.T) {
		r := newRig(t)
		early, late := send(t, r, ""), send(t, r, "")
		r.move(10*time.Minute - time.Second)
		r.expectVerify(t, early, alice, tokenValid)
		r.move(time.Second)
		r.expectVerify(t, late, alice, tokenInvalid)
	})
}

// The number of attempts is limited per user, and the right token is refused too
// while the limit is reached.
func TestAttemptsPerHour(t *testing.T) {
	t.Parallel()
	app := docsApplication()
	app.AttemptsPerHour = 3
	r := newRig(t, app)
	for range 3 {
		r.expectVerify(t, r.wrongToken(t), alice, tokenInvalid)
	}
	const text = "DoS protection: User has requested too many tokens in the last hour."
	tooMany := said{429, jsonType, `{"error_code":"60003","message":"` + text + `","errors":{"message":"` + text + `"},"success":false}`}
	r.expectVerify(t, r.native(t, aliceSecret, 0), alice, tooMany)
	r.expectVerify(t, r.native(t, bobSecret, 0), bob, tokenValid)
	r.move(time.Hour)
	r.expectVerify(t, r.native(t, aliceSecret, 0), alice, tokenValid)
}

// The sandbox: docs/authy-api.md section 5.
func TestSandbox(t *testing.T) {
	t.Parallel()
	app := docsApplication()
	app.Sandbox = true
	r := newRig(t, app)
	for range 2 { // there is no replay check on it
		r.expectVerify(t, "0000000", alice, tokenValid)
		r.expectVerify(t, "0000000", 1, tokenValid) // whom nobody knows
	}
	for _, token := range []string{"1111111", "1234567", "123456", "000000", r.native(t, aliceSecret, 0)} {
		r.expectVerify(t, token, alice, tokenInvalid)
		r.expect(t, verifyUnforced(token, carol), tokenInvalid) // all users are confirmed
	}
	r.expectVerify(t, "1234567", 1, unknownUser)
	if !r.user(t, carol).Confirmed {
		t.Error("a user of the sandbox is not confirmed")
	}
}
