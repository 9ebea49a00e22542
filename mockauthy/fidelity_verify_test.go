package mockauthy_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
)

// forced asks for a token with force=true, as Authy's own clients do.
func forced(token, authyID string) question {
	return getting("/protected/json/verify/" + token + "/" + authyID + "?force=true")
}

func unforced(token, authyID string) question {
	return getting("/protected/json/verify/" + token + "/" + authyID)
}

// attempts are wrong tokens of alice.
func attempts(n int) step {
	return func(t *testing.T, p *play) {
		for range n {
			p.verify(t, p.wrongToken(t), alice)
		}
	}
}

func threeAttempts(app *mockauthy.Application) { app.AttemptsPerHour = 3 }

func sixDigits(app *mockauthy.Application) {
	app.Tokens = mockauthy.Tokens{Digits: 6, Step: 30 * time.Second}
}

// suspendedUser comes from section 2.5; its shape is that of other errors that
// an endpoint raises.
var suspendedUser = shape2(503, "60017", "User has been suspended.")

func fidelityOfVerify() []fidelitySection {
	const (
		dos      = "DoS protection: User has requested too many tokens in the last hour."
		noteBody = "Status and message: A"
		noteID   = "Message: A. Sources say both 401 and 404"
		noteUsed = "Message: A, from three sources. Code by its name: C"
	)
	tooMany := shape1(429, "60003", dos)
	code := func(query string) step { return first(reading("/protected/json/sms/1000" + query)) }
	verified := first(forced("{token}", "1000").ask)
	withForm := forced("nonsense", "1002")
	withForm.ask.target, withForm.ask.contentType, withForm.ask.body = "/protected/json/verify/nonsense/1002", formType, "force=true"
	withJSON := withForm
	withJSON.ask.contentType, withJSON.ask.body = jsonBodyType, `{"force":true}`
	twice := withForm
	twice.ask.target += "?force=false"
	return []fidelitySection{{"verify", "On success, and only here, `success` is a string. Each token works once.", []fidelityRow{
		{"right token", forced("{token}", "1000"), tokenValid, "3.4", recorded, "Since 2017 there also was a `device` (C), which the mock leaves out"},
		{"right token, not forced", unforced("{token}", "1000"), tokenValid, "3.4", recorded, ""},
		{"right token of an application whose tokens have 6 digits and last 30 seconds", forced("{token of 6}", "1000").to(sixDigits), tokenValid, "5", reported, "A setting of the application"},
		{"wrong token", forced("{wrong}", "1000"), tokenInvalid, "3.4", fixture, noteBody},
		{"token of somebody else", forced("{bob's}", "1000"), tokenInvalid, "3.4", fixture, noteBody},
		{"token that is no number", forced("invalid_token", "1000"), tokenInvalid, "3.4", inferred, "Status and `token`: A. Official clients stop it themselves"},
		{"token that is too short", forced("123456", "1000"), tokenInvalid, "3.4", inferred, "Official clients stop it themselves"},
		{"token that is too long", forced(strings.Repeat("1", 100), "1000"), tokenInvalid, "3.4", inferred, "Official clients stop it themselves"},
		{"the same token again", forced("{token}", "1000").after(verified), tokenReused, "3.4", inferred, noteUsed},
		{"the token before, after the current one", forced("{token-1}", "1000").after(verified), tokenReused, "5", chosen, "No older token works after a newer one"},
		{"the token before", forced("{token-1}", "1000"), tokenValid, "5", chosen, "The window is one step to either side, and a setting of the application"},
		{"the token after", forced("{token+1}", "1000"), tokenValid, "5", chosen, "The window"},
		{"the second token before", forced("{token-2}", "1000"), tokenInvalid, "5", chosen, "The window"},
		{"the second token after", forced("{token+2}", "1000"), tokenInvalid, "5", chosen, "The window"},
		{"unknown user", forced("1234567", "9999"), unknownUser, "3.4", chosen, noteID},
		{"unknown user, not forced", unforced("1234567", "9999"), unknownUser, "3.4", chosen, noteID},
		{"Authy ID that is no number", forced("1234567", "abc"), unknownUser, "3.4", chosen, noteID},
		{"user deleted a moment ago", forced("{token}", "1000").after(first(post("/protected/json/users/1000/remove", ""))), unknownUser, "2.5", chosen, "At Authy tokens went on to verify for a day (B)"},
		{"user suspended", forced("1234567", "1004"), suspendedUser, "2.5", inferred, "Status and message: C"},
		{"user suspended, not forced", unforced("1234567", "1004"), suspendedUser, "2.5", inferred, "Status and message: C"},
		{"wrong token, unconfirmed user, not forced", unforced("{wrong}", "1002"), tokenValid, "3.4", recorded, "Until a token was right once, everything is. In 2013; whether still after 2018 is not known"},
		{"wrong token, unconfirmed user", forced("{wrong}", "1002"), tokenInvalid, "3.4", fixture, noteBody},
		{"wrong token, not forced, after the user's first right one", unforced("{wrong}", "1002").after(first(forced("{carol's}", "1002").ask)), tokenInvalid, "3.4", fixture, "That the user then is confirmed: B"},
		{"`force=1`", getting("/protected/json/verify/{wrong}/1002?force=1"), tokenValid, "3.4", chosen, "Only `true` forces"},
		{"`force=true` in the form body of a GET", withForm, tokenInvalid, "0", fixture, "That such parameters are read: A"},
		{"`force` in the JSON body of a GET", withJSON, tokenInvalid, "0", fixture, "That such parameters are read: A"},
		{"`force=false` in the query, `force=true` in the body", twice, tokenInvalid, "0", chosen, "The body wins over the query"},
		{"right token after too many attempts in an hour", forced("{token}", "1000").to(threeAttempts).after(attempts(3)), tooMany, "2.5", documented, "Body: A. The older documentation says 503. " + noteUnlimited},
		{"right token an hour later", forced("{token}", "1000").to(threeAttempts).after(attempts(3), later(time.Hour)), tokenValid, "2.5", inferred, "From the text of the refusal"},
		{"right token after a hundred wrong ones, without a limit", forced("{token}", "1000").after(attempts(100)), tokenValid, "2.5", chosen, noteUnlimited},
		{"code from an SMS", forced("{code}", "1000").after(code("")), tokenValid, "5", fixture, "A recording has a `device` too"},
		{"code from an SMS, again", forced("{code}", "1000").after(code(""), first(forced("{code}", "1000").ask)), tokenInvalid, "5", chosen, "It works once"},
		{"code from an SMS, 10 minutes later", forced("{code}", "1000").after(code(""), later(10*time.Minute)), tokenInvalid, "5", chosen, "It is good for 10 minutes"},
		{"code from an SMS for an action, the same action", getting("/protected/json/verify/{code}/1000?force=true&action=pay").after(code("?action=pay")), tokenValid, "3.4", documented, ""},
		{"code from an SMS for an action, another action", getting("/protected/json/verify/{code}/1000?force=true&action=login").after(code("?action=pay")), tokenInvalid, "3.4", fixture, "That it fails: B"},
		{"token of the app, any action", getting("/protected/json/verify/{token}/1000?force=true&action=pay"), tokenValid, "3.4", chosen, "An action binds codes that were sent, not the app's tokens"},
		{"token of another authenticator", forced("{qr}", "1000").after(first(post("/protected/json/users/1000/secret", ""))), tokenValid, "5", reported, "6 digits, 30 seconds"},
		{"sandbox, `0000000`", forced("0000000", "1000").to(sandbox), tokenValid, "5", recorded, ""},
		{"sandbox, `0000000` again", forced("0000000", "1000").to(sandbox).after(first(forced("0000000", "1000").ask)), tokenValid, "5", recorded, ""},
		{"sandbox, `0000000`, unknown user", forced("0000000", "1").to(sandbox), tokenValid, "5", recorded, ""},
		{"sandbox, another token", forced("1111111", "1000").to(sandbox), tokenInvalid, "5", fixture, noteBody},
		{"sandbox, another token, not forced", unforced("1234567", "1002").to(sandbox), tokenInvalid, "5", fixture, noteBody + ". The sandbox confirmed everybody"},
		{"sandbox, another token, unknown user", forced("1234567", "1").to(sandbox), unknownUser, "5", chosen, noteID},
		{"XML, right token", getting("/protected/xml/verify/{token}/1000?force=true"), inXML(200, `<hash><message>Token is valid.</message><token>is valid</token><success>true</success></hash>`), "4", fixture, "The recording has a `device` too. `success` has no type, as it is a string"},
		{"XML, wrong token", getting("/protected/xml/verify/{wrong}/1000?force=true"), inXML(401, `<errors><message>Token is invalid</message><token>is invalid</token><error-code>60020</error-code></errors>`), "4", chosen, "As the short form that is recorded of other errors (C)"},
		{"XML, unknown user", getting("/protected/xml/verify/1234567/9999?force=true"), inXML(401, `<errors><message>User doesn't exist</message><error-code>60016</error-code></errors>`), "4", chosen, "As the short form. In another fixture the long form has this message"},
	}}}
}
