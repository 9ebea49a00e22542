package authy

import (
	"crypto/subtle"
	"fmt"
	"slices"
	"sync"
	"time"
)

// User is a user of one application.
type User struct {
	app   *Application
	id    int64
	phone Phone
	added time.Time

	mu         sync.Mutex
	secret     Secret
	qrSecret   Secret // of another authenticator, or ""
	qr         QRCode // that carries it
	emails     []string
	confirmed  bool
	registered bool
	suspended  bool
	skew       time.Duration // of the clock of the user's phone
	lastStep   int64         // the newest step whose token was accepted, or -1
	lastUse    time.Time     // when that was
	lastQRStep int64         // likewise of the other authenticator
	codes      []SentCode
	attempts   []time.Time // to verify, in the last hour
}

// ID is the Authy ID.
func (u *User) ID() int64 { return u.id }

// Phone is what Authy knows the user by.
func (u *User) Phone() Phone { return u.phone }

// Added is when the user was added.
func (u *User) Added() time.Time { return u.added }

// Email is the address that counts: the one given first, or set last.
func (u *User) Email() string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.emails[0]
}

// SetEmail makes an address the one that counts.
func (u *User) SetEmail(email string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.emails[0] = email
	u.app.unkept.user(u.id)
}

// Confirmed tells whether the user has verified a token before. Until then
// Authy accepts any token unless it is asked with force=true.
func (u *User) Confirmed() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.confirmed
}

// Registered tells whether the user has Authy's app. Then Authy sends SMS and
// calls only if it is forced to.
func (u *User) Registered() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.registered
}

// Suspended tells whether the user's account is disabled.
func (u *User) Suspended() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.suspended
}

func (u *User) addEmail(email string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !slices.Contains(u.emails, email) {
		u.emails = append(u.emails, email)
		u.app.unkept.user(u.id)
	}
}

// Token is what the user's app shows during one step.
type Token struct {
	// Digits is the token itself.
	Digits string
	// From and Until bound the time for which the app shows it, by the clock of
	// the application.
	From, Until time.Time
	// Used tells that it is right no more: it was used, or a newer one was.
	Used bool
}

// Token is the user's token, offset steps away from the current one.
func (u *User) Token(offset int64) Token {
	return u.TokenAt(u.app.clock(), offset)
}

// TokenAt is the token that the user's app shows offset steps away from the
// time at. An app goes by the clock of its phone.
func (u *User) TokenAt(at time.Time, offset int64) Token {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.app.settings.Tokens.token(u.secret, at, u.skew, offset, u.lastStep)
}

// QRTokenAt is the token of the other authenticator. The second result is false
// for a user who has none.
func (u *User) QRTokenAt(at time.Time, offset int64) (Token, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.qrSecret == "" {
		return Token{}, false
	}
	return QRFormat().token(u.qrSecret, at, u.skew, offset, u.lastQRStep), true
}

// Verify decides on a token, and spends it if it is right: a token works once,
// and none of an older step works after it (RFC 6238 section 5.2). Authy is
// known to refuse the same token twice; that it refuses older ones after newer
// ones is the mock's choice. The token of another authenticator and a code that
// was sent for the same action are right too.
//
// Without force a user who is not confirmed verifies with anything, as "until
// the user successfully logs in once using Authy this call will return 200"
// (Authy's documentation of force).
//
// The second result explains a verdict that a person may not expect, without
// the token; nil for a right token.
func (u *User) Verify(token, action string, force bool) (Verdict, Why) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.suspended {
		return UserSuspended, Because("the user is suspended")
	}
	now := u.app.clock()
	if u.attemptsUsedUp(now) {
		return TooManyAttempts, Because(fmt.Sprintf("the user has verified %d tokens in the last hour, and no more are allowed", u.app.settings.AttemptsPerHour))
	}
	verdict, step := u.check(now, token, action)
	switch {
	case verdict == TokenValid:
		u.confirmed, u.lastUse = true, now
		u.app.unkept.user(u.id)
		u.app.stats.count(now, func(m *Month) { m.Auths++ })
		return verdict, nil
	case !force && !u.confirmed:
		return TokenValid, Because("any token would do: the user is not confirmed, and force was not true")
	case verdict == TokenReused:
		return verdict, Because(u.whyReused(step))
	default:
		return verdict, u.whyInvalid(token, now)
	}
}

// Locked tells whether every token would be refused, as too many were verified in
// the last hour.
func (u *User) Locked() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	limit, hourAgo := u.app.settings.AttemptsPerHour, u.app.clock().Add(-time.Hour)
	n := 0
	for _, at := range u.attempts {
		if at.After(hourAgo) {
			n++
		}
	}
	return limit > 0 && n >= limit
}

// attemptsUsedUp counts an attempt and tells whether it is one too many: "User
// has requested too many tokens in the last hour", says Authy. While that is so,
// the right token is refused too.
func (u *User) attemptsUsedUp(now time.Time) bool {
	limit := u.app.settings.AttemptsPerHour
	if limit == 0 {
		return false
	}
	hourAgo := now.Add(-time.Hour)
	u.attempts = slices.DeleteFunc(u.attempts, func(at time.Time) bool { return !at.After(hourAgo) })
	if len(u.attempts) >= limit {
		return true
	}
	u.attempts = append(u.attempts, now)
	u.app.unkept.user(u.id)
	return false
}

// check tells the step, too, whose token of the app it is.
func (u *User) check(now time.Time, token, action string) (Verdict, int64) {
	if verdict, step := u.app.settings.Tokens.check(u.secret, now, token, &u.lastStep); verdict != TokenInvalid {
		return verdict, step
	}
	if u.qrSecret != "" {
		if verdict, _ := QRFormat().check(u.qrSecret, now, token, &u.lastQRStep); verdict != TokenInvalid {
			return verdict, u.lastStep
		}
	}
	return u.checkCodes(now, token, action), 0
}

func (u *User) checkCodes(now time.Time, token, action string) Verdict {
	for i, c := range u.codes {
		if now.Before(c.Until) && c.Action == action && subtle.ConstantTimeCompare([]byte(c.Digits), []byte(token)) == 1 {
			u.codes = slices.Delete(u.codes, i, i+1)
			return TokenValid
		}
	}
	return TokenInvalid
}
