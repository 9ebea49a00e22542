package mockauthy_test

import (
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
)

func withoutAddons(app *mockauthy.Application) {
	app.NoSMS, app.NoPhoneCalls, app.NoOneTouch = true, true, true
}

func fidelityOfMessages() []fidelitySection {
	const (
		noteOff    = "Message: A. Status: A in 2014. Code by its name: C"
		noteUser   = "Status and message: C"
		noteOrder  = "Success comes first, in XML too"
		smsIgnored = `{"message":"Ignored: SMS is not needed for smartphones. Pass force=true if you want to actually send it anyway.","cellphone":"+57-XXX-XXX-XX12","device":"android","ignored":true,"success":true}`
		// The two spaces are Authy's.
		callIgnored = `{"message":"Call ignored. User is using  App Tokens and this call is not necessary. Pass force=true if you still want to call users that are using the App.","cellphone":"+57-XXX-XXX-XX12","device":"android","ignored":true,"success":true}`
	)
	sms := func(number string) said {
		return inJSON(200, `{"success":true,"message":"SMS token was sent","cellphone":"`+number+`"}`)
	}
	called := func(number string) said {
		return inJSON(200, `{"success":true,"message":"Call started...","cellphone":"`+number+`"}`)
	}
	return []fidelitySection{
		{"sms", "The mock sends nothing. The code is in its control API: random, as long as the application's tokens.", []fidelityRow{
			{"user without the app", getting("/protected/json/sms/1000"), sms("+1-XXX-XXX-XX00"), "3.5", fixture, noteOrder + ". The mask: A"},
			{"user with the app", getting("/protected/json/sms/1003"), inJSON(200, smsIgnored), "3.5", fixture, ""},
			{"user with the app, forced", getting("/protected/json/sms/1003?force=true"), sms("+57-XXX-XXX-XX12"), "3.5", fixture, ""},
			{"application without SMS", getting("/protected/json/sms/1000").to(withoutAddons), shape2(503, "60007", "SMS is not enabled"), "2.5", inferred, noteOff},
			{"user suspended", getting("/protected/json/sms/1004"), suspendedUser, "2.5", inferred, noteUser},
			{"unknown user", getting("/protected/json/sms/9999"), userNotFound, "3.5", fixture, noteNotFound},
			{"Authy ID that is no number", getting("/protected/json/sms/abc"), userNotFound, "3.5", fixture, noteNotFound},
			{"XML", getting("/protected/xml/sms/1000"), inXML(200, `<hash><success type="boolean">true</success><message>SMS token was sent</message><cellphone>+1-XXX-XXX-XX00</cellphone></hash>`), "2.1", fixture, ""},
			{"XML, unknown user", getting("/protected/xml/sms/9999"), inXML(404, `<errors><message>User not found.</message><error-code>60026</error-code></errors>`), "4", fixture, ""},
		}},
		{"call", "", []fidelityRow{
			{"user without the app", getting("/protected/json/call/1000"), called("+1-XXX-XXX-XX00"), "3.5", inferred, "Message: A. The rest as sms"},
			{"user with the app", getting("/protected/json/call/1003"), inJSON(200, callIgnored), "3.5", fixture, "The two spaces before `App` are Authy's. `device` may be null there"},
			{"user with the app, forced", getting("/protected/json/call/1003?force=true"), called("+57-XXX-XXX-XX12"), "3.5", inferred, "Message: A. The rest as sms"},
			{"application without calls", getting("/protected/json/call/1000").to(withoutAddons), shape2(503, "60006", "Phone calls are not enabled on this account"), "2.5", inferred, noteOff},
			{"user suspended", getting("/protected/json/call/1004"), suspendedUser, "2.5", inferred, noteUser},
			{"unknown user", getting("/protected/json/call/9999"), userNotFound, "3.5", fixture, noteNotFound},
			{"Authy ID that is no number", getting("/protected/json/call/abc"), userNotFound, "3.5", fixture, noteNotFound},
			{"XML", getting("/protected/xml/call/1000"), inXML(200, `<hash><success type="boolean">true</success><message>Call started...</message><cellphone>+1-XXX-XXX-XX00</cellphone></hash>`), "4", inferred, noteMadeXML},
		}},
		{"email", "", []fidelityRow{
			{"known user", posting("/protected/json/email/1000", ""), inJSON(200, `{"success":true,"message":"Email token was sent","email":"alice@example.com","email_id":"EM‹32 hex digits›"}`), "3.9", fixture, ""},
			{"user suspended", posting("/protected/json/email/1004", ""), suspendedUser, "2.5", chosen, "As sms"},
			{"unknown user", posting("/protected/json/email/9999", ""), userNotFound, "3.9", fixture, ""},
			{"XML", posting("/protected/xml/email/1000", ""), inXML(200, `<hash><success type="boolean">true</success><message>Email token was sent</message><email>alice@example.com</email><email-id>EM‹32 hex digits›</email-id></hash>`), "4", inferred, noteMadeXML},
		}},
	}
}

