package driver

import (
	"fmt"
	"strings"
)

// Login is how somebody logs in who knows this password and this token, where a
// hook of the kind is asked.
func (k Kind) Login(username, password, token string) Login {
	switch k {
	case KeyboardInteractive:
		return Login{Username: username, Reply: Replies(password, token)}
	case ExternalAuth:
		return Login{Username: username, Password: token}
	default:
		return Login{Username: username, Password: password + token}
	}
}

// Replies answers a question for the password with the password, and one for the
// token with the token. A hook may put them in any words: where these do not
// tell, the first question is taken for that for the password.
func Replies(password, token string) func(Question) (string, error) {
	asked := 0
	return func(q Question) (string, error) {
		asked++
		text := strings.ToLower(q.Text)
		switch {
		case mentions(text, "token", "code", "otp", "authy", "2fa", "verification", "second factor"):
			return token, nil
		case mentions(text, "password", "passwort", "mot de passe"):
			return password, nil
		case asked == 1:
			return password, nil
		case asked == 2:
			return token, nil
		}
		return "", fmt.Errorf("question %d, %q: the client has no third answer", asked, q.Text)
	}
}

func mentions(text string, words ...string) bool {
	for _, word := range words {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}
