package mockauthy_test

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
)

// Notes that several rows share.
const (
	noteNotFound  = "Status and message: A"
	noteMadeXML   = "Made from the JSON as ActiveSupport would"
	noteNoBody    = "Status and text are documented (B), the body is not"
	noteUnlimited = "Authy's limit is not known: there is none, unless the application has one"
)

// accountSuspended comes from section 2.5; its shape is that of other errors
// raised before an endpoint.
var accountSuspended = shape1(503, "60060", "Your account is suspended")

func suspendedAccount(app *mockauthy.Application) { app.Suspended = true }
func nobody(app *mockauthy.Application)           { app.Users = nil }
func sandbox(app *mockauthy.Application)          { app.Sandbox = true }

func asXML(a *asked) { a.target = strings.Replace(a.target, "/json/", "/xml/", 1) }

// otherMethod is one that no endpoint has.
func otherMethod(a *asked) { a.method = http.MethodPut }

func withBody(contentType, body string) func(*asked) {
	return func(a *asked) { a.contentType, a.body = contentType, body }
}

func fidelityOfAll() []fidelitySection {
	const about = "What is so wherever a request goes. The test asks each endpoint."
	return []fidelitySection{{"", about, []fidelityRow{
		{"wrong API key", changing(func(a *asked) { a.key = "0123456789abcdef0123456789abcdef" }), invalidKey, "2.3", recorded, ""},
		{"wrong API key, XML", changing(func(a *asked) { a.key = "0123456789abcdef0123456789abcdef"; asXML(a) }), inXML(401,
			`<errors><error-code>60001</error-code><message>Invalid API key</message><errors><message>Invalid API key</message></errors><success type="boolean">false</success></errors>`), "4", inferred, "The long form is recorded of another error (C)"},
		{"no API key", changing(func(a *asked) { a.key = "" }), invalidKey, "2.5", inferred, "Answered as a wrong one"},
		{"account suspended", changing(func(*asked) {}).to(suspendedAccount), accountSuspended, "2.5", inferred, noteNoBody},
		{"account suspended, XML", changing(asXML).to(suspendedAccount), inXML(503,
			`<errors><error-code>60060</error-code><message>Your account is suspended</message><errors><message>Your account is suspended</message></errors><success type="boolean">false</success></errors>`), "4", inferred, noteNoBody},
		{"body that is not the JSON, form or XML that it says", changing(withBody(jsonBodyType, `{"user":`)), invalidRequest, "2.5", chosen, noteNoBody + "; when it is raised is chosen"},
		{"body over 64 KiB", changing(withBody(formType, "x="+strings.Repeat("x", 64<<10))), invalidRequest, "2.5", chosen, noteNoBody + "; the limit is chosen"},
		{"parameter that is not UTF-8", changing(withBody(formType, "x=%ff")), invalidUTF8, "2.5", chosen, noteNoBody + "; when it is raised is chosen"},
		{"method that the endpoint has not", changing(otherMethod), unknownRoute, "2.4", inferred, "As an unknown path: Sinatra would say the same"},
		{"format that is neither `json` nor `xml`", changing(func(a *asked) { a.target = strings.Replace(a.target, "/json/", "/yaml/", 1) }), unknownRoute, "1", inferred, "As an unknown path"},
		{"a slash more at the end", changing(func(a *asked) { a.target += "/" }), unknownRoute, "2.4", chosen, "As an unknown path"},
		{"unknown path", getting("/protected/json/nothing"), unknownRoute, "2.4", fixture, "Text: A. The only status that any source has"},
		{"unknown path, outside of `/protected/` and `/onetouch/`", question{ask: asked{target: "/nothing"}}, unknownRoute, "2.4", fixture, "Text: A. No API key is wanted here"},
		{"unknown path, wrong API key", question{ask: asked{target: "/protected/json/nothing", key: "x"}}, invalidKey, "2.4", reported, "The key comes before the path"},
		{"verify without a token or an Authy ID", getting("/protected/json/verify/1234567/"), unknownRoute, "2.4", fixture, "Text: A"},
		{"path that leads to an endpoint once it is cleaned", getting("/protected/json/verify/../app/details"), unknownRoute, "3.4", chosen, "Paths are neither cleaned nor unescaped, unless the application has `lenient_paths`"},
		{"the same, `lenient_paths`", getting("/protected/json/verify/../app/details").to(func(app *mockauthy.Application) { app.LenientPaths = true }), appDetails, "3.4", inferred, "`verify/../sms/…` once answered 200"},
	}}}
}

