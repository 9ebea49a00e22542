package hooks

import (
	"context"
	"time"
)

// DefaultDenyAfter is for how long a denial is held back by default: longer than
// Authy usually takes to refuse a token.
const DefaultDenyAfter = time.Second

// Decider takes the decisions of the three hooks. Each decision is one request
// in, one answer out, and knows nothing of programs, environment variables or
// HTTP, so that any front can serve it.
//
// A decision returns an error, the reason for the log, with every denial and
// with nothing else. The zero value of each answer type is the denial, and there
// is no value for the answers by which SFTPGo would skip a check.
type Decider struct {
	// Verifier checks the token.
	Verifier Verifier
	// Directory knows the Authy ID of an SFTPGo user.
	Directory Directory
	// TokenDigits is the length of a token, see [MinTokenDigits] and
	// [MaxTokenDigits]. Any other length denies every login. A user may have a
	// length of his own, see [Enrolment].
	TokenDigits int
	// DenyAfter holds every denial back until so much time has passed since the
	// request, or until its context ends. Without it the time tells who exists
	// and has an Authy ID: only about those is Authy asked.
	DenyAfter time.Duration
}

// check returns nil if and only if typed is a token that the Verifier proves
// right for that user. What is no token never leaves.
func (d Decider) check(ctx context.Context, e Enrolment, typed string) error {
	token, err := ParseToken(typed, d.digitsOf(e))
	if err != nil {
		return err
	}
	return d.Verifier.Verify(ctx, e.AuthyID, token)
}

// digitsOf is the length of that user's tokens.
func (d Decider) digitsOf(e Enrolment) int {
	if e.TokenDigits != 0 {
		return e.TokenDigits
	}
	return d.TokenDigits
}

// decided holds a denial back until its time has come.
func decided[A any](ctx context.Context, d Decider, decide func() (A, error)) (A, error) {
	began := time.Now()
	answer, err := decide()
	if err == nil {
		return answer, nil
	}
	if left := d.DenyAfter - time.Since(began); left > 0 {
		timer := time.NewTimer(left)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	var denial A
	return denial, err
}
