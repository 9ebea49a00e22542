package places

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

// Client is who logs in.
type Client struct {
	// Login is what it tries.
	Login driver.Login

	happened *Events

	mu    sync.Mutex // a hook may ask before its last question is answered
	asked []driver.Question
}

// ErrNoDialogue says that a client was asked that cannot answer.
var ErrNoDialogue = errors.New("the client does not speak keyboard-interactive")

// NewClient begins a login, by SSH if nothing else is said.
func (v *Visit) NewClient(login driver.Login) *Client {
	if login.Protocol == "" {
		login.Protocol = driver.SSH
	}
	how := fmt.Sprintf("by %s with the password %q", login.Protocol, login.Password)
	if login.Reply != nil {
		how = fmt.Sprintf("by %s, keyboard-interactive", login.Protocol)
	}
	v.Happened.Add(driver.ByClient, "logs in as %q %s", login.Username, how)
	return &Client{Login: login, happened: v.Happened}
}

// Ask puts questions to the client. The error is [driver.ErrHangUp],
// [ErrNoDialogue], or one of the client's own.
func (c *Client) Ask(questions []driver.Question) ([]string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	answers := make([]string, 0, len(questions))
	for _, q := range questions {
		c.asked = append(c.asked, q)
		if c.Login.Reply == nil {
			return nil, ErrNoDialogue
		}
		answer, err := c.Login.Reply(q)
		if errors.Is(err, driver.ErrHangUp) {
			c.happened.Add(driver.ByClient, "is asked %q and hangs up", q.Text)
		}
		if err != nil {
			return nil, err
		}
		c.happened.Add(driver.ByClient, "is asked %q and answers %q", q.Text, answer)
		answers = append(answers, answer)
	}
	return answers, nil
}

// Asked is what was asked.
func (c *Client) Asked() []driver.Question {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.asked)
}
