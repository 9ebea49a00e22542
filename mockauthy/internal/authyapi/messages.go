package authyapi

import (
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
)

// sms answers GET /protected/{format}/sms/{authy_id}: a code by SMS, unless the
// user has the app and it is not forced.
func sms(c *call, user *authy.User) answer {
	switch {
	case !c.world.Application.Settings().SMSEnabled:
		return failure(http.StatusServiceUnavailable, smsDisabled, "SMS is not enabled")
	case user.Suspended():
		return suspended()
	case user.Registered() && !c.forced():
		return ignored(user, "Ignored: SMS is not needed for smartphones. Pass force=true if you want to actually send it anyway.")
	}
	user.Send(authy.BySMS, c.params["action"])
	return sent("SMS token was sent", member{"cellphone", user.Phone().Masked()})
}

// phoneCall answers GET /protected/{format}/call/{authy_id}: a code by a call.
func phoneCall(c *call, user *authy.User) answer {
	switch {
	case !c.world.Application.Settings().PhoneCallsEnabled:
		return failure(http.StatusServiceUnavailable, callsDisabled, "Phone calls are not enabled on this account")
	case user.Suspended():
		return suspended()
	case user.Registered() && !c.forced():
		// The two spaces are Authy's.
		return ignored(user, "Call ignored. User is using  App Tokens and this call is not necessary. Pass force=true if you still want to call users that are using the App.")
	}
	user.Send(authy.ByCall, c.params["action"])
	return sent("Call started...", member{"cellphone", user.Phone().Masked()})
}

// email answers POST /protected/{format}/email/{authy_id}: a code by e-mail.
func email(c *call, user *authy.User) answer {
	if user.Suspended() {
		return suspended()
	}
	user.Send(authy.ByEmail, c.params["action"])
	return sent("Email token was sent",
		member{"email", user.Email()},
		member{"email_id", "EM" + strings.ReplaceAll(uuid.NewString(), "-", "")})
}

// sent begins with the success, as recorded in JSON and XML.
func sent(message string, details ...member) answer {
	return success(message, append(object{{"success", true}, {"message", message}}, details...))
}

func ignored(user *authy.User, message string) answer {
	return success(message, object{
		{"message", message},
		{"cellphone", user.Phone().Masked()},
		{"device", "android"},
		{"ignored", true},
		{"success", true},
	})
}
