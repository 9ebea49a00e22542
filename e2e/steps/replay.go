package steps

import (
	"context"
	"errors"
	"fmt"

	"github.com/cucumber/godog"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/login"
)

// addReplaySteps adds what is said of a token that is used again.
func addReplaySteps(sc *godog.ScenarioContext) {
	sc.When(`^(\S+) logs in (\d+) times at once with the current token$`, logsInAtOnce)
	sc.Then(`^one login gets in and (\d+) are refused$`, oneGotIn)
	sc.When(`^(\S+) answers the password followed by the current token, and then the next token$`, answersTwoTokens)
}

// logsInAtOnce types the same each time, whatever the hook wants beside the token.
func logsInAtOnce(ctx context.Context, name string, times int) error {
	w := of(ctx)
	p, server, err := w.on(ctx, name)
	if err != nil {
		return err
	}
	token, err := w.tokenOf(ctx, p, 0)
	if err != nil {
		return err
	}
	ends := make(chan error)
	for range times {
		go func() {
			ends <- closed(w.setup.Hook.LogIn(ctx, login.Server{Address: server.SSH(), HostKey: server.HostKey()}, p.Person, token))
		}()
	}
	var failures error
	for range times {
		switch err := <-ends; {
		case err == nil:
			w.crowd.in++
		case errors.Is(err, login.ErrRefused):
			w.crowd.refused++
		default:
			failures = errors.Join(failures, err)
		}
	}
	return failures
}

func oneGotIn(ctx context.Context, refused int) error {
	if crowd := of(ctx).crowd; crowd.in != 1 || crowd.refused != refused {
		return fmt.Errorf("%d logins got in and %d were refused", crowd.in, crowd.refused)
	}
	return nil
}

// answersTwoTokens is what a user has to do where two hooks stand at one door.
func answersTwoTokens(ctx context.Context, name string) error {
	w := of(ctx)
	p, err := w.person(name)
	if err != nil {
		return err
	}
	return w.attempt(ctx, p, func(server login.Server) (*login.Session, error) {
		current, err := w.tokenOf(ctx, p, 0)
		if err != nil {
			return nil, err
		}
		next, err := w.tokenOf(ctx, p, 1)
		if err != nil {
			return nil, err
		}
		return login.KeyboardInteractive(ctx, server, p.Username, w.talk(map[string]string{"password": p.Password + current, "token": next}))
	})
}
