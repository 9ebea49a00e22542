package authy

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"sync"
	"time"
)

// outboxCapacity is how many messages an application remembers.
const outboxCapacity = 1000

// codeLife is for how long a code that was sent can be verified. Ten minutes are
// documented for phone verification; for the others it is the mock's choice.
const codeLife = 10 * time.Minute

// Way is how a message would have reached somebody.
type Way string

// The ways of messages.
const (
	BySMS   Way = "sms"
	ByCall  Way = "call"
	ByEmail Way = "email"
)

// Message is one that Authy would have sent. The mock sends nothing.
type Message struct {
	// Number counts the messages of the application, from 1.
	Number int64
	At     time.Time
	By     Way
	// AuthyID is the user it is for; 0 if it is for a phone to be verified.
	AuthyID int64
	// To is the phone or the address.
	To string
	// Code that it carries.
	Code string
}

// outbox keeps the newest messages.
type outbox struct {
	mu       sync.Mutex
	messages []Message
	sent     int64
}

func (o *outbox) add(m Message) Message {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sent++
	m.Number = o.sent
	if len(o.messages) == outboxCapacity {
		o.messages = append(o.messages[:0], o.messages[1:]...)
	}
	o.messages = append(o.messages, m)
	return m
}

// post puts a message where people look for it.
func (a *Application) post(m Message) Message {
	defer a.unkept.watcher.Ring()
	return a.outbox.add(m)
}

// Messages are the newest of those that would have been sent, oldest first.
func (a *Application) Messages() []Message {
	a.outbox.mu.Lock()
	defer a.outbox.mu.Unlock()
	return append([]Message(nil), a.outbox.messages...)
}

// SentCode is a code that was sent to a user and can be verified once.
type SentCode struct {
	Digits string
	// Action that it was sent for, or "": it can be verified for no other.
	Action string
	// Until when it can be verified.
	Until time.Time
}

// Send would send the user a code by SMS, call or e-mail. A code that is sent
// for an action can be verified for the same action only.
func (u *User) Send(by Way, action string) Message {
	u.mu.Lock()
	defer u.mu.Unlock()
	now := u.app.clock()
	code := newCode(u.app.settings.Tokens.Digits)
	u.codes = append(u.liveCodes(now), SentCode{Digits: code, Action: action, Until: now.Add(codeLife)})
	u.app.unkept.user(u.id)
	to := u.phone.String()
	if by == ByEmail {
		to = u.emails[0]
	}
	u.app.stats.count(now, func(m *Month) {
		switch by {
		case BySMS:
			m.SMS++
		case ByCall:
			m.Calls++
		case ByEmail: // Authy's statistics have no number for it
		}
	})
	return u.app.post(Message{At: now, By: by, AuthyID: u.id, To: to, Code: code})
}

// maxLiveCodes bounds the codes of one user that can be verified at a time.
const maxLiveCodes = 20

func (u *User) liveCodes(now time.Time) []SentCode {
	var live []SentCode
	for _, c := range u.codes {
		if now.Before(c.Until) {
			live = append(live, c)
		}
	}
	if excess := len(live) - maxLiveCodes + 1; excess > 0 {
		live = live[excess:]
	}
	return live
}

// newCode is a random number of so many digits.
func newCode(digits int) string {
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
	n, err := rand.Int(rand.Reader, limit)
	if err != nil {
		panic(fmt.Sprintf("authy: crypto/rand: %v", err)) // it never fails
	}
	return fmt.Sprintf("%0*d", digits, n)
}

func (o *outbox) clear() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.messages, o.sent = nil, 0
}
