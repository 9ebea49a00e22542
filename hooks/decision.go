package hooks

import (
	"context"
	"errors"
)

// Outcome is what comes of a request to a [Handler].
type Outcome string

// The outcomes.
const (
	// Accepted lets the user in, as far as the hook is asked.
	Accepted Outcome = "accepted"
	// Denied keeps the user out.
	Denied Outcome = "denied"
	// Asked is a question of keyboard-interactive; the login goes on.
	Asked Outcome = "asked"
	// Refused is a request that does not come from a well configured SFTPGo. It
	// keeps everybody out.
	Refused Outcome = "refused"
)

// Decision is what an observer is told of a request, for instance to count it.
// All of it comes from fixed lists: it has no name, address or other text from
// outside.
type Decision struct {
	// Hook is keyint, extauth or checkpwd, or "none" for a request to no hook.
	Hook string
	// Outcome is what the answer says.
	Outcome Outcome
	// Reason is one word for why: "token" or "exception" for a login that is
	// accepted, "question" for one that goes on, and what [Reason] returns, or
	// what is wrong with the request, for the others.
	Reason string
}

// Reason returns one word for the error of a decision or of a [Verifier], from a
// fixed list: a label for metrics. It is "ok" for nil, and "other" for an error
// that this package does not know.
func Reason(err error) string {
	if err == nil {
		return "ok"
	}
	for _, known := range []struct {
		err  error
		word string
	}{
		{ErrTokenFormat, "token_format"},
		{ErrTokenWrong, "token_wrong"},
		{ErrTokenUsed, "token_used"},
		{ErrIDUnknown, "id_unknown"},
		{ErrRateLimited, "rate_limited"},
		{ErrKeyRefused, "key_refused"},
		{ErrUnexpectedStatus, "unexpected_status"},
		{ErrMalformedAnswer, "malformed_answer"},
		{ErrUnreachable, "unreachable"},
		{ErrTimeout, "timeout"},
		{ErrNoAuthyID, "no_authy_id"},
		{ErrUsersFile, "users_file"},
		{ErrNoSecret, "no_secret"},
		{ErrTOTPFile, "totp_file"},
		{ErrState, "totp_state"},
		{errPasswordShort, "password_short"},
		{errPasswordUnchecked, "password_unchecked"},
		{errUserUnknown, "user_unknown"},
		{errNothingElse, "nothing_else"},
		{errMethodPublicKey, "method"},
		{errMethodCertificate, "method"},
		{errMethodKeyboard, "method"},
		{context.Canceled, "hung_up"},
		{errPanic, "internal"},
		{errNoAnswer, "internal"},
	} {
		if errors.Is(err, known.err) {
			return known.word
		}
	}
	return "other"
}

// ending is what a decision came to.
type ending struct {
	answer answer
	err    error
}

// decision judges the ending. What is neither an acceptance nor a question is a
// denial, also without an error.
func (e ending) decision(hook string) Decision {
	var refusal refused
	switch question, _ := e.answer.(KeyboardInteractiveAnswer); {
	case errors.As(e.err, &refusal):
		return Decision{hook, Refused, refusal.reason}
	case e.err != nil:
		return Decision{hook, Denied, Reason(e.err)}
	case e.answer == nil:
		return Decision{hook, Denied, Reason(errNoAnswer)}
	case e.answer.Accepted() && e.answer.exception() != "":
		return Decision{hook, Accepted, "exception"}
	case e.answer.Accepted():
		return Decision{hook, Accepted, "token"}
	case question.Question != "":
		return Decision{hook, Asked, "question"}
	default:
		return Decision{hook, Denied, Reason(errNoAnswer)}
	}
}

// reason says in the log why a login is denied.
func (e ending) reason() string {
	switch {
	case e.err == nil:
		return errNoAnswer.Error()
	case errors.Is(e.err, context.Canceled):
		return "SFTPGo hung up before the decision"
	default:
		return e.err.Error()
	}
}
