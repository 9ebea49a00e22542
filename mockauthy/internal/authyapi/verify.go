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
	user := c.user()
	if user == nil {
		return failure(http.StatusUnauthorized, userDoesNotExist, "User doesn't exist")
	}
	switch user.Verify(c.segment("token"), c.params["force"] == "true") {
	case authy.TokenValid:
		const message = "Token is valid."
		return success(message, object{
			{"message", message},
			{"token", "is valid"},
			{"success", "true"},
		})
	case authy.TokenReused:
		return failure(http.StatusUnauthorized, reusedToken, "Token is invalid. Token was used recently")
	default:
		return failure(http.StatusUnauthorized, invalidToken, "Token is invalid", member{"token", "is invalid"})
	}
}

// user is the one whose Authy ID is in the path, or nil.
func (c *call) user() *authy.User {
	id, err := strconv.ParseUint(c.segment("authy_id"), 10, 63)
	if err != nil {
		return nil
	}
	return c.world.Application.User(int64(id))
}
