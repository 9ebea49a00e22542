package rules

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// addPeopleSteps adds who there is.
func addPeopleSteps(s *Sentences) {
	hookIs := func(kind driver.Kind) func(context.Context) error {
		return func(ctx context.Context) error {
			if got := of(ctx).site.Kind(); got != kind {
				return fmt.Errorf("the scenario is for a %s hook, not for a %s hook", kind, got)
			}
			return nil
		}
	}
	s.given(`^a keyboard-interactive hook$`, hookIs(driver.KeyboardInteractive))
	s.given(`^an external authentication hook$`, hookIs(driver.ExternalAuth))
	s.given(`^a check password hook$`, hookIs(driver.CheckPassword))

	s.given(`^the user (\S+) with an Authy ID$`, userWithAuthyID)
	s.given(`^(\S+) has the password "([^"]*)"$`, hasPassword)
	s.given(`^the user (\S+) without an Authy ID$`, userWithoutAuthyID)
	s.given(`^(\S+), who has an Authy app of (?:her|his) own$`, attacker)
	s.given(`^SFTPGo does not know (\S+)$`, notKnown)
	s.given(`^Authy has not confirmed (\S+) yet$`, notConfirmed)
	s.given(`^SFTPGo has (\S+) disabled$`, disabled)
}

func userWithAuthyID(ctx context.Context, name string) error {
	p, err := of(ctx).site.NewPerson(ctx)
	_, err = of(ctx).introduce(name, p, err)
	return err
}

// hasPassword gives a user another password, before SFTPGo knows the user. BLANK
// stands for what a table would trim.
func hasPassword(ctx context.Context, name, password string) error {
	p, err := of(ctx).person(name)
	if err != nil {
		return err
	}
	p.Password = strings.ReplaceAll(password, "BLANK", " ")
	of(ctx).hide("password of "+name, p.Password)
	return nil
}

func userWithoutAuthyID(ctx context.Context, name string) error {
	p, err := of(ctx).site.NewStranger(ctx)
	_, err = of(ctx).introduce(name, p, err)
	return err
}

// attacker is somebody whom the hook knows, as a user of the server who attacks
// another one; if it knows one user only, somebody with an Authy ID all the same.
func attacker(ctx context.Context, name string) error {
	w := of(ctx)
	p, err := w.site.NewPerson(ctx)
	if errors.Is(err, driver.ErrNobodyElse) {
		p, err = w.site.NewForeigner(ctx)
	}
	_, err = w.introduce(name, p, err)
	return err
}

// notKnown makes a person one whom SFTPGo will not be told of.
func notKnown(ctx context.Context, name string) error {
	p, err := of(ctx).person(name)
	if err != nil {
		return err
	}
	p.known = true
	return nil
}

func notConfirmed(ctx context.Context, name string) error {
	p, err := of(ctx).person(name)
	if err != nil {
		return err
	}
	no := false
	_, err = of(ctx).site.Authy().ChangeUser(ctx, p.AuthyID, control.ChangeUser{Confirmed: &no})
	return err
}

func disabled(ctx context.Context, name string) error {
	w := of(ctx)
	p, err := w.person(name)
	if err != nil {
		return err
	}
	p.disabled = true
	return w.addUser(ctx, p)
}
