package authyapi

import (
	"net/http"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
)

// usersNew answers POST /protected/{format}/users/new: it adds a user, or
// finds the one who has the cellphone already.
func usersNew(c *call) answer {
	address := c.params["user[email]"]
	number, numberValid := authy.CellphoneDigits(c.params["user[cellphone]"])
	country, countryValid := authy.ParseCountryCode(c.params["user[country_code]"])

	wrong := wrongEmail(address)
	if !numberValid {
		wrong = append(wrong, member{"cellphone", "is invalid"})
	}
	if !countryValid {
		wrong = append(wrong, member{"country_code", "is invalid"})
	}
	if len(wrong) > 0 {
		return userNotValidAnswer(wrong)
	}

	user, err := c.world.Application.FindOrAddUser(address, authy.Phone{CountryCode: country, Number: number})
	if err != nil {
		return failure(http.StatusBadRequest, generalError, "An error occurred")
	}
	const message = "User created successfully."
	return success(message, object{
		{"message", message},
		{"user", object{{"id", user.ID()}}},
		{"success", true},
	})
}

// wrongEmail tells what is wrong with an address, or nothing.
func wrongEmail(address string) object {
	switch {
	case address == "":
		return object{{"email", "is invalid and can't be blank"}}
	case !authy.ValidEmail(address):
		return object{{"email", "is invalid"}}
	}
	return nil
}

// userNotValidAnswer tells of each wrong field twice, as Authy does: among the
// errors and beside them.
func userNotValidAnswer(wrong object) answer {
	const message = "User was not valid"
	body := object{
		{"message", message},
		{"success", false},
		{"errors", append(wrong[:len(wrong):len(wrong)], member{"message", message})},
	}
	body = append(body, wrong...)
	body = append(body, member{"error_code", userNotValid})
	return answer{status: http.StatusBadRequest, message: message, body: body, xml: xmlFailure(message, userNotValid, wrong)}
}
