package contract

import (
	"errors"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/places"
)

// address is that of the client, as SFTPGo tells it to hooks.
const address = "127.0.0.1"

// client is who logs in.
type client struct{ *places.Client }

// ask puts questions to the client. An error is a client that is gone, or one
// that has no answer.
func (c client) ask(questions []driver.Question) ([]string, error) {
	answers, err := c.Ask(questions)
	if errors.Is(err, driver.ErrHangUp) || errors.Is(err, places.ErrNoDialogue) {
		return nil, refuse("%v", err)
	}
	return answers, err
}

// builtin is the question that SFTPGo asks where no keyboard-interactive hook
// does (doBuiltinKeyboardInteractiveAuth).
func (c client) builtin() (string, error) {
	answers, err := c.ask([]driver.Question{{Text: "Password: "}})
	if err != nil {
		return "", err
	}
	return answers[0], nil
}