func fidelityOfPhones() []fidelitySection {
	const (
		start       = "/protected/json/phones/verification/start"
		checkTarget = "/protected/json/phones/verification/check"
		status      = "/protected/json/phones/verification/status"
		info        = "/protected/json/phones/info"
		german      = "country_code=49&phone_number=179-449-1095"

		noteCarrier = "Carrier: chosen, as the sandbox said of most numbers. Of the 600 seconds a recording has 599"
		noteText    = "Status and code: B. The text is that of sinatra-param"
	)
	started := func(message string) said {
		return inJSON(200, `{"carrier":"Google Voice","is_cellphone":true,"message":"`+message+`","seconds_to_expire":600,"uuid":"‹uuid›","success":true}`)
	}
	parameter := func(text string) said { return shape1(400, "60004", "Invalid parameter: "+text) }
	check := func(code string) question {
		return getting(checkTarget + "?" + german + "&verification_code=" + code)
	}
	correct := inJSON(200, `{"message":"Verification code is correct.","success":true}`)
	incorrect := shape1(401, "60022", "Verification code is incorrect")
	nonePending := shape2(404, "60023", "No pending verifications for +49 179-449-1095 found.")
	invalidNumber := shape1(400, "60033", "Phone number is invalid")
	asking := first(post(start, german))
	pending := inJSON(200, `{"message":"Phone Verification status.","status":"pending","seconds_to_expire":540,"success":true}`)
	return []fidelitySection{
		{"phones/verification/start", "The mock sends nothing. The code is in its control API: random, of 4 digits unless `code_length` says otherwise. Started again, it is the same.", []fidelityRow{
			{"by SMS", posting(start, "via=sms&country_code=84&phone_number=86-674-2932"), started("Text message sent to +84 86-674-2932."), "3.13", recorded, noteCarrier},
			{"by a call", posting(start, "via=call&country_code=1&phone_number=775-461-5609"), started("Call to +1 775-461-5609 initiated."), "3.13", recorded, noteCarrier},
			{"by a call, in Spanish", posting(start, "via=call&locale=es&country_code=1&phone_number=775-461-5609"), started("Llamada a +1 775-461-5609 fue iniciada."), "3.13", recorded, noteCarrier},
			{"`via` missing", posting(start, german), started("Text message sent to +49 179-449-1095."), "3.13", chosen, "As by SMS"},
			{"digits without dashes", posting(start, "via=sms&country_code=54&phone_number=3173389302"), started("Text message sent to +54 317-338-9302."), "3.13", chosen, "Written with four digits at the end, three before them and the rest, which fits every recorded number"},
			{"sandbox", posting(start, "via=sms&country_code=1&phone_number=775-461-5609").to(sandbox), inJSON(200, `{"carrier":"Google Voice","is_cellphone":true,"is_ported":false,"message":"Text message sent to +1 775-461-5609.","seconds_to_expire":0,"uuid":null,"success":true}`), "3.13", inferred, "The values: A. The order is inferred"},
			{"`country_code` missing", posting(start, "phone_number=179-449-1095"), parameter("country_code - Parameter is required"), "3.13", recorded, ""},
			{"`country_code` that is no number", posting(start, "country_code=xxx&phone_number=179-449-1095"), parameter("country_code - 'xxx' is not a valid Integer"), "3.13", recorded, ""},
			{"`country_code` of no country", posting(start, "country_code=999&phone_number=179-449-1095"), shape1(403, "60078", "Invalid country code"), "3.13", inferred, noteNoBody},
			{"`phone_number` missing", posting(start, "country_code=49"), parameter("phone_number - Parameter is required"), "3.13", inferred, "As `country_code`"},
			{"`phone_number` that is none", posting(start, "country_code=49&phone_number=123"), invalidNumber, "3.13", recorded, ""},
			{"`code_length` of 3", posting(start, german+"&code_length=3"), parameter("code_length - Parameter must be within 4..10"), "3.13", inferred, noteText},
			{"`code_length` that is no number", posting(start, german+"&code_length=x"), parameter("code_length - 'x' is not a valid Integer"), "3.13", inferred, noteText},
			{"`custom_code`, not allowed", posting(start, german+"&custom_code=4242"), shape1(403, "60021", "Phone verification couldn't be created: custom codes are not allowed."), "3.13", fixture, ""},
			{"`custom_code`, allowed", posting(start, german+"&custom_code=4242").to(func(app *mockauthy.Application) { app.CustomCodes = true }), started("Text message sent to +49 179-449-1095."), "3.13", inferred, "As without one"},
			{"XML", posting("/protected/xml/phones/verification/start", german), inXML(200, `<hash><carrier>Google Voice</carrier><is-cellphone type="boolean">true</is-cellphone><message>Text message sent to +49 179-449-1095.</message><seconds-to-expire type="integer">600</seconds-to-expire><uuid>‹uuid›</uuid><success type="boolean">true</success></hash>`), "4", inferred, noteMadeXML},
		}},
		{"phones/verification/check", "", []fidelityRow{
			{"right code", check("{code}").after(asking), correct, "3.13", fixture, ""},
			{"wrong code", check("nonsense").after(asking), incorrect, "3.13", recorded, ""},
			{"the same code again", check("{code}").after(asking, first(check("{code}").ask)), nonePending, "3.13", chosen, "It works once"},
			{"right code, 10 minutes later", check("{code}").after(asking, later(10*time.Minute)), nonePending, "3.13", inferred, "That it is good for 10 minutes: B"},
			{"nothing started", check("1234"), nonePending, "3.13", fixture, "Status: B"},
			{"`verification_code` missing", getting(checkTarget + "?" + german).after(asking), parameter("verification_code - Parameter is required"), "3.13", inferred, "As `country_code` of start"},
			{"`country_code` missing", getting(checkTarget + "?phone_number=179-449-1095&verification_code=1234"), parameter("country_code - Parameter is required"), "3.13", inferred, "As start"},
			{"`phone_number` that is none", getting(checkTarget + "?country_code=49&phone_number=123&verification_code=1234"), invalidNumber, "3.13", recorded, ""},
			{"sandbox, `0000`", check("0000").to(sandbox), correct, "5", fixture, "That it is right, in early years: A"},
			{"sandbox, `1234`", check("1234").to(sandbox), incorrect, "5", recorded, "In early years"},
			{"XML", getting("/protected/xml/phones/verification/check?" + german + "&verification_code={code}").after(asking), inXML(200, `<hash><message>Verification code is correct.</message><success type="boolean">true</success></hash>`), "4", inferred, noteMadeXML},
		}},
		{"phones/verification/status", "That it exists is all that any source has.", []fidelityRow{
			{"pending since a minute", getting(status+"?"+german).after(asking, later(time.Minute)), pending, "3.13", chosen, ""},
			{"pending since a minute, by its `uuid`", getting(status+"?uuid={uuid}").after(asking, later(time.Minute)), pending, "3.13", chosen, ""},
			{"nothing started", getting(status + "?" + german), shape2(404, "60023", "Phone verification not found"), "2.5", chosen, noteNoBody},
			{"neither `uuid` nor phone", getting(status), shape1(400, "60042", "Either uuid or country_code and phone number are required"), "2.5", inferred, noteNoBody},
			{"XML", getting("/protected/xml/phones/verification/status?"+german).after(asking, later(time.Minute)), inXML(200, `<hash><message>Phone Verification status.</message><status>pending</status><seconds-to-expire type="integer">540</seconds-to-expire><success type="boolean">true</success></hash>`), "3.13", chosen, ""},
		}},
		{"phones/info", "", []fidelityRow{
			{"any number", getting(info + "?" + german), inJSON(200, `{"message":"Phone number information as of 2026-11-22 12:00:03 UTC","type":"voip","provider":"Google Voice","ported":false,"success":true}`), "3.13", fixture, "Type and provider: chosen, the same of every number"},
			{"`phone_number` that is none", getting(info + "?country_code=49&phone_number=1"), invalidNumber, "3.13", inferred, "As start. The sandbox checked nothing here (A)"},
			{"`country_code` missing", getting(info + "?phone_number=179-449-1095"), parameter("country_code - Parameter is required"), "3.13", inferred, "As start"},
			{"XML", getting("/protected/xml/phones/info?" + german), inXML(200, `<hash><message>Phone number information as of 2026-11-22 12:00:03 UTC</message><type>voip</type><provider>Google Voice</provider><ported type="boolean">false</ported><success type="boolean">true</success></hash>`), "4", inferred, noteMadeXML},
		}},
	}
}

