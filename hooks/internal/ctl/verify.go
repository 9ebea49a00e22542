package ctl

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

func verifyCommand() command {
	return command{
		name: "verify", arguments: "NAME", named: true,
		summary: "Read a token from standard input and say whether it is right.",
		details: "The token is used up by it, and with AUTHY_TOTP_FILE a wrong one counts. It is not taken as an argument: everyone on the\n" +
			"machine can read those. The exit code is 1 if it is not right.\n",
		flags: func(*flag.FlagSet) func(context.Context, *invocation) error { return verify },
	}
}

func verify(ctx context.Context, inv *invocation) error {
	config, err := inv.config()
	if err != nil {
		return err
	}
	enrolment, _, err := find(ctx, config, inv.name)
	if err != nil {
		return err
	}
	if enrolment.AuthyID == "" {
		return errors.New("this user has no Authy ID, and " + exceptions(enrolment))
	}
	digits := config.TokenDigits
	if enrolment.TokenDigits != 0 {
		digits = enrolment.TokenDigits
	}
	typed, err := inv.readToken()
	if err != nil {
		return err
	}
	token, err := hooks.ParseToken(typed, digits)
	if err != nil {
		return fmt.Errorf("%w: %d expected", err, digits)
	}
	if _, err := within(ctx, config, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, verifier(config).Verify(ctx, enrolment.AuthyID, token)
	}); err != nil {
		return fmt.Errorf("the token is not right: %w", err)
	}
	fmt.Fprintln(inv.out, "The token is right.")
	return nil
}

// maxTyped bounds what is read in the place of a token.
const maxTyped = 1 << 10

// readToken reads one line, and asks for it if somebody is there to type it.
func (inv *invocation) readToken() (string, error) {
	if file, ok := inv.stdin.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode()&fs.ModeCharDevice != 0 {
			fmt.Fprint(inv.err, "Token: ")
		}
	}
	line, err := bufio.NewReader(io.LimitReader(inv.stdin, maxTyped)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", errors.New("the token could not be read from standard input")
	}
	return strings.TrimSpace(line), nil
}
