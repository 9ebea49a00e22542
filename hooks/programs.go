package hooks

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// The time a hook has by default. SFTPGo kills a program after command.timeout,
// 30 seconds by default. Before that the hook has to say no by itself; a dialogue
// leaves as much of the time as possible to the person typing.
const (
	machineDeadline  = 10 * time.Second
	dialogueDeadline = 25 * time.Second
)

// Checkpwd returns the check password program (SFTPGo's check_password_hook):
// the user types the password followed by the token into one field.
func Checkpwd() Program {
	return Program{
		name:        "checkpwd",
		purpose:     "check password hook for SFTPGo: the user types the password followed by an Authy token",
		deadline:    machineDeadline,
		needsSource: true,
		denial:      CheckPasswordAnswer{},
		verifier:    tokenVerifier,
		directory:   usersDirectory,
		decide: func(ctx context.Context, d Decider, s session) (answer, error) {
			return d.CheckPassword(ctx, CheckPasswordRequest{
				Username: s.env[usernameVariable],
				IP:       s.env["SFTPGO_AUTHD_IP"],
				Protocol: s.env["SFTPGO_AUTHD_PROTOCOL"],
				Password: NewSecret(s.env["SFTPGO_AUTHD_PASSWORD"]),
			})
		},
	}
}

// Extauth returns the external authentication program (SFTPGo's
// external_auth_hook): the user types the token in place of the password.
func Extauth() Program {
	return Program{
		name:     "extauth",
		purpose:  "external authentication hook for SFTPGo: the user types an Authy token in place of the password",
		deadline: machineDeadline,
		denial:   ExternalAuthAnswer{},
		verifier: tokenVerifier,
		directory: func(c Config) Directory {
			return append(Directories{c.Users, AdditionalInfo{}}, c.sftpgoDirectory()...)
		},
		decide: func(ctx context.Context, d Decider, s session) (answer, error) {
			return d.ExternalAuth(ctx, ExternalAuthRequest{
				Username:            s.env[usernameVariable],
				IP:                  s.env["SFTPGO_AUTHD_IP"],
				Protocol:            s.env["SFTPGO_AUTHD_PROTOCOL"],
				Password:            NewSecret(s.env["SFTPGO_AUTHD_PASSWORD"]),
				User:                NewSecret(s.env["SFTPGO_AUTHD_USER"]),
				PublicKey:           s.env["SFTPGO_AUTHD_PUBLIC_KEY"],
				TLSCertificate:      s.env["SFTPGO_AUTHD_TLS_CERT"],
				KeyboardInteractive: s.env["SFTPGO_AUTHD_KEYBOARD_INTERACTIVE"],
			})
		},
	}
}

// Keyint returns the keyboard-interactive program (SFTPGo's
// keyboard_interactive_auth_hook): the user is asked for the password, then for
// the token.
func Keyint() Program {
	return Program{
		name:        "keyint",
		purpose:     "keyboard-interactive hook for SFTPGo: asks for the password, then for an Authy token",
		deadline:    dialogueDeadline,
		needsSource: true,
		denial:      KeyboardInteractiveAnswer{},
		verifier:    tokenVerifier,
		directory:   usersDirectory,
		decide:      decideDialogue,
	}
}

func tokenVerifier(c Config) Verifier {
	if c.TOTP != nil {
		return c.TOTP
	}
	return NewAuthyClient(c.APIURL, c.APIKey, c.RootCAs)
}

func usersDirectory(c Config) Directory { return append(Directories{c.Users}, c.sftpgoDirectory()...) }

// decideDialogue puts the steps of the dialogue on standard output and input:
// one question, then one answer, per line (executeKeyboardInteractiveProgram).
// SFTPGO_AUTHD_PASSWORD, here the stored hash, is of no use and left alone.
func decideDialogue(ctx context.Context, d Decider, s session) (answer, error) {
	lines := bufio.NewReaderSize(s.stdin, maxLineBytes)
	request := KeyboardInteractiveRequest{Username: s.env[usernameVariable], IP: s.env["SFTPGO_AUTHD_IP"]}
	for {
		request.Step++
		step, err := d.KeyboardInteractive(ctx, request)
		if err != nil || step.Question == "" {
			return step, err
		}
		if err := ctx.Err(); err != nil { // left behind: the denial is out already
			return nil, err
		}
		if err := writeLine(s.stdout, step); err != nil {
			return nil, errors.New("the question could not be written")
		}
		typed, err := readAnswer(lines)
		if err != nil {
			return nil, err
		}
		request.Questions, request.Answers = []string{step.Question}, []Secret{typed}
	}
}

// maxLineBytes is the longest answer that is read, line end included.
const maxLineBytes = 4 << 10

var (
	errAnswerMissing  = errors.New("no answer, the input ended")
	errAnswerLong     = fmt.Errorf("the answer is longer than %d bytes", maxLineBytes)
	errAnswerInjected = errors.New("more than one line came for one question, someone tries to inject answers")
)

// readAnswer reads the answer to one question: one line. SFTPGo passes on what
// the user typed as it is, line breaks included, in one write. So whatever
// follows the first line was put there to answer a question not asked yet.
func readAnswer(lines *bufio.Reader) (Secret, error) {
	line, err := lines.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return Secret{}, errAnswerLong
	case errors.Is(err, io.EOF):
		return Secret{}, errAnswerMissing
	case err != nil:
		return Secret{}, errors.New("the answer could not be read")
	case lines.Buffered() > 0:
		return Secret{}, errAnswerInjected
	}
	line = bytes.TrimSuffix(line, []byte("\n"))
	// SFTPGo on Windows ends lines with \r\n.
	return NewSecret(string(bytes.TrimSuffix(line, []byte("\r")))), nil
}
