package authyapi

import (
	"net/http"
	"slices"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
)

// usersStatus answers GET /protected/{format}/users/{authy_id}/status.
func usersStatus(_ *call, user *authy.User) answer {
	const message = "User status."
	devices, detailed := array{}, array{}
	if user.Registered() {
		devices = array{"android"}
		detailed = array{object{
			{"device_type", "authy"},
			{"os_type", "android"},
			{"registration_device_id", nil},
			{"registration_method", nil},
			{"device_id", user.ID()},
			{"last_sync_date", int64(0)},
			{"creation_date", user.Added().Unix()},
		}}
	}
	return success(message, object{
		{"status", object{
			{"authy_id", user.ID()},
			{"confirmed", user.Confirmed()},
			{"registered", user.Registered()},
			{"country_code", int64(user.Phone().CountryCode)},
			{"phone_number", user.Phone().LastFour()},
			{"email", user.Email()},
			{"devices", devices},
			{"has_hard_token", false},
			{"account_disabled", user.Suspended()},
			{"detailed_devices", detailed},
			{"deleted_devices", array{}},
		}},
		{"message", message},
		{"success", true},
	})
}

// usersUpdate answers POST /protected/{format}/users/{authy_id}/update: another
// e-mail address.
func usersUpdate(c *call, user *authy.User) answer {
	address := c.params["email"]
	if wrong := wrongEmail(address); wrong != nil {
		return userNotValidAnswer(wrong)
	}
	user.SetEmail(address)
	return done("User was updated successfully")
}

// usersDelete answers POST /protected/{format}/users/{authy_id}/remove and its
// older spellings. Authy takes a day until the user is gone; the mock does it at
// once.
func usersDelete(c *call, user *authy.User) answer {
	c.world.Application.Delete(user)
	return done("User removed from application")
}

// registerActivity answers POST
// /protected/{format}/users/{authy_id}/register_activity. Nothing is known that
// an activity would change.
func registerActivity(c *call, _ *authy.User) answer {
	if !slices.Contains([]string{"password_reset", "banned", "unbanned", "cookie_login"}, c.params["type"]) {
		return failure(http.StatusBadRequest, activityNotCreated,
			"You can only create the following activities: password_reset, banned, unbanned, cookie_login.")
	}
	return done("Activity was created.")
}

// done is a success that has nothing to tell but a message.
func done(message string) answer {
	return success(message, object{{"message", message}, {"success", true}})
}
