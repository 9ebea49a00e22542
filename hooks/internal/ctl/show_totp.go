package ctl

import (
	"fmt"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// showTOTP shows what the secrets file and the state directory know of a user.
func showTOTP(inv *invocation, config hooks.Config, id hooks.AuthyID) error {
	secret, ok := config.TOTP.Secrets()[id]
	if !ok {
		inv.line("ID", "%s", id)
		return fmt.Errorf("%s: %w: ID %s is not there; hookctl enrol makes one", config.TOTPFile, hooks.ErrNoSecret, id)
	}
	inv.line("ID", "%s, tokens of %d digits, a new one every %v, %s", id, secret.Digits, secret.Period, secret.Algorithm)
	inv.line("secret", "in %s", config.TOTPFile)
	status, err := config.TOTP.Status(id)
	if err != nil {
		return err
	}
	inv.line("last token", "%s", either(status.Used.IsZero(), "none was right yet", "that of "+status.Used.UTC().Format(time.RFC3339)))
	inv.line("wrong", "%d of %d since then", status.Wrong, config.TOTP.Rules().Attempts)
	if !status.LockedUntil.IsZero() {
		inv.line("account", "locked until %s: no token is looked at", status.LockedUntil.UTC().Format(time.RFC3339))
		return errFailed
	}
	inv.line("account", "active")
	return nil
}
