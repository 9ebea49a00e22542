package hooks

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
)

// KeyboardInteractiveRequest is one step of a keyboard-interactive dialogue, as
// SFTPGo counts them in the HTTP form of the hook
// (executeKeyboardInteractiveHTTPHook). The program form has the same steps, one
// per line.
type KeyboardInteractiveRequest struct {
	Username string
	// IP is told in the first step; in the HTTP form not in the others.
	IP string
	// Step is 1 for the first request of a login, which has no answers yet.
	Step int
	// Questions are those of the step before, Answers the answers to them.
	Questions []string
	Answers   []Secret
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
	// Exception says why no token was asked for; "" says that one was right.
	Exception string
}

// Accepted reports whether the answer lets the user in.
func (a KeyboardInteractiveAnswer) Accepted() bool { return a.LoggedIn && a.Question == "" }

func (a KeyboardInteractiveAnswer) exception() string { return a.Exception }

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
	errExceptionGone     = errors.New("this login needed no token when it began, and needs one now")
)

// The questions of the dialogue. The second one is that of a login that needs no
// token. It looks the same to whoever is asked, and is how the second step knows:
// over HTTP the steps of one login may reach different processes, and only the
// first one is told the address; but each is told by SFTPGo, which the user has
// no hand in, what was asked before.
const (
	askPassword     = "Password: "
	askPasswordOnly = "Password:"
	askToken        = "Authy token: "
)

// KeyboardInteractive decides one step of a keyboard-interactive hook: it asks
// for the password, then for the token, then checks the token. For a login that
// needs no token the password is enough.
//
// The order is a defence. The password comes first and is checked by SFTPGo, so
// that nobody learns about tokens who does not know it; and the token comes
// last, so that an answer with a line break in it cannot stand in for SFTPGo's
// "OK". A user without an Authy ID is asked the same questions and then denied,
// so that the dialogue does not tell who has one.
func (d Decider) KeyboardInteractive(ctx context.Context, request KeyboardInteractiveRequest) (KeyboardInteractiveAnswer, error) {
	return decided(ctx, d, func() (KeyboardInteractiveAnswer, error) { return d.keyboardInteractive(ctx, request) })
}

func (d Decider) keyboardInteractive(ctx context.Context, request KeyboardInteractiveRequest) (KeyboardInteractiveAnswer, error) {
	answers := request.Answers
	switch {
	case request.Step == 1 && len(answers) == 0:
		question := askPassword
		// Whoever cannot be found is asked all the same, and denied in the end.
		if e, err := d.find(ctx, request); err == nil && e.exception(request.IP) != "" {
			question = askPasswordOnly
		}
		return KeyboardInteractiveAnswer{Question: question, IsPassword: true}, nil
	case request.Step == 2 && len(answers) == 1:
		if answers[0].Reveal() != "OK" {
			return KeyboardInteractiveAnswer{}, errPasswordUnchecked
		}
		if slices.Equal(request.Questions, []string{askPasswordOnly}) {
			return d.withoutToken(ctx, request)
		}
		return KeyboardInteractiveAnswer{Question: askToken}, nil
	case request.Step == 3 && len(answers) == 1:
		e, err := d.find(ctx, request)
		if err == nil {
			err = d.check(ctx, e, answers[0].Reveal())
		}
		if err != nil {
			return KeyboardInteractiveAnswer{}, err
		}
		return KeyboardInteractiveAnswer{LoggedIn: true}, nil
	default:
		return KeyboardInteractiveAnswer{}, errDialogue
	}
}

func (d Decider) find(ctx context.Context, request KeyboardInteractiveRequest) (Enrolment, error) {
	return d.Directory.Find(ctx, Account{Username: request.Username})
}

// withoutToken lets a user in whose login needed no token when it began, if the
// directory still knows of an exception.
func (d Decider) withoutToken(ctx context.Context, request KeyboardInteractiveRequest) (KeyboardInteractiveAnswer, error) {
	e, err := d.find(ctx, request)
	if err != nil {
		return KeyboardInteractiveAnswer{}, err
	}
	switch exception := e.exception(request.IP); {
	case exception != "":
		return KeyboardInteractiveAnswer{LoggedIn: true, Exception: exception}, nil
	case request.IP == "" && len(e.NoTokenFrom) > 0:
		return KeyboardInteractiveAnswer{LoggedIn: true, Exception: "no token is needed from where this login began"}, nil
	default:
		return KeyboardInteractiveAnswer{}, errExceptionGone
	}
}
