package steps

import (
	"context"
	"fmt"
	"maps"
	"strconv"

	"github.com/cucumber/godog"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
)

// addFilterSteps adds what an administrator sets for one user, or for a group.
func addFilterSteps(sc *godog.ScenarioContext) {
	sc.Given(`^(\S+) may use neither keys, FTP, WebDAV nor the web client$`, hasFilters(stack.SSHWithoutKeys))
	sc.Given(`^(\S+) must show a key first$`, hasFilters(stack.KeyAndKeyboard))
	sc.Given(`^(\S+) must show a key first, and give the password then$`, mustShowKeyAndPassword)
	sc.Given(`^(\S+) may log in with a client certificate$`, mayShowCertificate)
	sc.Given(`^((?:external_auth|check_password)_disabled) is set for (\S+)$`, hasSwitch)
	sc.Given(`^((?:external_auth|check_password)_disabled) is set for the primary group of (\S+)$`, hasGroupSwitch)
	sc.Given(`^(external_auth_cache_time|password_strength) is (\d+) for (\S+)$`, hasNumber)
	sc.Given(`^(denied_login_methods|denied_protocols) of (\S+) is "([^"]*)"$`, isDenied)
	sc.Given(`^(\S+) has SFTPGo's own two-factor authentication$`, hasOwnTOTP)
}

func hasFilters(filters stack.Filters) func(context.Context, string) error {
	return func(ctx context.Context, name string) error {
		more, err := filters.Map()
		if err != nil {
			return err
		}
		return of(ctx).filter(name, more)
	}
}

// filter adds to the filters of a user, beside those that every user of a scenario
// has.
func (w *world) filter(name string, more map[string]any) error {
	p, err := w.person(name)
	if err != nil {
		return err
	}
	if p.enrolled {
		return fmt.Errorf("SFTPGo has %s already", name)
	}
	if p.filters == nil {
		p.filters = map[string]any{}
	}
	maps.Copy(p.filters, more)
	return nil
}

func mustShowKeyAndPassword(ctx context.Context, name string) error {
	return of(ctx).filter(name, map[string]any{
		"denied_login_methods": []string{"publickey", "password", "keyboard-interactive", "publickey+keyboard-interactive"},
	})
}

func mayShowCertificate(ctx context.Context, name string) error {
	return of(ctx).filter(name, map[string]any{"tls_username": "CommonName", "denied_login_methods": []string{}})
}

func hasSwitch(ctx context.Context, which, name string) error {
	return of(ctx).filter(name, map[string]any{"hooks": map[string]any{which: true}})
}

func hasGroupSwitch(ctx context.Context, which, name string) error {
	p, err := of(ctx).person(name)
	if err != nil {
		return err
	}
	p.groupFilters = map[string]any{"hooks": map[string]any{which: true}}
	return nil
}

func hasNumber(ctx context.Context, filter, value, name string) error {
	number, err := strconv.Atoi(value)
	if err != nil {
		return err
	}
	return of(ctx).filter(name, map[string]any{filter: number})
}

func isDenied(ctx context.Context, filter, name, value string) error {
	return of(ctx).filter(name, map[string]any{filter: []string{value}})
}

// hasOwnTOTP sets it up for all protocols that SFTPGo has it for.
func hasOwnTOTP(ctx context.Context, name string) error {
	p, err := of(ctx).person(name)
	if err != nil {
		return err
	}
	p.ownTOTP = true
	return nil
}
