package mockauthy_test

import (
	"regexp"
	"testing"
	"time"
)

const phoneQuery = "?country_code=49&phone_number=179-449-1095"

func shape1(status int, code, message string) said {
	return said{status, jsonType, `{"error_code":"` + code + `","message":"` + message + `","errors":{"message":"` + message + `"},"success":false}`}
}

// Section 3.13 of docs/authy-api.md.
func TestVerificationStart(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ form, message, by string }{
		{"via=sms&country_code=84&phone_number=86-674-2932", `Text message sent to \+84 86-674-2932\.`, "sms"},
		{"via=sms&country_code=54&phone_number=317-338-9302", `Text message sent to \+54 317-338-9302\.`, "sms"},
		{"via=call&country_code=1&phone_number=775-461-5609", `Call to \+1 775-461-5609 initiated\.`, "call"},
		{"via=call&locale=es&country_code=1&phone_number=775-461-5609", `Llamada a \+1 775-461-5609 fue iniciada\.`, "call"},
	} {
		r := newRig(t)
		got := r.ask(t, post("/protected/json/phones/verification/start", test.form))
		want := `^\{"carrier":"Google Voice","is_cellphone":true,"message":"` + test.message + `","seconds_to_expire":600,"uuid":"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}","success":true\}$`
		if got.status != 200 || !regexp.MustCompile(want).MatchString(got.body) {
			t.Errorf("%s: got %v", test.form, got)
		}
		if m := r.lastMessage(t); m.By != test.by || len(m.Code) != 4 || m.AuthyID != 0 {
			t.Errorf("%s: the message is %+v", test.form, m)
		}
	}
}

func TestVerificationCheck(t *testing.T) {
	t.Parallel()
	correct := said{200, jsonType, `{"message":"Verification code is correct.","success":true}`}
	nonePending := said{404, jsonType, `{"message":"No pending verifications for +49 179-449-1095 found.","success":false,"errors":{"message":"No pending verifications for +49 179-449-1095 found."},"error_code":"60023"}`}
	start := post("/protected/json/phones/verification/start", phoneQuery[1:]+"&code_length=6")
	check := func(code string) asked {
		return reading("/protected/json/phones/verification/check" + phoneQuery + "&verification_code=" + code)
	}
	t.Run("once", func(t *testing.T) {
		r := newRig(t)
		r.expect(t, check("1234"), nonePending)
		r.ask(t, start)
		code := r.lastMessage(t).Code
		if len(code) != 6 {
			t.Errorf("the code %s has not the length that was asked for", code)
		}
		r.expect(t, check("x"+code), shape1(401, "60022", "Verification code is incorrect"))
		r.expect(t, check(""), shape1(400, "60004", "Invalid parameter: verification_code - Parameter is required"))
		r.expect(t, check(code), correct)
		r.expect(t, check(code), nonePending)
	})
	t.Run("started twice sends the same code", func(t *testing.T) {
		r := newRig(t)
		r.ask(t, start)
		first := r.lastMessage(t)
		r.ask(t, start)
		if second := r.lastMessage(t); second.Code != first.Code || second.Number == first.Number {
			t.Errorf("first %+v, then %+v", first, second)
		}
	})
	t.Run("ten minutes", func(t *testing.T) {
		r := newRig(t)
		r.ask(t, start)
		code := r.lastMessage(t).Code
		r.move(10 * time.Minute)
		r.expect(t, check(code), nonePending)
	})
	t.Run("custom code", func(t *testing.T) {
		app := docsApplication()
		app.CustomCodes = true
		r := newRig(t, app)
		r.ask(t, post("/protected/json/phones/verification/start", phoneQuery[1:]+"&custom_code=424242"))
		r.expect(t, check("424242"), correct)
	})
	t.Run("sandbox", func(t *testing.T) {
		app := docsApplication()
		app.Sandbox = true
		r := newRig(t, app)
		r.expect(t, check("0000"), correct)
		r.expect(t, check("1234"), shape1(401, "60022", "Verification code is incorrect"))
	})
}

func TestVerificationStatus(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.expect(t, reading("/protected/json/phones/verification/status"), shape1(400, "60042", "Either uuid or country_code and phone number are required"))
	r.expect(t, reading("/protected/json/phones/verification/status"+phoneQuery),
		said{404, jsonType, `{"message":"Phone verification not found","success":false,"errors":{"message":"Phone verification not found"},"error_code":"60023"}`})
	started := r.ask(t, post("/protected/json/phones/verification/start", phoneQuery[1:]))
	uuid := regexp.MustCompile(`"uuid":"([^"]+)"`).FindStringSubmatch(started.body)[1]
	r.move(time.Minute)
	pending := said{200, jsonType, `{"message":"Phone Verification status.","status":"pending","seconds_to_expire":540,"success":true}`}
	r.expect(t, reading("/protected/json/phones/verification/status"+phoneQuery), pending)
	r.expect(t, reading("/protected/json/phones/verification/status?uuid="+uuid), pending)
}
