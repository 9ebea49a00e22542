package contract

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

// address is that of the client, as SFTPGo tells it to hooks.
const address = "127.0.0.1"

// client is who logs in.
type client struct {
	login  driver.Login
	events *events

	mu        sync.Mutex // a hook may ask before its last question is answered
	questions []driver.Question
}

func (c *client) describe() string {
	if c.login.Reply != nil {
		return fmt.Sprintf("logs in as %q by %s, keyboard-interactive", c.login.Username, c.login.Protocol)
	}
	return fmt.Sprintf("logs in as %q by %s with the password %q", c.login.Username, c.login.Protocol, c.login.Password)
}

// ask puts questions to the client. An error is a client that is gone, or one
// that has no answer.
func (c *client) ask(questions []driver.Question) ([]string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	answers := make([]string, 0, len(questions))
	for _, q := range questions {
		c.questions = append(c.questions, q)
		if c.login.Reply == nil {
			return nil, refuse("the client does not speak keyboard-interactive")
		}
		answer, err := c.login.Reply(q)
		if errors.Is(err, driver.ErrHangUp) {
			c.events.add(driver.ByClient, "is asked %q and hangs up", q.Text)
			return nil, refuse("the client hung up")
		}
		if err != nil {
			return nil, err
		}
		c.events.add(driver.ByClient, "is asked %q and answers %q", q.Text, answer)
		answers = append(answers, answer)
	}
	return answers, nil
}

// builtin is the question that SFTPGo asks where no keyboard-interactive hook
// does (doBuiltinKeyboardInteractiveAuth).
func (c *client) builtin() (string, error) {
	answers, err := c.ask([]driver.Question{{Text: "Password: "}})
	if err != nil {
		return "", err
	}
	return answers[0], nil
}

func (c *client) asked() []driver.Question {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.questions)
}
