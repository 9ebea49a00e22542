package hooks

import "context"

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
	// [MaxTokenDigits]. Any other length denies every login.
	TokenDigits int
}

// check returns nil if and only if typed is a token that the Verifier proves
// right for the Authy ID of account. What is no token never leaves.
func (d Decider) check(ctx context.Context, account Account, typed string) error {
	token, err := ParseToken(typed, d.TokenDigits)
	if err != nil {
		return err
	}
	id, err := d.Directory.AuthyID(ctx, account)
	if err != nil {
		return err
	}
	return d.Verifier.Verify(ctx, id, token)
}
