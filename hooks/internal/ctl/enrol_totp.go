package ctl

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"strings"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// defaultIssuer is how an authenticator names the entry, if not told otherwise.
const defaultIssuer = "SFTPGo"

// withTOTP enrols a user whose tokens the hooks check by themselves: the mapping
// first, then the secret. A user with the one and not the other is denied, and
// running the command again goes on from there.
func (e *enrolment) withTOTP(ctx context.Context, inv *invocation, config hooks.Config) error {
	secret, err := e.newSecret()
	if err != nil {
		return err
	}
	place, there, known, err := e.place(ctx, inv, config)
	if err != nil {
		return err
	}
	wanted, err := e.wanted(config, place, there, known, secret)
	if err == nil {
		err = e.checkTOTP(inv, config, place, wanted, known)
	}
	if err != nil {
		return fmt.Errorf("%w; nothing was done", err)
	}
	if !known {
		if _, err := within(ctx, config, func(ctx context.Context) (struct{}, error) {
			return struct{}{}, place.write(ctx, wanted)
		}); err != nil {
			return fmt.Errorf("%s: %w; no secret was made", place.name(), err)
		}
	}
	file := totpFile{config.TOTPFile, wanted.AuthyID, e.replace}
	if err := file.write(secret); err != nil {
		return fmt.Errorf("%s: %w. The user has an ID now and no secret, and cannot log in yet: run this command again", config.TOTPFile, err)
	}
	e.tell(inv, config, place, wanted, secret, known)
	return nil
}

// wanted is what the mapping is to say: what it says already, or the ID that was
// asked for, or a new one.
func (e *enrolment) wanted(config hooks.Config, place destination, there hooks.Enrolment, known bool, secret hooks.TOTPSecret) (wanted hooks.Enrolment, err error) {
	switch {
	case known:
		return e.keepMapping(place, there, secret)
	case e.id != "":
		wanted.AuthyID = hooks.AuthyID(e.id)
	default:
		wanted.AuthyID, err = newID(config)
	}
	return wanted, err
}

// newSecret makes the secret, from arguments that make sense here.
func (e *enrolment) newSecret() (hooks.TOTPSecret, error) {
	if e.user != (hooks.AuthyUser{}) {
		return hooks.TOTPSecret{}, usageError{"-email, -cellphone and -country-code are for Authy; AUTHY_TOTP_FILE is set, so the hooks check tokens by themselves"}
	}
	if e.issuer == "" || strings.Contains(e.issuer, ":") {
		return hooks.TOTPSecret{}, usageError{"-issuer: expected a name without a colon"}
	}
	if e.id != "" {
		if _, err := hooks.ParseAuthyID(e.id); err != nil {
			return hooks.TOTPSecret{}, usageError{"-id: expected a number of 1 to 20 digits"}
		}
	}
	digits := e.digits
	if digits == 0 {
		digits = hooks.DefaultTOTPDigits
	}
	return hooks.NewTOTPSecret(digits)
}

// keepMapping goes on with an ID that is there, for instance from the time of
// Authy.
func (e *enrolment) keepMapping(place destination, there hooks.Enrolment, secret hooks.TOTPSecret) (hooks.Enrolment, error) {
	switch {
	case there.AuthyID == "":
		return there, fmt.Errorf("%s: the user has no ID there, and %s; remove that first", place.name(), exceptions(there))
	case e.id != "" && e.id != string(there.AuthyID):
		return there, fmt.Errorf("%s: the user has ID %s there, and not %s; leave out -id, or change it by hand", place.name(), there.AuthyID, e.id)
	case there.TokenDigits != 0 && there.TokenDigits != secret.Digits:
		return there, fmt.Errorf("%s: the user's tokens have %d digits there, those of the secret %d; remove that option, or use -digits", place.name(), there.TokenDigits, secret.Digits)
	}
	return there, nil
}

// checkTOTP refuses, before anything is done, to take what belongs to somebody.
func (e *enrolment) checkTOTP(inv *invocation, config hooks.Config, place destination, wanted hooks.Enrolment, known bool) error {
	for name, other := range config.Users {
		if other.AuthyID == wanted.AuthyID && name != inv.name {
			return fmt.Errorf("%s: ID %s belongs to %s, whose tokens would be right for %s too", config.UsersFile, wanted.AuthyID, name, inv.name)
		}
	}
	if _, there := config.TOTP.Secrets()[wanted.AuthyID]; there && !e.replace {
		return fmt.Errorf("%s: ID %s has a secret already. With -replace it gets a new one, and the authenticator that has the old one is of no use any more", config.TOTPFile, wanted.AuthyID)
	}
	if known {
		return nil
	}
	if err := place.prepare(wanted); err != nil {
		return fmt.Errorf("%s: %w", place.name(), err)
	}
	return nil
}

// newID is a number that nobody has. It is drawn from so many that it is none of
// Authy's either, nor one that stands where it cannot be seen, such as in
// additional_info.
func newID(config hooks.Config) (hooks.AuthyID, error) {
	lowest := big.NewInt(100_000_000_000)
	for {
		n, err := rand.Int(rand.Reader, new(big.Int).Mul(lowest, big.NewInt(9)))
		if err != nil {
			return "", fmt.Errorf("an ID needs random numbers: %w", err)
		}
		id := hooks.AuthyID(n.Add(n, lowest).String())
		if _, there := config.TOTP.Secrets()[id]; !there {
			return id, nil
		}
	}
}

// tell writes what was done, and the link, once: it is written nowhere else.
func (e *enrolment) tell(inv *invocation, config hooks.Config, place destination, written hooks.Enrolment, secret hooks.TOTPSecret, known bool) {
	inv.line("ID", "%s", written.AuthyID)
	inv.line(either(known, "unchanged", "written to"), "%s", place.name())
	inv.line("secret", "in %s; tokens of %d digits", config.TOTPFile, secret.Digits)
	inv.line("link", "%s", secret.Link(e.issuer, inv.name).Reveal())
	fmt.Fprintf(inv.out, `
The link is a secret, and shown this once: whoever has it can make the tokens of
this user. Paste it into "qrencode -t utf8" for the QR code that an authenticator
reads, then clear the screen. Not by e-mail or chat, please.
Try it with: hookctl verify %s
`, printable(inv.name))
}
