package steps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cucumber/godog"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/poll"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/login"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// addDoorSteps adds what is said of the ways to log in, and of who may use which.
func addDoorSteps(sc *godog.ScenarioContext) {
	const (
		door  = `(SSH password|SSH keyboard-interactive|FTP|WebDAV|web client|REST user token|(?:sftp|scp|ssh)(?: by password)?)`
		token = `(the current token|the same token|the next token|a wrong token|\S+'s current token)`
	)
	sc.Given(`^(\S+) has logged in by `+door+` with `+token+`$`, hasLoggedInByDoor)
	sc.When(`^(\S+) logs in by `+door+` with `+token+`$`, logsInByDoor)
	sc.When(`^(\S+) logs in by `+door+` with `+token+` and SFTPGo's own passcode$`, logsInWithPasscode)
	sc.When(`^(\S+) logs in by `+door+` with a wrong password and `+token+`$`, logsInWithWrongPassword)
	sc.Then(`^(\S+) gets in$`, gotIn)
	sc.Then(`^within (\d+) seconds (\S+) gets in by `+door+` with the next token$`, getsInWithin)
	sc.Then(`^a login by (.+) is guarded$`, isGuarded)
	sc.Then(`^a login by (.+) is open$`, isOpen)
	sc.Then(`^a login by (.+) is closed$`, isClosed)
}

func logsInByDoor(ctx context.Context, name, door, token string) error {
	p, err := of(ctx).person(name)
	if err != nil {
		return err
	}
	return of(ctx).logInByDoor(ctx, p, door, token, secrets{password: of(ctx).password(p)})
}

func logsInWithWrongPassword(ctx context.Context, name, door, token string) error {
	p, err := of(ctx).person(name)
	if err != nil {
		return err
	}
	return of(ctx).logInByDoor(ctx, p, door, token, secrets{password: "wrong " + p.Password})
}

func logsInWithPasscode(ctx context.Context, name, door, token string) error {
	p, err := of(ctx).person(name)
	if err != nil {
		return err
	}
	passcode, err := p.passcode()
	if err != nil {
		return err
	}
	return of(ctx).logInByDoor(ctx, p, door, token, secrets{password: of(ctx).password(p), passcode: passcode})
}

// logInByDoor adds the token to what the user knows besides.
func (w *world) logInByDoor(ctx context.Context, p *person, door, token string, s secrets) (err error) {
	if _, err := w.server(ctx); err != nil { // its start takes longer than a token lasts
		return err
	}
	if p.lastToken, err = w.token(ctx, p, token); err != nil {
		return err
	}
	s.token = p.lastToken
	w.refusal = w.enter(ctx, door, p, s)
	if w.refusal != nil && !errors.Is(w.refusal, login.ErrRefused) {
		return fmt.Errorf("log in as %s by %s: %w", p.Username, door, w.refusal)
	}
	w.entered = w.refusal == nil
	return nil
}

func hasLoggedInByDoor(ctx context.Context, name, door, token string) error {
	return errors.Join(logsInByDoor(ctx, name, door, token), gotIn(ctx, name))
}

// getsInWithin tries every now and then.
func getsInWithin(ctx context.Context, seconds int, name, door string) error {
	const pause = 2 * time.Second
	return poll.Every(ctx, pause, time.Duration(seconds)*time.Second, func(ctx context.Context) (hopeless bool, err error) {
		if err := logsInByDoor(ctx, name, door, "the next token"); err != nil {
			return true, err
		}
		return false, gotIn(ctx, name)
	})
}

func gotIn(ctx context.Context, name string) error {
	if !of(ctx).entered {
		return fmt.Errorf("%s is not in: %w", name, of(ctx).refusal)
	}
	return nil
}

// isGuarded tries what must not be enough, and then what must be. The token of
// that is the last to be looked up: the tries before take their time.
func isGuarded(ctx context.Context, door string) error {
	w := of(ctx)
	p, err := w.only()
	if err != nil {
		return err
	}
	if err := w.tryDoor(ctx, door, p, secrets{password: p.Password}, login.ErrRefused, 0); err != nil {
		return fmt.Errorf("%s with the password alone: %w", door, err)
	}
	wrong, err := w.wrongToken(ctx, p)
	if err != nil {
		return err
	}
	if err := w.tryDoor(ctx, door, p, secrets{password: w.password(p), token: wrong}, login.ErrRefused, 1); err != nil {
		return fmt.Errorf("%s with a wrong token: %w", door, err)
	}
	current, err := w.tokenOf(ctx, p, 0)
	if err != nil {
		return err
	}
	if err := w.tryDoor(ctx, door, p, secrets{password: w.password(p), token: current}, nil, 1); err != nil {
		return fmt.Errorf("%s with the current token: %w", door, err)
	}
	return nil
}

func isOpen(ctx context.Context, door string) error {
	w := of(ctx)
	p, err := w.only()
	if err != nil {
		return err
	}
	return w.tryDoor(ctx, door, p, secrets{password: p.Password}, nil, 0)
}

// isClosed does not care whether Authy was asked: SFTPGo asks its hooks before
// it looks whether the user may use the door.
func isClosed(ctx context.Context, door string) error {
	w := of(ctx)
	p, err := w.only()
	if err != nil {
		return err
	}
	if _, err := w.server(ctx); err != nil { // its start takes longer than a token lasts
		return err
	}
	for step, password := range []string{p.Password, ""} {
		token, err := w.tokenOf(ctx, p, int64(step))
		if err != nil {
			return err
		}
		for _, s := range []secrets{{password: p.Password}, {password: password, token: token}} {
			if err := w.enter(ctx, door, p, s); !errors.Is(err, login.ErrRefused) {
				return fmt.Errorf("%s with password %t and token %t: got %w, want a refusal", door, s.password != "", s.token != "", orIn(err))
			}
		}
	}
	return nil
}

var errIn = errors.New("a login that was let in")

func orIn(err error) error {
	if err == nil {
		return errIn
	}
	return err
}

// tryDoor wants the login to come to this end, with so many questions to Authy.
func (w *world) tryDoor(ctx context.Context, door string, p *person, s secrets, want error, asked int) error {
	about := control.Filter{AuthyID: p.AuthyID}
	before, err := w.stack.Mock.Requests(ctx, about)
	if err != nil {
		return err
	}
	if err := w.enter(ctx, door, p, s); !errors.Is(err, want) {
		return fmt.Errorf("got %w, want %w", orIn(err), orIn(want))
	}
	after, err := w.stack.Mock.Requests(ctx, about)
	if err != nil {
		return err
	}
	if got := len(after) - len(before); got != asked {
		return fmt.Errorf("%d requests to Authy, want %d", got, asked)
	}
	return nil
}

// only is the one user of the scenario.
func (w *world) only() (*person, error) {
	for _, p := range w.people {
		if len(w.people) == 1 {
			return p, nil
		}
	}
	return nil, fmt.Errorf("the scenario has %d users, want one", len(w.people))
}
