package ctl

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"reflect"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// The values of -to.
const (
	toUsersFile = "users-file"
	toSFTPGo    = "sftpgo"
)

// enrolment is what is asked for.
type enrolment struct {
	user   hooks.AuthyUser
	digits int
	to     string

	// Without Authy.
	id, issuer string
	replace    bool
}

func enrolCommand() command {
	return command{
		name: "enrol", arguments: "NAME -email ADDRESS -cellphone NUMBER -country-code CODE [-digits N]", named: true,
		summary: "Create the user at Authy and write the Authy ID where the hooks look for it. Without Authy: hookctl enrol NAME [-digits N] makes a secret.",
		details: "Authy knows people by their cellphone: for one that it knows the user gets the\n" +
			"Authy ID that is there already, and enrolling twice changes nothing.\n" +
			"The ID is written to the users file if there is one, else to additional_info of\n" +
			"the user in SFTPGo; for that the API key or administrator of AUTHY_SFTPGO_* must\n" +
			"be allowed to change users. An enrolment that is there is never overwritten.\n\n" +
			"With AUTHY_TOTP_FILE a random secret is made and written to that file, and an ID\n" +
			"is written as above, unless the user has one. The link for the authenticator is\n" +
			"shown once. A secret that is there is only overwritten with -replace.\n",
		flags: func(set *flag.FlagSet) func(context.Context, *invocation) error {
			var e enrolment
			set.StringVar(&e.user.Email, "email", "", "e-mail `ADDRESS` of the user")
			set.StringVar(&e.user.Cellphone, "cellphone", "", "`NUMBER` without the country code")
			set.StringVar(&e.user.CountryCode, "country-code", "", "country `CODE` of the cellphone, such as 1 or 49")
			set.IntVar(&e.digits, "digits", 0, "`N` digits of the user's tokens, if not AUTHY_TOKEN_DIGITS, or 6 with AUTHY_TOTP_FILE")
			set.StringVar(&e.to, "to", "", "`PLACE` to write to: users-file or sftpgo")
			set.StringVar(&e.id, "id", "", "with AUTHY_TOTP_FILE: `NUMBER` of the user, if not a random one")
			set.StringVar(&e.issuer, "issuer", defaultIssuer, "with AUTHY_TOTP_FILE: `NAME` by which the authenticator shows this server")
			set.BoolVar(&e.replace, "replace", false, "with AUTHY_TOTP_FILE: give a user who has a secret a new one")
			return e.run
		},
	}
}

// destination is a place where an enrolment can be written.
type destination interface {
	// name of the place.
	name() string
	// current returns what is there, or [hooks.ErrNoAuthyID].
	current(context.Context) (hooks.Enrolment, error)
	// prepare refuses, before anything is done, what cannot be written.
	prepare(hooks.Enrolment) error
	// write adds an enrolment.
	write(context.Context, hooks.Enrolment) error
	// byHand tells what an administrator has to do in the place of write.
	byHand(hooks.Enrolment) string
}

func (e *enrolment) run(ctx context.Context, inv *invocation) error {
	if e.digits != 0 && (e.digits < hooks.MinTokenDigits || e.digits > hooks.MaxTokenDigits) {
		return usageError{fmt.Sprintf("-digits: expected a number from %d to %d", hooks.MinTokenDigits, hooks.MaxTokenDigits)}
	}
	config, err := inv.config()
	if err != nil {
		return err
	}
	if config.TOTP != nil {
		return e.withTOTP(ctx, inv, config)
	}
	return e.atAuthy(ctx, inv, config)
}

