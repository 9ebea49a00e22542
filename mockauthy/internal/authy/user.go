package authy

import (
	"slices"
	"sync"
	"time"
)

// User is a user of one application.
type User struct {
	app    *Application
	id     int64
	phone  Phone
	secret Secret

	mu        sync.Mutex
	emails    []string
	confirmed bool
	lastStep  int64 // the newest step whose token was accepted, or -1
}

// ID is the Authy ID.
func (u *User) ID() int64 { return u.id }

// Phone is what Authy knows the user by.
func (u *User) Phone() Phone { return u.phone }

// Email is the address that was given first.
func (u *User) Email() string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.emails[0]
}

// Confirmed tells whether the user has verified a token before. Until then
// Authy accepts any token unless it is asked with force=true.
func (u *User) Confirmed() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.confirmed
}

func (u *User) addEmail(email string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !slices.Contains(u.emails, email) {
		u.emails = append(u.emails, email)
	}
}

// Token is what the user's app shows during one step.
type Token struct {
	// Digits is the token itself.
	Digits string
	// From and Until bound the time for which it is the current one.
	From, Until time.Time
}

// Token is the user's token, offset steps away from the current one.
func (u *User) Token(offset int64) Token {
	format := u.app.settings.Tokens
	step := format.stepAt(u.app.clock()) + offset
	return Token{
		Digits: u.secret.token(step, format.Digits),
		From:   format.startOf(step),
		Until:  format.startOf(step + 1),
	}
}

// Verdict is what Authy thinks of a token.
type Verdict int

// The verdicts of [User.Verify].
const (
	TokenInvalid Verdict = iota
	TokenReused
	TokenValid
)

// Verify decides on a token, and spends it if it is right: a token works once,
// and none of an older step works after it (RFC 6238 section 5.2). Authy is
// known to refuse the same token twice; that it refuses older ones after newer
// ones is the mock's choice.
//
// Without force a user who is not confirmed verifies with anything, as "until
// the user successfully logs in once using Authy this call will return 200"
// (Authy's documentation of force).
func (u *User) Verify(token string, force bool) Verdict {
	u.mu.Lock()
	defer u.mu.Unlock()
	verdict := u.check(token)
	switch {
	case verdict == TokenValid:
		u.confirmed = true
	case !force && !u.confirmed:
		verdict = TokenValid
	}
	return verdict
}

func (u *User) check(token string) Verdict {
	format := u.app.settings.Tokens
	now := format.stepAt(u.app.clock())
	window := int64(format.Window)
	for step := now + window; step >= now-window; step-- {
		if !u.secret.matches(token, step, format.Digits) {
			continue
		}
		if step <= u.lastStep {
			return TokenReused
		}
		u.lastStep = step
		return TokenValid
	}
	return TokenInvalid
}