func fidelityOfOneTouch() []fidelitySection {
	const (
		ask      = "/onetouch/json/users/1000/approval_requests"
		show     = "/onetouch/json/approval_requests/{uuid}"
		noteForm = "The members of another request"
		noteOff  = "Status: B, and A that the sandbox refused it. Code by its description: B. The text is chosen"
	)
	asking := first(post(ask, "message=Transfer&details[to]=bob&hidden_details[ip]=192.0.2.1&seconds_to_expire=120"))
	shown := func(processed, status, updated, more string) said {
		return inJSON(200, `{"approval_request":{"_app_name":"Authy Docs","_app_serial_id":1,"_authy_id":1000,"_id":"‹24 hex digits›","_user_email":"alice@example.com","app_id":"‹24 hex digits›","created_at":"2026-11-22T12:00:03Z","notified":false,"processed_at":`+processed+
			`,"seconds_to_expire":120,"status":"`+status+`","updated_at":"`+updated+`","user_id":"‹24 hex digits›","uuid":"‹uuid›"`+more+`},"success":true}`)
	}
	asked := inJSON(200, `{"approval_request":{"uuid":"‹uuid›"},"success":true}`)
	fromJSON := posting(ask, `{"message":"Transfer","seconds_to_expire":null}`)
	fromJSON.ask.contentType = jsonBodyType
	off := shape2(403, "60065", "OneTouch needs to be enabled")
	return []fidelitySection{
		{"approval_requests/new", "", []fidelityRow{
			{"known user", posting(ask, "message=Transfer"), asked, "3.14", fixture, ""},
			{"with details, a logo and a time", posting(ask, "message=Transfer&details[to]=bob&hidden_details[ip]=192.0.2.1&logos[][res]=default&logos[][url]=https://example.com/a.png&seconds_to_expire=120"), asked, "3.14", fixture, ""},
			{"`seconds_to_expire` null, as authy-python sends it", fromJSON, asked, "3.14", fixture, "As if it were missing"},
			{"`message` missing", posting(ask, ""), shape1(400, "60004", "Invalid parameter: message - Parameter is required"), "3.14", inferred, "As other parameters"},
			{"`seconds_to_expire` that is no number", posting(ask, "message=Transfer&seconds_to_expire=soon"), shape1(400, "60004", "Invalid parameter: seconds_to_expire - 'soon' is not a valid Integer"), "3.14", inferred, "As other parameters"},
			{"`logos` without a default", posting(ask, "message=Transfer&logos[][res]=low&logos[][url]=https://example.com/a.png"), shape1(400, "60004", "Invalid parameter: logos - A default res is required"), "3.14", chosen, "That a default is wanted: E, as authy-java demands it. How others are refused is chosen"},
			{"unknown user", posting("/onetouch/json/users/9999/approval_requests", "message=Transfer"), userNotFound, "3.14", fixture, noteNotFound},
			{"application without OneTouch", posting(ask, "message=Transfer").to(withoutAddons), off, "2.5", chosen, noteOff},
			{"XML", posting("/onetouch/xml/users/1000/approval_requests", "message=Transfer"), inXML(200, `<hash><approval-request><uuid>‹uuid›</uuid></approval-request><success type="boolean">true</success></hash>`), "4", inferred, noteMadeXML},
		}},
		{"approval_requests/show", "Nobody answers by themselves: the control API does. The members are those of a recording; what else a recording has is left out.", []fidelityRow{
			{"pending", getting(show).after(asking), shown("null", "pending", "2026-11-22T12:00:03Z", ""), "3.14", fixture, noteForm},
			{"approved", getting(show).after(asking, later(5*time.Second), answering("approved")), shown(`"2026-11-22T12:00:08Z"`, "approved", "2026-11-22T12:00:08Z", `,"hidden_details":{"ip":"192.0.2.1"}`), "3.14", inferred, "A fixture also has a `device`. The place of `hidden_details` is chosen"},
			{"denied", getting(show).after(asking, later(5*time.Second), answering("denied")), shown(`"2026-11-22T12:00:08Z"`, "denied", "2026-11-22T12:00:08Z", `,"hidden_details":{"ip":"192.0.2.1"}`), "3.14", inferred, "As approved"},
			{"expired", getting(show).after(asking, later(2*time.Minute)), shown(`"2026-11-22T12:02:03Z"`, "expired", "2026-11-22T12:02:03Z", ""), "3.14", fixture, "Recorded is an expired one"},
			{"unknown UUID", getting(show), inJSON(404, `{"message":"Approval request not found: `+noUUID+`","success":false,"errors":{},"error_code":"60049"}`), "3.14", fixture, "The one error whose `errors` are empty. The sandbox said 200 (A), as it stored no requests"},
			{"application without OneTouch", getting(show).to(withoutAddons), off, "2.5", chosen, noteOff},
			{"XML, unknown UUID", getting("/onetouch/xml/approval_requests/" + noUUID), inXML(404, `<errors><message>Approval request not found: `+noUUID+`</message><error-code>60049</error-code></errors>`), "4", inferred, "As the short form that is recorded of other errors (C)"},
		}},
	}
}
