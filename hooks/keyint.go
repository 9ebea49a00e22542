package hooks

import (
	"context"
	"encoding/json"
	"errors"
)

// KeyboardInteractiveRequest is one step of a keyboard-interactive dialogue, as
// SFTPGo counts them in the HTTP form of the hook
// (executeKeyboardInteractiveHTTPHook). The program form has the same steps, one
// per line.
type KeyboardInteractiveRequest struct {
	Username string
	IP       string
	// Step is 1 for the first request of a login, which has no answers yet.
	Step int
	// Answers are those to the questions of the step before.
	Answers []Secret
}

// KeyboardInteractiveAnswer is the answer of a keyboard-interactive hook to one
// step: a question, or the result. The zero value denies.
type KeyboardInteractiveAnswer struct {
	// Question is what to ask the user next, without echo.
	Question string
	// IsPassword says that SFTPGo has to check the answer to Question against the
	// stored password, and to pass on "OK" in its place.
	IsPassword bool
	// LoggedIn says that the dialogue is over and the user is in.
	LoggedIn bool
}

// Accepted reports whether the answer lets the user in.
func (a KeyboardInteractiveAnswer) Accepted() bool { return a.LoggedIn && a.Question == "" }

// JSON returns the answer as SFTPGo wants to read it (KeyboardAuthResponse). A
// result needs no questions: SFTPGo validates them only after a look at
// auth_result.
func (a KeyboardInteractiveAnswer) JSON() []byte {
	switch {
	case a.Accepted():
		return []byte(`{"auth_result":1}`)
	case a.Question == "":
		return []byte(`{"auth_result":-1}`)
	}
	question := struct {
		Instruction   string   `json:"instruction"`
		Questions     []string `json:"questions"`
		Echos         []bool   `json:"echos"`
		CheckPassword int      `json:"check_password"`
		AuthResult    int      `json:"auth_result"`
	}{Questions: []string{a.Question}, Echos: []bool{false}}
	if a.IsPassword {
		question.CheckPassword = 1
	}
	text, err := json.Marshal(question)
	if err != nil {
		return KeyboardInteractiveAnswer{}.JSON()
	}
	return text
}

var (
	errPasswordUnchecked = errors.New("SFTPGo did not confirm the password")
	errDialogue          = errors.New("not a step of this dialogue")
)

// KeyboardInteractive decides one step of a keyboard-interactive hook: it asks
// for the password, then for the token, then checks the token.
//
// The order is a defence. The password comes first and is checked by SFTPGo, so
// that nobody learns about tokens who does not know it; and the token comes
// last, so that an answer with a line break in it cannot stand in for SFTPGo's
// "OK". A user without an Authy ID is asked the same questions and then denied,
// so that the dialogue does not tell who has one.
func (d Decider) KeyboardInteractive(ctx context.Context, request KeyboardInteractiveRequest) (KeyboardInteractiveAnswer, error) {
	answers := request.Answers
	switch {
	case request.Step == 1 && len(answers) == 0:
		return KeyboardInteractiveAnswer{Question: "Password: ", IsPassword: true}, nil
	case request.Step == 2 && len(answers) == 1:
		if answers[0].Reveal() != "OK" {
			return KeyboardInteractiveAnswer{}, errPasswordUnchecked
		}
		return KeyboardInteractiveAnswer{Question: "Authy token: "}, nil
	case request.Step == 3 && len(answers) == 1:
		if err := d.check(ctx, Account{Username: request.Username}, answers[0].Reveal()); err != nil {
			return KeyboardInteractiveAnswer{}, err
		}
		return KeyboardInteractiveAnswer{LoggedIn: true}, nil
	default:
		return KeyboardInteractiveAnswer{}, errDialogue
	}
}
