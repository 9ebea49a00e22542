package steps

import (
	"context"
	"errors"
	"fmt"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/login"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/steps/answers"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stubhook"
)

// answerSite is a scenario on real SFTPGo, with the stub hook in the place of ours.
type answerSite struct{ *world }

func answerSiteOf(ctx context.Context) answers.Site { return answerSite{of(ctx)} }

// UseHook takes the place of our hook of that kind.
func (s answerSite) UseHook(ctx context.Context, kind driver.Kind) error {
	hook := map[driver.Kind]stack.Hook{
		driver.ExternalAuth:        stack.TokenOnly,
		driver.CheckPassword:       stack.PrefixAndToken,
		driver.KeyboardInteractive: stack.PasswordAndToken,
	}[kind]
	s.start(stack.Setup{Hook: hook, OverHTTP: s.setup.OverHTTP, Stub: true})
	return skipLeftOut(ctx)
}

func (s answerSite) AddStranger(name string) {
	s.people[name] = &person{Person: s.stack.NewStranger()}
}

func (s answerSite) User(name string) (sftpgo.User, error) {
	p, err := s.person(name)
	if err != nil {
		return sftpgo.User{}, err
	}
	return withPassword(p), nil
}

func (s answerSite) UnknownUser() sftpgo.User {
	return withPassword(&person{Person: s.stack.NewStranger()})
}

func withPassword(p *person) sftpgo.User {
	user := p.user()
	user.Password = p.Password
	return user
}

func (s answerSite) Tell(ctx context.Context, username string, answer stubhook.Answer) error {
	return s.stack.Tell(ctx, s.setup, username, answer)
}

func (s answerSite) LogIn(ctx context.Context, username, password string) (in bool, err error) {
	door := doorPassword
	if s.setup.Hook.AsksForToken() {
		door = doorKeyboard
	}
	err = s.enter(ctx, door, &person{Person: stack.Person{Username: username}}, secrets{password: password})
	if errors.Is(err, login.ErrRefused) {
		return false, nil
	}
	return err == nil, err
}

func (s answerSite) Records(ctx context.Context, name string) (before, now map[string]any, err error) {
	p, now, err := s.recordOf(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	return p.record, now, nil
}

// comesToByFTP logs alice in where SFTPGo asks for its own passcode, which is typed
// behind the password.
func comesToByFTP(ctx context.Context, outcome string) error {
	p, err := of(ctx).person("alice")
	if err != nil {
		return err
	}
	passcode, err := p.passcode()
	if err != nil {
		return err
	}
	return comesTo(ctx, doorFTP, passcode, outcome)
}

// comesTo logs alice in by a door with the right password, where the hook answers as
// it was told, and wants her to be let in or refused. The passcode "" is none.
func comesTo(ctx context.Context, door, passcode, outcome string) error {
	w := of(ctx)
	p, err := w.person("alice")
	if err != nil {
		return err
	}
	if err := answers.Tell(ctx, "alice"); err != nil {
		return err
	}
	err = w.enter(ctx, door, p, secrets{password: p.Password, passcode: passcode})
	if err != nil && !errors.Is(err, login.ErrRefused) {
		return fmt.Errorf("log in as %s: %w", p.Username, err)
	}
	if in := err == nil; in != (outcome == "let in") {
		return fmt.Errorf("%s: let in is %t", p.Username, in)
	}
	return nil
}
