package authyapi

import (
	"net/http"
	"strconv"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
)

// verify answers GET /protected/{format}/verify/{token}/{authy_id}.
//
// On success, and only here, "success" is a string. Sources leave the status of
// an unknown user open between 401 and 404; the mock says 401, as for every
// other token that is not right.
func verify(c *call) answer {
	verdict := authy.UserUnknown
	if id, ok := c.authyID(); ok {
		verdict, c.why = c.world.Application.Verify(id, c.segment("token"), c.params["action"], c.forced())
	} else {
		c.why = authy.Because("the user does not exist")
	}
	switch verdict {
	case authy.TokenValid:
		const message = "Token is valid."
		return success(message, object{
			{"message", message},
			{"token", "is valid"},
			{"success", "true"},
		})
	case authy.TokenReused:
		return failure(http.StatusUnauthorized, reusedToken, "Token is invalid. Token was used recently")
	case authy.UserUnknown:
		return failure(http.StatusUnauthorized, userDoesNotExist, "User doesn't exist")
	case authy.UserSuspended:
		return suspended()
	case authy.TooManyAttempts:
		return refusal(http.StatusTooManyRequests, tooManyRequests,
			"DoS protection: User has requested too many tokens in the last hour.")
	default:
		return failure(http.StatusUnauthorized, invalidToken, "Token is invalid", member{"token", "is invalid"})
	}
}

// forced tells whether the client says so in the one way that is documented.
func (c *call) forced() bool { return c.params["force"] == "true" }

// authyID is the one in the path, if it is a number.
func (c *call) authyID() (int64, bool) {
	id, err := strconv.ParseUint(c.segment("authy_id"), 10, 63)
	return int64(id), err == nil
}

// ofUser answers for the user whose Authy ID is in the path.
func ofUser(handle func(*call, *authy.User) answer) func(*call) answer {
	return func(c *call) answer {
		var user *authy.User
		if id, ok := c.authyID(); ok {
			user = c.world.Application.User(id)
		}
		if user == nil {
			return failure(http.StatusNotFound, userNotFoundCode, "User not found.")
		}
		return handle(c, user)
	}
}

func suspended() answer {
	return failure(http.StatusServiceUnavailable, userSuspended, "User has been suspended.")
}
