package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cucumber/godog"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/login"
)

// addLoginSteps adds logins and what comes of them. How password and token are
// put into a login is the matter of the server's hook, so the sentences are the
// same for all three.
func addLoginSteps(sc *godog.ScenarioContext) {
	const (
		who   = `(\S+)`
		token = `(the current token|the same token|the token of five minutes ago|a wrong token|\S+'s current token|the token "\d*")`
	)
	sc.When(`^`+who+` logs in with the right password and `+token+`$`, logsInWithBoth)
	sc.When(`^`+who+` logs in with `+token+`$`, logsInWithToken)
	sc.Given(`^`+who+` has logged in with the right password and `+token+`$`, hasLoggedInWithBoth)
	sc.Given(`^`+who+` has logged in with `+token+`$`, hasLoggedInWithToken)
	sc.When(`^`+who+` logs in by the SSH method "([^"]*)" with (the right password|the same token)$`, logsInByMethod)

	sc.Then(`^(\S+) is in and can upload, list and read back a file$`, isIn)
	sc.Then(`^the question was "([^"]*)"$`, wasAskedForOne)
	sc.Then(`^the questions were "([^"]*)" and "([^"]*)"$`, wasAskedFor)
	sc.Then(`^the login is refused$`, isRefused)
}

func logsInWithBoth(ctx context.Context, name, token string) error {
	return of(ctx).logIn(ctx, name, true, token)
}

func logsInWithToken(ctx context.Context, name, token string) error {
	return of(ctx).logIn(ctx, name, false, token)
}

func hasLoggedInWithBoth(ctx context.Context, name, token string) error {
	return errors.Join(logsInWithBoth(ctx, name, token), isIn(ctx, name))
}

func hasLoggedInWithToken(ctx context.Context, name, token string) error {
	return errors.Join(logsInWithToken(ctx, name, token), isIn(ctx, name))
}

// logIn types the token, and the password if it is wanted too, where the server's
// hook wants them.
func (w *world) logIn(ctx context.Context, name string, both bool, tokenWords string) error {
	p, err := w.person(name)
	if err != nil {
		return err
	}
	password := ""
	if both {
		password = p.Password
	}
	return w.attempt(ctx, p, func(server login.Server) (*login.Session, error) {
		token, err := w.token(ctx, p, tokenWords)
		if err != nil {
			return nil, err
		}
		p.lastToken = token
		if w.setup.Hook.AsksForToken() {
			return login.KeyboardInteractive(ctx, server, p.Username, w.talk(map[string]string{"password": password, "token": token}))
		}
		return login.Password(ctx, server, p.Username, password+token)
	})
}

func logsInByMethod(ctx context.Context, name, method, secret string) error {
	w := of(ctx)
	p, err := w.person(name)
	if err != nil {
		return err
	}
	typed := p.Password
	if secret == "the same token" {
		typed = p.lastToken
	}
	return w.attempt(ctx, p, func(server login.Server) (*login.Session, error) {
		switch method {
		case "password":
			return login.Password(ctx, server, p.Username, typed)
		case "keyboard-interactive":
			return login.KeyboardInteractive(ctx, server, p.Username, w.talk(map[string]string{"password": typed}))
		default:
			return nil, fmt.Errorf("the SSH method %q: want password or keyboard-interactive", method)
		}
	})
}

// talk is the dialogue of the next login.
func (w *world) talk(answers map[string]string) *login.Dialogue {
	w.dialogue = login.Dialogue{Answers: answers}
	return &w.dialogue
}

// attempt logs in and keeps what comes of it. An error is a login that could not
// be tried; a refusal is none.
func (w *world) attempt(ctx context.Context, p *person, dial func(login.Server) (*login.Session, error)) error {
	if err := w.endSession(); err != nil {
		return err
	}
	server, err := w.server(ctx)
	if err != nil {
		return err
	}
	w.session, w.refusal = dial(login.Server{Address: server.SSH(), HostKey: server.HostKey()})
	if w.refusal != nil && !errors.Is(w.refusal, login.ErrRefused) {
		return fmt.Errorf("log in as %s: %w", p.Username, w.refusal)
	}
	return nil
}

// token is the one that the words mean when p types it.
func (w *world) token(ctx context.Context, p *person, words string) (string, error) {
	switch {
	case words == "the current token":
		return w.tokenOf(ctx, p, 0)
	case words == "the next token":
		return w.tokenOf(ctx, p, 1)
	case words == "the same token":
		return p.lastToken, nil
	case words == "the token of five minutes ago":
		return w.tokenOf(ctx, p, -w.stepsIn(fiveMinutes))
	case words == "a wrong token":
		return w.wrongToken(ctx, p)
	case strings.HasSuffix(words, "'s current token"):
		other, err := w.person(strings.TrimSuffix(words, "'s current token"))
		if err != nil {
			return "", err
		}
		return w.tokenOf(ctx, other, 0)
	default:
		return strings.TrimSuffix(strings.TrimPrefix(words, `the token "`), `"`), nil
	}
}

const fiveMinutes = 5 * time.Minute

// stepsIn is how many tokens there are in a time: Authy's app shows one for ten
// seconds, other authenticators for thirty.
func (w *world) stepsIn(d time.Duration) int64 {
	if w.setup.TOTP {
		return int64(d / (30 * time.Second))
	}
	return int64(d / (10 * time.Second))
}

func (w *world) tokenOf(ctx context.Context, p *person, step int64) (string, error) {
	return w.stack.Token(ctx, w.setup, p.Person, step)
}

// wrongToken is none of the tokens that could be right soon or were of late.
func (w *world) wrongToken(ctx context.Context, p *person) (string, error) {
	near, err := w.stack.TokensNear(ctx, w.setup, p.Person)
	if err != nil {
		return "", err
	}
	length := 0
	for token := range near {
		length = len(token)
	}
	for n := 0; ; n++ {
		if guess := fmt.Sprintf("%0*d", length, n); !near[guess] {
			return guess, nil
		}
	}
}

func isIn(ctx context.Context, name string) error {
	w := of(ctx)
	if w.session == nil {
		return fmt.Errorf("%s is not in: %w", name, w.refusal)
	}
	return w.session.UseFiles("report.txt", []byte("written by "+name+" at "+time.Now().String()))
}

func wasAskedForOne(ctx context.Context, question string) error {
	return of(ctx).wasAskedFor(question)
}

func wasAskedFor(ctx context.Context, first, second string) error {
	return of(ctx).wasAskedFor(first, second)
}

func (w *world) wasAskedFor(questions ...string) error {
	if asked := w.dialogue.Asked; !slices.Equal(asked, questions) {
		return fmt.Errorf("the questions were %q", asked)
	}
	return nil
}

func isRefused(ctx context.Context) error {
	if w := of(ctx); w.session != nil || w.entered {
		return errors.New("the login was let in")
	}
	return nil
}