func fidelityOfApplications() []fidelitySection {
	const target = "/protected/json/app/details"
	change := func(set func(*mockauthy.Application)) question { return getting(target).to(set) }
	onlyStats := func(more string) said {
		return inJSON(200, `{"message":"Monthly statistics.","count":12,"total_users":5,"app_id":1,"success":true,"stats":[‹11 months before›{`+more+`,"year":2026}]}`)
	}
	return []fidelitySection{
		{"app/details", "", []fidelityRow{
			{"the application of Twilio's documentation", change(func(app *mockauthy.Application) {
				app.Name, app.Plan, app.ID = "Verify Sample", "pay_as_you_go", 11111
			}), inJSON(200, `{"app":{"name":"Verify Sample","plan":"pay_as_you_go","sms_enabled":true,"phone_calls_enabled":true,"app_id":11111,"onetouch_enabled":true},"message":"Application information.","success":true}`), "3.1", documented, ""},
			{"without SMS", change(func(app *mockauthy.Application) { app.NoSMS = true }), inJSON(200, `{"app":{"name":"Authy Docs","plan":"starter","sms_enabled":false,"phone_calls_enabled":true,"app_id":1,"onetouch_enabled":true},"message":"Application information.","success":true}`), "3.1", documented, ""},
			{"without calls", change(func(app *mockauthy.Application) { app.NoPhoneCalls = true }), inJSON(200, `{"app":{"name":"Authy Docs","plan":"starter","sms_enabled":true,"phone_calls_enabled":false,"app_id":1,"onetouch_enabled":true},"message":"Application information.","success":true}`), "3.1", documented, ""},
			{"without OneTouch", change(func(app *mockauthy.Application) { app.NoOneTouch = true }), inJSON(200, `{"app":{"name":"Authy Docs","plan":"starter","sms_enabled":true,"phone_calls_enabled":true,"app_id":1,"onetouch_enabled":false},"message":"Application information.","success":true}`), "3.1", documented, ""},
			{"with `user_ip`", getting(target + "?user_ip=192.0.2.1"), appDetails, "3.1", documented, ""},
			{"API key in the query", question{ask: asked{target: target + "?api_key=" + docsKey}}, appDetails, "1", documented, "That it is accepted: A"},
			{"API key in a form body", question{ask: asked{target: target, contentType: formType, body: "api_key=" + docsKey}}, appDetails, "0", documented, "That it is accepted, with GET too: A"},
			{"API key in a JSON body", question{ask: asked{target: target, contentType: jsonBodyType, body: `{"api_key":"` + docsKey + `"}`}}, appDetails, "0", inferred, "As every other parameter"},
			{"XML", getting("/protected/xml/app/details"), inXML(200, `<hash><app><name>Authy Docs</name><plan>starter</plan><sms-enabled type="boolean">true</sms-enabled><phone-calls-enabled type="boolean">true</phone-calls-enabled><app-id type="integer">1</app-id><onetouch-enabled type="boolean">true</onetouch-enabled></app><message>Application information.</message><success type="boolean">true</success></hash>`), "4", inferred, noteMadeXML},
		}},
		{"app/stats", "", []fidelityRow{
			{
				"five users added this month", getting("/protected/json/app/stats"),
				onlyStats(`"sms_count":0,"calls_count":0,"users_count":5,"auths_count":0,"month":"November","api_calls_count":1`), "3.2", fixture, "Twelve months: A",
			},
			{
				"after an SMS, a call and a right token",
				getting("/protected/json/app/stats").after(first(reading("/protected/json/sms/1000")), first(reading("/protected/json/call/1000")), first(reading("/protected/json/verify/{token}/1000?force=true"))),
				onlyStats(`"sms_count":1,"calls_count":1,"users_count":5,"auths_count":1,"month":"November","api_calls_count":4`), "3.2", fixture, "What counts as what is inferred from the names",
			},
			{"XML", getting("/protected/xml/app/stats"), inXML(200, `<hash><message>Monthly statistics.</message><count type="integer">12</count><total-users type="integer">5</total-users><app-id type="integer">1</app-id><success type="boolean">true</success><stats type="array"><‹11 months before›/><stat><sms-count type="integer">0</sms-count><calls-count type="integer">0</calls-count><users-count type="integer">5</users-count><auths-count type="integer">0</auths-count><month>November</month><api-calls-count type="integer">1</api-calls-count><year type="integer">2026</year></stat></stats></hash>`), "4", inferred, noteMadeXML},
		}},
	}
}

