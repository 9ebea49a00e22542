package stack

import (
	"context"
	"fmt"
	"time"

	"github.com/pquerna/otp/totp"
)

// Token is the token that the app of somebody shows, steps away from the current
// one: for the hook of that setup. Of it no log may tell, see [Stack.Leaks].
func (s *Stack) Token(ctx context.Context, setup Setup, p Person, steps int64) (string, error) {
	token, err := s.token(ctx, setup, p, steps)
	if err == nil {
		s.secrets.note(token)
	}
	return token, err
}

func (s *Stack) token(ctx context.Context, setup Setup, p Person, steps int64) (string, error) {
	if !setup.TOTP {
		token, err := s.Mock.Token(ctx, p.AuthyID, steps)
		return token.Token, err
	}
	// An authenticator's own steps, of 30 seconds.
	token, err := totp.GenerateCode(totpSecret(p.Username), time.Now().Add(time.Duration(steps)*30*time.Second))
	if err != nil {
		return "", fmt.Errorf("token of %s: %w", p.Username, err)
	}
	return token, nil
}
