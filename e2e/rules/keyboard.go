package rules

import (
	"context"
	"errors"
	"slices"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

// addKeyboardSteps adds what only keyboard-interactive has: a dialogue.
func addKeyboardSteps(s *Sentences) {
	s.when(`^(\S+) hangs up when asked for the (password|token)$`, hangsUp)
	s.then(`^no answer is shown on the screen$`, noEcho)
	s.then(`^the token was not asked for$`, tokenNotAsked)
	s.then(`^the questions are the same as those to (\S+)$`, sameQuestions)
}

// hangsUp is a client that ends the connection at one of the questions.
func hangsUp(ctx context.Context, name, at string) error {
	w := of(ctx)
	p, err := w.person(name)
	if err != nil {
		return err
	}
	token, err := w.token(ctx, p, "the current token")
	if err != nil {
		return err
	}
	reply := driver.Replies(p.Password, token)
	return w.logIn(ctx, p, driver.Login{
		Username: p.Username,
		Reply: func(q driver.Question) (string, error) {
			answer, err := reply(q)
			if at == "password" || answer == token {
				return "", driver.ErrHangUp
			}
			return answer, err
		},
	})
}

func noEcho(ctx context.Context) error {
	r, err := of(ctx).result()
	if err != nil {
		return err
	}
	if len(r.Questions) == 0 {
		return errors.New("nothing was asked")
	}
	for _, q := range r.Questions {
		if q.Echo {
			return failf("the answer to %q is shown on the screen", q.Text)
		}
	}
	return nil
}

func tokenNotAsked(ctx context.Context) error {
	r, err := of(ctx).result()
	if err != nil {
		return err
	}
	if len(r.Questions) > 1 {
		return failf("after a wrong password nothing more was to be asked, and %q was", r.Questions[1].Text)
	}
	return nil
}

// sameQuestions lets another one log in, and compares.
func sameQuestions(ctx context.Context, name string) error {
	w := of(ctx)
	r, err := w.result()
	if err != nil {
		return err
	}
	if err := logsIn(ctx, name, "", "the right", "a wrong token"); err != nil {
		return err
	}
	if other := w.results[0]; !slices.Equal(r.Questions, other.Questions) {
		return failf("the questions were to be the same as those to %s, %v, and were %v", name, other.Questions, r.Questions)
	}
	return nil
}
