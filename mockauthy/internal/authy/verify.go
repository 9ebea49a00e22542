package authy

// Verdict is what Authy thinks of a token.
type Verdict int

// The verdicts of [Application.Verify].
const (
	TokenInvalid Verdict = iota
	TokenReused
	TokenValid
	UserUnknown
	UserSuspended
	TooManyAttempts
)

// sandboxToken is right in the sandbox, and no other one is.
const sandboxToken = "0000000"

// Verify decides on a token of the user with that Authy ID, see [User]. In the
// sandbox the one right token is right for an ID that nobody has, too: five
// suites that ran against it agree.
//
// The second result explains a verdict, see [User.Verify].
func (a *Application) Verify(id int64, token, action string, force bool) (Verdict, Why) {
	if a.settings.Sandbox && token == sandboxToken {
		return TokenValid, nil
	}
	user := a.User(id)
	switch {
	case user == nil:
		return UserUnknown, Because("the user does not exist")
	case a.settings.Sandbox:
		return TokenInvalid, Because("in the sandbox only the token of seven zeros is right")
	default:
		return user.Verify(token, action, force)
	}
}
