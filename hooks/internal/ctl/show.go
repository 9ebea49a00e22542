package ctl

import (
	"context"
	"flag"
	"fmt"
	"strings"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

func showCommand() command {
	return command{
		name: "show", arguments: "NAME", named: true,
		summary: "Show what the hooks and Authy, or the TOTP files, know of a user.",
		details: "The exit code is 1 if the user cannot log in with a token.\n",
		flags:   func(*flag.FlagSet) func(context.Context, *invocation) error { return show },
	}
}

func show(ctx context.Context, inv *invocation) error {
	config, err := inv.config()
	if err != nil {
		return err
	}
	enrolment, from, err := find(ctx, config, inv.name)
	if err != nil {
		return err
	}
	inv.line("user", "%s", inv.name)
	inv.line("mapping", "%s", from)
	inv.line("exceptions", "%s", exceptions(enrolment))
	if enrolment.AuthyID == "" {
		inv.line("Authy ID", "none")
		return nil
	}
	digits := config.TokenDigits
	if enrolment.TokenDigits != 0 {
		digits = enrolment.TokenDigits
	}
	if config.TOTP != nil {
		return showTOTP(inv, config, enrolment.AuthyID)
	}
	inv.line("Authy ID", "%s, tokens of %d digits", enrolment.AuthyID, digits)
	status, err := within(ctx, config, func(ctx context.Context) (hooks.AuthyUserStatus, error) {
		return authy(config).UserStatus(ctx, enrolment.AuthyID)
	})
	if err != nil {
		return fmt.Errorf("at Authy: %w", err)
	}
	inv.line("phone", "+%s %s", status.CountryCode, status.Phone)
	inv.line("Authy app", "%s", either(status.Registered, "yes", "no, tokens come by SMS or call"))
	inv.line("confirmed", "%s", either(status.Confirmed, "yes", "no, no right token was seen yet"))
	if len(status.Devices) > 0 {
		inv.line("devices", "%s", strings.Join(status.Devices, ", "))
	}
	if status.Disabled {
		inv.line("account", "disabled at Authy: no token of this user is right")
		return errFailed
	}
	inv.line("account", "active")
	return nil
}

func either(condition bool, yes, no string) string {
	if condition {
		return yes
	}
	return no
}
