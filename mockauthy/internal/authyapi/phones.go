package authyapi

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
)

// carrier is the one that the sandbox told of every number.
const carrier = "Google Voice"

// The lengths that a code may have, and the usual one.
const (
	minCodeLength     = 4
	maxCodeLength     = 10
	defaultCodeLength = 4
)

// verificationStart answers POST /protected/{format}/phones/verification/start: a
// code for whoever has the phone.
func verificationStart(c *call) answer {
	phone, wrong := c.phone()
	if wrong != nil {
		return *wrong
	}
	length := defaultCodeLength
	if text := c.params["code_length"]; text != "" {
		var err error
		if length, err = strconv.Atoi(text); err != nil {
			return parameterAnswer("code_length", fmt.Sprintf("'%s' is not a valid Integer", text))
		}
		if length < minCodeLength || length > maxCodeLength {
			return parameterAnswer("code_length", fmt.Sprintf("Parameter must be within %d..%d", minCodeLength, maxCodeLength))
		}
	}
	code := c.params["custom_code"]
	if code != "" && !c.world.Application.Settings().CustomCodes {
		return refusal(http.StatusForbidden, noCustomCodes, "Phone verification couldn't be created: custom codes are not allowed.")
	}
	by, message := authy.BySMS, "Text message sent to %s."
	switch {
	case c.params["via"] == "call" && c.params["locale"] == "es":
		by, message = authy.ByCall, "Llamada a %s fue iniciada."
	case c.params["via"] == "call":
		by, message = authy.ByCall, "Call to %s initiated."
	}
	v := c.world.Application.StartVerification(phone, by, code, length)
	text := fmt.Sprintf(message, phone)
	if c.world.Application.Settings().Sandbox { // which told of no verification
		return success(text, object{
			{"carrier", carrier},
			{"is_cellphone", true},
			{"is_ported", false},
			{"message", text},
			{"seconds_to_expire", int64(0)},
			{"uuid", nil},
			{"success", true},
		})
	}
	return success(text, object{
		{"carrier", carrier},
		{"is_cellphone", true},
		{"message", text},
		{"seconds_to_expire", v.SecondsLeft(c.now())},
		{"uuid", v.UUID},
		{"success", true},
	})
}

// verificationCheck answers GET /protected/{format}/phones/verification/check.
func verificationCheck(c *call) answer {
	phone, wrong := c.phone()
	if wrong != nil {
		return *wrong
	}
	code := c.params["verification_code"]
	if code == "" {
		return parameterAnswer("verification_code", "Parameter is required")
	}
	const correct = "Verification code is correct."
	app := c.world.Application
	v, pending := app.Verification(phone, "")
	switch {
	case app.Settings().Sandbox && code == "0000": // as in the sandbox's early years
		return done(correct)
	case !pending && !app.Settings().Sandbox:
		return failure(http.StatusNotFound, verificationNotFound, fmt.Sprintf("No pending verifications for %s found.", phone))
	case !pending || !app.CheckVerification(v, code):
		return refusal(http.StatusUnauthorized, wrongCode, "Verification code is incorrect")
	}
	return done(correct)
}

// verificationStatus answers GET /protected/{format}/phones/verification/status.
// No source has its body; this one is the mock's choice.
func verificationStatus(c *call) answer {
	id := c.params["uuid"]
	var phone authy.Phone
	if id == "" {
		if c.params["country_code"] == "" || c.params["phone_number"] == "" {
			return refusal(http.StatusBadRequest, uuidOrPhoneRequired, "Either uuid or country_code and phone number are required")
		}
		var wrong *answer
		if phone, wrong = c.phone(); wrong != nil {
			return *wrong
		}
	}
	v, pending := c.world.Application.Verification(phone, id)
	if !pending {
		return failure(http.StatusNotFound, verificationNotFound, "Phone verification not found")
	}
	const message = "Phone Verification status."
	return success(message, object{
		{"message", message},
		{"status", "pending"},
		{"seconds_to_expire", v.SecondsLeft(c.now())},
		{"success", true},
	})
}

// phonesInfo answers GET /protected/{format}/phones/info. The mock knows no
// carriers and says the same of every number.
func phonesInfo(c *call) answer {
	if _, wrong := c.phone(); wrong != nil {
		return *wrong
	}
	message := "Phone number information as of " + c.now().UTC().Format(time.DateTime) + " UTC"
	return success(message, object{
		{"message", message},
		{"type", "voip"},
		{"provider", carrier},
		{"ported", false},
		{"success", true},
	})
}

// phone is the one that country_code and phone_number name, or the answer to
// parameters that name none.
func (c *call) phone() (authy.Phone, *answer) {
	var wrong answer
	code, number := c.params["country_code"], c.params["phone_number"]
	digits, numberValid := authy.CellphoneDigits(number)
	country, countryValid := authy.ParseCountryCode(code)
	_, notInteger := strconv.Atoi(code)
	switch {
	case code == "":
		wrong = parameterAnswer("country_code", "Parameter is required")
	case notInteger != nil:
		wrong = parameterAnswer("country_code", fmt.Sprintf("'%s' is not a valid Integer", code))
	case number == "":
		wrong = parameterAnswer("phone_number", "Parameter is required")
	case !countryValid:
		wrong = refusal(http.StatusForbidden, invalidCountryCode, "Invalid country code")
	case !numberValid:
		wrong = refusal(http.StatusBadRequest, invalidPhone, "Phone number is invalid")
	default:
		return authy.Phone{CountryCode: country, Number: digits}, nil
	}
	return authy.Phone{}, &wrong
}

// parameterAnswer is the text of sinatra-param, by which Authy is thought to
// check parameters.
func parameterAnswer(name, problem string) answer {
	return refusal(http.StatusBadRequest, invalidParameter, "Invalid parameter: "+name+" - "+problem)
}
