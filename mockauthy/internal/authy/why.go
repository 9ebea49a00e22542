package authy

import (
	"fmt"
	"time"
)

const (
	// whySteps is how many steps before and after now are searched for a token:
	// an hour of those of ten seconds.
	whySteps = 360
	// whyUsers is how many users are searched for the one whose token it is.
	whyUsers = 1000
)

// Why explains a verdict when it is called: to look for a reason can take longer
// than to refuse.
type Why = func() string

// Because is a reason that is known at once.
func Because(reason string) Why {
	return func() string { return reason }
}

// whyReused explains a token that was right before. Of an older step there is no
// telling whether it was used itself.
func (u *User) whyReused(step int64) string {
	at := u.lastUse.UTC().Format(time.RFC3339)
	if step < u.lastStep {
		return "a newer token was used already, at " + at
	}
	return "this token was used already, at " + at
}

// whyInvalid explains a token that is wrong at that time. The reason is looked for
// later, with what is known of the user now.
func (u *User) whyInvalid(token string, at time.Time) Why {
	secret, skew, format := u.secret, u.skew, u.app.settings.Tokens
	return func() string {
		for _, r := range token {
			if r < '0' || r > '9' {
				return fmt.Sprintf("%d digits were expected, something else came", format.Digits)
			}
		}
		if len(token) != format.Digits {
			return fmt.Sprintf("%d digits were expected, %d came", format.Digits, len(token))
		}
		now, tokens := format.stepAt(at), secret.tokens(format.Digits)
		for away := int64(1); away <= whySteps; away++ {
			if tokens.matches(token, now-away) {
				return fmt.Sprintf("this token was right %s ago; %s accepted", steps(away), window(format.Window)) + whySkew(skew)
			}
			if tokens.matches(token, now+away) {
				return fmt.Sprintf("this token will be right in %s; %s accepted", steps(away), window(format.Window)) + whySkew(skew)
			}
		}
		return u.whoseElse(token, at)
	}
}

// whySkew reminds of a clock that was set wrong.
func whySkew(skew time.Duration) string {
	if skew == 0 {
		return ""
	}
	return fmt.Sprintf("; the clock of the user's phone is wrong by %s", skew)
}

// whoseElse explains a token that is none of this user.
func (u *User) whoseElse(token string, at time.Time) string {
	users := u.app.Users()
	for _, other := range users[:min(len(users), whyUsers)] {
		if other != u && other.wouldAccept(token, at) {
			return fmt.Sprintf("this token belongs to user %d", other.id)
		}
	}
	return fmt.Sprintf("this is no token of the user, within %d steps", whySteps)
}

// wouldAccept tells whether the token was the user's at that time, and leaves it
// unspent.
func (u *User) wouldAccept(token string, at time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	unused := int64(-1)
	verdict, _ := u.app.settings.Tokens.check(u.secret, at, token, &unused)
	return verdict == TokenValid
}

func steps(n int64) string {
	if n == 1 {
		return "1 step"
	}
	return fmt.Sprintf("%d steps", n)
}

func window(n int) string {
	switch n {
	case 0:
		return "none but the current one is"
	case 1:
		return "1 step is"
	default:
		return fmt.Sprintf("%d steps are", n)
	}
}
