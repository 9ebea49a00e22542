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

// TokensNear are the tokens of somebody that could be right soon or were of late.
// They are for those who want a wrong one: no log is searched for them.
func (s *Stack) TokensNear(ctx context.Context, setup Setup, p Person) (map[string]bool, error) {
	near := map[string]bool{}
	for step := int64(-5); step <= 5; step++ {
		token, err := s.token(ctx, setup, p, step)
		if err != nil {
			return nil, err
		}
		near[token] = true
	}
	return near, nil
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
