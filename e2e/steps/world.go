package steps

import (
	"context"
	"errors"
	"fmt"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/login"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
)

// hookDeadline is less than a scenario waits, and enough for a busy machine.
const hookDeadline = "8s"

// denyAfter is less than a hook's own default, for which hundreds of refused logins
// would wait.
const denyAfter = "50ms"

// world is what one scenario knows.
type world struct {
	stack  *stack.Stack
	setup  stack.Setup
	people map[string]*person
	// leftOut is why the scenario does not hold for this release of SFTPGo.
	leftOut string

	// The last login, whether it was let in or refused.
	session  *login.Session
	refusal  error
	entered  bool // without a session: by a door that is not SSH
	dialogue login.Dialogue
	screen   login.Screen              // of OpenSSH, by the names of the scenario
	crowd    struct{ in, refused int } // logins at once
}

func newWorld(on *stack.Stack, overHTTP bool) *world {
	w := &world{stack: on, people: map[string]*person{}}
	w.start(stack.Setup{OverHTTP: overHTTP, Deadline: hookDeadline, DenyAfter: denyAfter})
	return w
}

// start is how the server is set up, but for what the scenario says. There are
// thousands of logins, and the passwords are no secret: SFTPGo hashes them in a
// millisecond, not in seventy.
func (w *world) start(setup stack.Setup) {
	w.setup = setup
	w.set("SFTPGO_DATA_PROVIDER__PASSWORD_HASHING__BCRYPT_OPTIONS__COST", "4")
}

// person is the one of that name.
func (w *world) person(name string) (*person, error) {
	p, ok := w.people[name]
	if !ok {
		return nil, fmt.Errorf("the scenario has no user %s: it says before who that is", name)
	}
	return p, nil
}

// server is the one that the scenario is about, with all its users.
func (w *world) server(ctx context.Context) (*sftpgo.Server, error) {
	server, err := w.stack.Server(ctx, w.setup)
	if err != nil {
		return nil, err
	}
	for _, p := range w.people {
		if err := p.enrol(ctx, server); err != nil {
			return nil, err
		}
	}
	return server, nil
}

// on is the person of that name, and the server that has the user.
func (w *world) on(ctx context.Context, name string) (*person, *sftpgo.Server, error) {
	p, err := w.person(name)
	if err != nil {
		return nil, nil, err
	}
	server, err := w.server(ctx)
	return p, server, err
}

// recordOf is the person of that name, and all that SFTPGo knows of the user.
func (w *world) recordOf(ctx context.Context, name string) (*person, map[string]any, error) {
	p, server, err := w.on(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	record, err := server.UserRecord(ctx, p.Username)
	return p, record, err
}

func (w *world) endSession() error {
	if w.session == nil {
		return nil
	}
	err := w.session.Close()
	w.session = nil
	return err
}

// heal ends the faults that the scenario has set.
func (w *world) heal(ctx context.Context) error {
	var err error
	for _, p := range w.people {
		if p.AuthyID != 0 {
			err = errors.Join(err, w.stack.Mock.Heal(ctx, p.AuthyID))
		}
	}
	return err
}