func newUserQuestion(email, cellphone, country string) question {
	return question{ask: newUserForm(email, cellphone, country)}.to(nobody)
}

// notValid is users/new's answer to wrong fields: docs/authy-api.md section 2.3.
func notValid(fields string) said {
	return inJSON(400, `{"message":"User was not valid","success":false,"errors":{`+fields+`,"message":"User was not valid"},`+fields+`,"error_code":"60027"}`)
}

func fidelityOfUsers() []fidelitySection {
	const (
		mail, phone = "user@domain.com", "317-338-9302"
		noCellphone = `"cellphone":"is invalid"`
		noEmail     = `"email":"is invalid"`
		blankEmail  = `"email":"is invalid and can't be blank"`
		noCountry   = `"country_code":"is invalid"`
	)
	userForm := url.Values{"user[email]": {mail}, "user[cellphone]": {phone}, "user[country_code]": {"1"}}.Encode()
	updated := inJSON(200, `{"message":"User was updated successfully","success":true}`)
	removed := inJSON(200, `{"message":"User removed from application","success":true}`)
	const activities = "You can only create the following activities: password_reset, banned, unbanned, cookie_login."
	activity := func(form string) question {
		return posting("/protected/json/users/1000/register_activity", form)
	}
	activityCreated := inJSON(200, `{"message":"Activity was created.","success":true}`)
	secret := func(label, size string) said {
		return inJSON(200, `{"issuer":"Authy Docs","label":"`+label+`","qr_code":"http://api.authy.com/qr/‹uuid›?size=`+size+`","success":true}`)
	}
	qrSize := shape1(400, "60004", "Invalid parameter: qr_size - Parameter must be within 1..2000")
	xmlNotFound := inXML(404, `<errors><message>User not found.</message><error-code>60026</error-code></errors>`)
	return []fidelitySection{
		{"users/new", "A user is known by cellphone and country code, not by e-mail. Of each wrong field the text is recorded; the body around it is recorded for a blank e-mail with the cellphone `123`.", []fidelityRow{
			{"new user", newUserQuestion(mail, phone, "1"), created(1000), "3.3", recorded, ""},
			{"as JSON", question{ask: newUser(jsonBodyType, `{"user":{"email":"user@domain.com","cellphone":"317-338-9302","country_code":1}}`)}.to(nobody), created(1000), "3.3", recorded, ""},
			{"in the query", posting("/protected/json/users/new?"+userForm, "").to(nobody), created(1000), "0", recorded, ""},
			{"API key in the form", question{ask: asked{method: "POST", target: "/protected/json/users/new", contentType: formType, body: userForm + "&api_key=" + docsKey}}.to(nobody), created(1000), "0", recorded, ""},
			{"the same cellphone again, with another e-mail address", newUserQuestion("other@domain.com", phone, "1").after(first(newUserForm(mail, phone, "1"))), created(1000), "3.3", documented, ""},
			{"letters in a cellphone, `AAA-338-9302`", newUserQuestion(mail, "AAA-338-9302", "1"), created(1000), "3.3", recorded, ""},
			{"9 digits, `782392032`", newUserQuestion(mail, "782392032", "1"), created(1000), "3.3", recorded, ""},
			{"7 digits", newUserQuestion(mail, "338-9302", "1"), created(1000), "3.3", inferred, "Recorded: 7 digits among other characters pass, 5 fail"},
			{"6 digits", newUserQuestion(mail, "38-9302", "1"), notValid(noCellphone), "3.3", chosen, "Recorded: 5 digits fail"},
			{"16 digits", newUserQuestion(mail, "3173389302000000", "1"), notValid(noCellphone), "3.3", chosen, "15 is the most of ITU-T E.164"},
			{"cellphone `123`", newUserQuestion(mail, "123", "1"), notValid(noCellphone), "3.3", recorded, ""},
			{"cellphone `abc-1234`", newUserQuestion(mail, "abc-1234", "1"), notValid(noCellphone), "3.3", recorded, ""},
			{"blank cellphone", newUserQuestion(mail, "", "1"), notValid(noCellphone), "3.3", recorded, ""},
			{"blank e-mail", newUserQuestion("", phone, "1"), notValid(blankEmail), "3.3", recorded, ""},
			{"e-mail `foo`", newUserQuestion("foo", phone, "1"), notValid(noEmail), "3.3", recorded, ""},
			{"e-mail `domain.com`", newUserQuestion("domain.com", phone, "1"), notValid(noEmail), "3.3", recorded, ""},
			{"country code 999", newUserQuestion(mail, phone, "999"), notValid(noCountry), "3.3", recorded, ""},
			{"country code 0", newUserQuestion(mail, phone, "0"), notValid(noCountry), "3.3", recorded, ""},
			{"country code 210, which is assigned to nobody", newUserQuestion(mail, phone, "210"), notValid(noCountry), "3.3", chosen, "Valid are those that ITU-T E.164 assigns"},
			{"blank e-mail, cellphone `123`", newUserQuestion("", "123", "1"), notValid(blankEmail + "," + noCellphone), "2.3", recorded, ""},
			{"everything blank", newUserQuestion("", "", ""), notValid(blankEmail + "," + noCellphone + "," + noCountry), "3.3", chosen, "The texts: A. That the country code comes last is chosen"},
			{"XML, new user", question{ask: asked{
				method: "POST", target: "/protected/xml/users/new", key: docsKey, contentType: "application/xml",
				body: `<?xml version="1.0" encoding="UTF-8"?><user><cellphone>317-338-9302</cellphone><country_code>57</country_code><email>user@domain.com</email></user>`,
			}}.to(nobody), inXML(200, `<hash><message>User created successfully.</message><user><id type="integer">1000</id></user><success type="boolean">true</success></hash>`), "4", fixture, "Request too"},
			{"XML, blank e-mail, cellphone `123`", posting("/protected/xml/users/new", "user[email]=&user[cellphone]=123&user[country_code]=1").to(nobody), inXML(400,
				`<errors><message>User was not valid</message><email>is invalid and can't be blank</email><cellphone>is invalid</cellphone><error-code>60027</error-code></errors>`), "4", chosen, "The short form is recorded without wrong fields (C)"},
		}},
		{"users/status", "", []fidelityRow{
			{"without the app", getting("/protected/json/users/1002/status"), inJSON(200, `{"status":{"authy_id":1002,"confirmed":false,"registered":false,"country_code":1,"phone_number":"XXX-XXX-0102","email":"carol@example.com","devices":[],"has_hard_token":false,"account_disabled":false,"detailed_devices":[],"deleted_devices":[]},"message":"User status.","success":true}`), "3.6", fixture, "A recording has a detailed device of a user without the app, too"},
			{"with the app", getting("/protected/json/users/1003/status?user_ip=192.0.2.1"), inJSON(200, `{"status":{"authy_id":1003,"confirmed":true,"registered":true,"country_code":57,"phone_number":"XXX-XXX-2312","email":"dora@example.com","devices":["android"],"has_hard_token":false,"account_disabled":false,"detailed_devices":[{"device_type":"authy","os_type":"android","registration_device_id":null,"registration_method":null,"device_id":1003,"last_sync_date":0,"creation_date":1795348803}],"deleted_devices":[]},"message":"User status.","success":true}`), "3.6", fixture, "Which device it is, is chosen"},
			{"suspended", getting("/protected/json/users/1004/status"), inJSON(200, `{"status":{"authy_id":1004,"confirmed":false,"registered":false,"country_code":57,"phone_number":"XXX-XXX-2313","email":"erik@example.com","devices":[],"has_hard_token":false,"account_disabled":true,"detailed_devices":[],"deleted_devices":[]},"message":"User status.","success":true}`), "3.6", inferred, "From the name of `account_disabled`"},
			{"unknown user", getting("/protected/json/users/9999/status"), userNotFound, "3.6", fixture, noteNotFound},
			{"Authy ID that is no number", getting("/protected/json/users/abc/status"), userNotFound, "3.5", fixture, noteNotFound + ", of sms"},
			{"XML", getting("/protected/xml/users/1000/status"), inXML(200, `<hash><status><authy-id type="integer">1000</authy-id><confirmed type="boolean">true</confirmed><registered type="boolean">false</registered><country-code type="integer">1</country-code><phone-number>XXX-XXX-0100</phone-number><email>alice@example.com</email><devices type="array"/><has-hard-token type="boolean">false</has-hard-token><account-disabled type="boolean">false</account-disabled><detailed-devices type="array"/><deleted-devices type="array"/></status><message>User status.</message><success type="boolean">true</success></hash>`), "4", inferred, noteMadeXML},
			{"XML, unknown user", getting("/protected/xml/users/9999/status"), xmlNotFound, "4", fixture, ""},
		}},
		{"users/update", "", []fidelityRow{
			{"another e-mail address", posting("/protected/json/users/1000/update", "email=new@example.com"), updated, "3.8", fixture, ""},
			{"e-mail `foo`", posting("/protected/json/users/1000/update", "email=foo"), notValid(noEmail), "3.3", chosen, "As users/new"},
			{"no e-mail address", posting("/protected/json/users/1000/update", ""), notValid(blankEmail), "3.3", chosen, "As users/new"},
			{"unknown user", posting("/protected/json/users/9999/update", "email=new@example.com"), userNotFound, "3.8", fixture, ""},
			{"XML", posting("/protected/xml/users/1000/update", "email=new@example.com"), inXML(200, `<hash><message>User was updated successfully</message><success type="boolean">true</success></hash>`), "4", inferred, noteMadeXML},
		}},
		{"users/delete", "Three spellings were in use at the same time; official clients use each.", []fidelityRow{
			{"`users/delete/{authy_id}`", posting("/protected/json/users/delete/1000", ""), removed, "3.7", recorded, ""},
			{"`users/{authy_id}/delete`", posting("/protected/json/users/1000/delete", ""), removed, "3.7", recorded, ""},
			{"`users/{authy_id}/remove`", posting("/protected/json/users/1000/remove", ""), removed, "3.7", recorded, ""},
			{"unknown user, `users/delete/{authy_id}`", posting("/protected/json/users/delete/9999", ""), userNotFound, "3.7", fixture, noteNotFound},
			{"unknown user, `users/{authy_id}/delete`", posting("/protected/json/users/9999/delete", ""), userNotFound, "3.7", fixture, noteNotFound},
			{"unknown user, `users/{authy_id}/remove`", posting("/protected/json/users/9999/remove", ""), userNotFound, "3.7", fixture, noteNotFound},
			{"again", posting("/protected/json/users/1000/remove", "").after(first(post("/protected/json/users/1000/remove", ""))), userNotFound, "2.5", chosen, "Authy takes a day until a user is gone (B), the mock does it at once"},
			{"XML", posting("/protected/xml/users/1000/remove", ""), inXML(200, `<hash><message>User removed from application</message><success type="boolean">true</success></hash>`), "4", inferred, noteMadeXML},
			{"XML, unknown user", posting("/protected/xml/users/9999/remove", ""), xmlNotFound, "4", fixture, ""},
		}},
		{"users/register_activity", "", []fidelityRow{
			{"`password_reset`", activity("type=password_reset&data[reason]=test&user_ip=192.0.2.1"), activityCreated, "3.10", recorded, ""},
			{"`banned`", activity("type=banned"), activityCreated, "3.10", recorded, ""},
			{"`unbanned`", activity("type=unbanned"), activityCreated, "3.10", recorded, ""},
			{"`cookie_login`", activity("type=cookie_login"), activityCreated, "3.10", recorded, ""},
			{"another type", activity("type=login"), shape2(400, "60029", activities), "3.10", inferred, "Message: A. Code by its name: C. Status: chosen"},
			{"no type", activity(""), shape2(400, "60029", activities), "3.10", chosen, "As another type"},
			{"unknown user", posting("/protected/json/users/9999/register_activity", "type=banned"), userNotFound, "2.3", inferred, "As other endpoints"},
			{"XML", posting("/protected/xml/users/1000/register_activity", "type=banned"), inXML(200, `<hash><message>Activity was created.</message><success type="boolean">true</success></hash>`), "4", inferred, noteMadeXML},
		}},
		{"users/secret", "A secret for another authenticator. The link leads to a picture, which the mock serves.", []fidelityRow{
			{"new secret", posting("/protected/json/users/1000/secret", ""), secret("alice@example.com", "300"), "3.11", recalled, "The link: B. The default label is chosen"},
			{"with `label` and `qr_size`", posting("/protected/json/users/1000/secret", "label=my+server&qr_size=200"), secret("my server", "200"), "3.11", recalled, "The link: B"},
			{"`qr_size` of 0", posting("/protected/json/users/1000/secret", "qr_size=0"), qrSize, "3.11", chosen, "The limits and the text"},
			{"`qr_size` that is no number", posting("/protected/json/users/1000/secret", "qr_size=large"), qrSize, "3.11", chosen, "The limits and the text"},
			{"unknown user", posting("/protected/json/users/9999/secret", ""), userNotFound, "2.3", inferred, "As other endpoints"},
			{"XML", posting("/protected/xml/users/1000/secret", ""), inXML(200, `<hash><issuer>Authy Docs</issuer><label>alice@example.com</label><qr-code>http://api.authy.com/qr/‹uuid›?size=300</qr-code><success type="boolean">true</success></hash>`), "4", inferred, noteMadeXML},
		}},
	}
}