func (e *enrolment) atAuthy(ctx context.Context, inv *invocation, config hooks.Config) error {
	if e.user.Email == "" || e.user.Cellphone == "" || e.user.CountryCode == "" {
		return usageError{"-email, -cellphone and -country-code are needed: Authy knows users by them"}
	}
	if e.id != "" || e.replace || e.issuer != defaultIssuer {
		return usageError{"-id, -issuer and -replace are for AUTHY_TOTP_FILE: Authy gives out IDs and secrets itself"}
	}
	// Whatever can go wrong by itself is to go wrong before Authy is asked: an
	// account there has a price.
	place, there, known, err := e.place(ctx, inv, config)
	if err != nil {
		return err
	}
	wanted := hooks.Enrolment{AuthyID: "1"}
	if e.digits != 0 && e.digits != config.TokenDigits {
		wanted.TokenDigits = e.digits
	}
	if err := place.prepare(wanted); err != nil {
		return fmt.Errorf("%s: %w; nothing was done", place.name(), err)
	}
	wanted.AuthyID, err = within(ctx, config, func(ctx context.Context) (hooks.AuthyID, error) {
		return authy(config).CreateUser(ctx, e.user)
	})
	if err != nil {
		return fmt.Errorf("at Authy: %w; nothing was written", err)
	}
	inv.line("Authy ID", "%s", wanted.AuthyID)
	if known {
		return keep(inv, place, there, wanted, e.digits)
	}
	if _, err := within(ctx, config, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, place.write(ctx, wanted)
	}); err != nil {
		return fmt.Errorf("%s: %w. The user exists at Authy now, but cannot log in yet: %s, or run this command again", place.name(), err, place.byHand(wanted))
	}
	inv.line("written to", "%s", place.name())
	fmt.Fprintf(inv.out, "Try it with: hookctl verify %s\n", printable(inv.name))
	return nil
}

// keep leaves an enrolment as it is, if it is the one that was asked for.
func keep(inv *invocation, place destination, there, wanted hooks.Enrolment, digits int) error {
	switch {
	case there.AuthyID != wanted.AuthyID:
		return fmt.Errorf("%s: the user has Authy ID %q there, and this cellphone belongs to %s; nothing was written. If the new one is right, remove the old one first", place.name(), there.AuthyID, wanted.AuthyID)
	case digits != 0 && there.TokenDigits != wanted.TokenDigits:
		return fmt.Errorf("%s: the user has another number of digits there; nothing was written. Change it by hand", place.name())
	}
	inv.line("unchanged", "%s has this Authy ID already", place.name())
	return nil
}

// place finds out where to write, and what is known of the user there.
func (e *enrolment) place(ctx context.Context, inv *invocation, config hooks.Config) (place destination, there hooks.Enrolment, known bool, err error) {
	place, err = e.destination(inv, config)
	if err != nil {
		return nil, there, false, err
	}
	there, err = within(ctx, config, place.current)
	if err != nil && !errors.Is(err, hooks.ErrNoAuthyID) {
		return nil, there, false, fmt.Errorf("%s: %w; nothing was done", place.name(), err)
	}
	return place, there, err == nil, nil
}

func (e *enrolment) destination(inv *invocation, config hooks.Config) (destination, error) {
	to := e.to
	if to == "" && config.Users != nil {
		to = toUsersFile
	}
	if to == "" && config.SFTPGo != nil {
		to = toSFTPGo
	}
	switch {
	case to == "":
		return nil, errNoSource
	case to == toUsersFile && config.UsersFile != "":
		return &usersFile{path: config.UsersFile, user: inv.name, users: config.Users}, nil
	case to == toSFTPGo && config.SFTPGo != nil:
		return &sftpgo{client: hooks.NewSFTPGo(*config.SFTPGo), user: inv.name}, nil
	case to == toUsersFile:
		return nil, usageError{"-to users-file: AUTHY_USERS_FILE is not set"}
	case to == toSFTPGo:
		return nil, usageError{"-to sftpgo: AUTHY_SFTPGO_URL is not set"}
	}
	return nil, usageError{"-to: expected users-file or sftpgo"}
}

func same(a, b hooks.Enrolment) bool { return reflect.DeepEqual(a, b) }
