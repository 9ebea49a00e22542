package hooks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"
)

// ErrTOTPFile says that the secrets file is of no use at the moment. No token is
// right then: an old list might hold a secret that was taken away.
var ErrTOTPFile = errors.New("the TOTP secrets file cannot be used")

// ErrNoSecret says that a [TOTP] has no secret for the ID.
var ErrNoSecret = errors.New("no TOTP secret is known for this user")

// The rules of a [TOTP] by default. RFC 6238, section 5.2, recommends one step
// at most; RFC 4226, section 7.3, asks for a limit of attempts.
const (
	DefaultTOTPWindow   = 1
	DefaultTOTPAttempts = 10
	DefaultTOTPLockFor  = 15 * time.Minute
)

// The limits of these rules.
const (
	maxTOTPWindow   = 2
	maxTOTPAttempts = 100
	minTOTPLockFor  = time.Second
	maxTOTPLockFor  = 24 * time.Hour
)

// clockTolerance is how far a clock may be set back without anybody noticing.
const clockTolerance = time.Minute

// TOTPRules is what a [TOTP] goes by.
type TOTPRules struct {
	// StateDir is the directory that keeps, for each user, which tokens are used
	// up and how many were wrong. All processes that accept tokens of the same
	// secrets have to share it.
	StateDir string
	// Window is the number of steps before and after the current one whose tokens
	// are right as well, 0 to 2.
	Window int
	// Attempts is the number of wrong tokens in a row, 1 to 100, after which the
	// user is locked.
	Attempts int
	// LockFor is how long that lasts after each further wrong token, 1 second to
	// 24 hours. No token is looked at meanwhile.
	LockFor time.Duration
	// Now is the clock; nil stands for [time.Now].
	Now func() time.Time
}

// TOTP checks tokens without asking anybody: those that authenticators make from
// a secret and the time (RFC 6238). It is a [Verifier].
//
// A token is right once: with it, it and all older ones are used up, for all
// processes that share the state directory (RFC 6238, section 5.2). After too
// many wrong tokens in a row a user is locked for a time. When that is over, one
// attempt is free; the count starts anew only with a right token. Whatever keeps
// a TOTP from remembering that makes every token wrong.
//
// A used token is no wrong one: clients that connect several times with one
// password do no harm.
type TOTP struct {
	rules   TOTPRules
	current atomic.Pointer[totpFile]
	// seen is when the secrets file was looked at last, if somebody watches it.
	seen atomic.Pointer[time.Time]
}

// totpFile is what a secrets file says, or why it cannot be used.
type totpFile struct {
	secrets TOTPSecrets
	err     error
}

// NewTOTP returns a verifier for these secrets, or an error if one of them or of
// the rules is out of its limits, or if the system has no lock for files.
func NewTOTP(secrets TOTPSecrets, rules TOTPRules) (*TOTP, error) {
	switch {
	case !canLock:
		return nil, errors.New("this system has no lock for files, so that a token could be used twice")
	case rules.StateDir == "":
		return nil, errors.New("no state directory")
	case rules.Window < 0 || rules.Window > maxTOTPWindow:
		return nil, errWindow
	case rules.Attempts < 1 || rules.Attempts > maxTOTPAttempts:
		return nil, errAttempts
	case rules.LockFor < minTOTPLockFor || rules.LockFor > maxTOTPLockFor:
		return nil, errLockFor
	}
	if err := secrets.check(); err != nil {
		return nil, err
	}
	if rules.Now == nil {
		rules.Now = time.Now
	}
	t := &TOTP{rules: rules}
	t.current.Store(&totpFile{secrets: secrets})
	return t, nil
}

// check refuses secrets that are none.
func (s TOTPSecrets) check() error {
	for id, secret := range s {
		if _, err := ParseAuthyID(string(id)); err != nil {
			return err
		}
		if err := secret.check(); err != nil {
			return fmt.Errorf("ID %s: %w", id, err)
		}
	}
	return nil
}

// secret returns that of a user.
func (t *TOTP) secret(id AuthyID) (TOTPSecret, error) {
	if err := t.Err(); err != nil {
		return TOTPSecret{}, err
	}
	secret, ok := t.current.Load().secrets[id]
	if !ok {
		return TOTPSecret{}, ErrNoSecret
	}
	return secret, nil
}

// Verify implements [Verifier]. The error wraps [ErrTokenWrong], [ErrTokenUsed],
// [ErrTokenFormat], [ErrRateLimited], [ErrNoSecret], [ErrTOTPFile], [ErrState] or
// [ErrTimeout].
func (t *TOTP) Verify(ctx context.Context, id AuthyID, token Token) error {
	secret, err := t.secret(id)
	if err != nil {
		return err
	}
	digits := token.Reveal()
	if _, err := ParseToken(digits, secret.Digits); err != nil {
		return fmt.Errorf("%w: that of this user's secret is %d", err, secret.Digits)
	}
	file := stateFile{t.rules.StateDir, id}
	unlock, err := file.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	now := t.rules.Now() // not sooner: to wait for the lock takes time
	before, err := t.read(file, secret, now)
	if err != nil {
		return err
	}
	after, verdict := t.judge(before, secret.matches(digits, now, t.rules.Window), now)
	if after != before {
		if err := file.write(after); err != nil {
			return err
		}
	}
	if ctx.Err() != nil { // nobody waits any more; the token is used up all the same
		return contextError(ctx)
	}
	return verdict
}

// read returns a state that can be believed.
func (t *TOTP) read(file stateFile, secret TOTPSecret, now time.Time) (totpState, error) {
	state, err := file.read()
	if err != nil {
		return totpState{}, err
	}
	if err := state.believe(now, max(clockTolerance, time.Duration(t.rules.Window)*secret.Period)); err != nil {
		return totpState{}, file.wrong(err)
	}
	return state, nil
}

// locked reports whether no token is looked at, and until when.
func (t *TOTP) locked(state totpState, now time.Time) (end time.Time, locked bool) {
	end = time.Unix(state.at, 0).Add(t.rules.LockFor)
	return end, state.wrong >= int64(t.rules.Attempts) && now.Before(end)
}

// judge decides over a token, given the state and the steps whose token it is,
// and says what to remember.
func (t *TOTP) judge(state totpState, matches []int64, now time.Time) (totpState, error) {
	if end, locked := t.locked(state, now); locked {
		return state, fmt.Errorf("%w: locked until %s after %d wrong tokens", ErrRateLimited, end.UTC().Format(time.RFC3339), state.wrong)
	}
	if len(matches) == 0 {
		return totpState{used: state.used, wrong: min(state.wrong+1, maxTOTPAttempts), at: now.Unix()}, ErrTokenWrong
	}
	if slices.Min(matches) <= state.used {
		return state, fmt.Errorf("%w, or a newer one was", ErrTokenUsed)
	}
	return totpState{used: slices.Max(matches)}, nil
}

// Directory returns a [Directory] that knows what d knows, and of users of whom
// it does not tell the length of their tokens, that of their secret.
func (t *TOTP) Directory(d Directory) Directory { return totpDirectory{d, t} }

type totpDirectory struct {
	Directory

	totp *TOTP
}

// Find implements [Directory].
func (d totpDirectory) Find(ctx context.Context, account Account) (Enrolment, error) {
	enrolment, err := d.Directory.Find(ctx, account)
	if err == nil && enrolment.TokenDigits == 0 {
		enrolment.TokenDigits = d.totp.current.Load().secrets[enrolment.AuthyID].Digits
	}
	return enrolment, err
}
