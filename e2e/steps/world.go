package steps

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"golang.org/x/crypto/ssh"

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
	took     time.Duration
	dialogue login.Dialogue
	crowd    struct{ in, refused int } // logins at once
}

// person is somebody the scenario speaks of by a name of its own.
type person struct {
	stack.Person

	inAdditionalInfo bool           // where the Authy ID stands
	filters          map[string]any // of the user, beside what every user of a scenario has
	key              ssh.Signer
	enrolled         bool           // whether the SFTPGo server has the user
	record           map[string]any // what SFTPGo knew of the user before the first login
	lastToken        string
}

func newWorld(on *stack.Stack, overHTTP bool) *world {
	return &world{stack: on, setup: stack.Setup{OverHTTP: overHTTP, Deadline: hookDeadline, DenyAfter: denyAfter}, people: map[string]*person{}}
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

// enrol adds the user to the server.
func (p *person) enrol(ctx context.Context, server *sftpgo.Server) error {
	if p.enrolled {
		return nil
	}
	var err error
	if p.key, err = newKey(); err != nil {
		return err
	}
	user := p.user()
	user.Password = p.Password
	user.PublicKeys = []string{string(ssh.MarshalAuthorizedKey(p.key.PublicKey()))}
	maps.Copy(user.Filters, p.filters)
	if p.inAdditionalInfo {
		user.AdditionalInfo = fmt.Sprintf(`{"authy_id":%d}`, p.AuthyID)
	}
	if err := server.AddUser(ctx, user); err != nil {
		return err
	}
	p.enrolled = true
	p.record, err = server.UserRecord(ctx, p.Username)
	return err
}

// user is how the person is a user of SFTPGo, but for password and key.
func (p *person) user() sftpgo.User {
	return sftpgo.User{
		Username:    p.Username,
		Status:      1,
		Permissions: map[string][]string{"/": {"*"}, "/readonly": {"list", "download"}},
		Email:       p.Username + "@example.com",
		Description: "a user with settings of all sorts",
		QuotaFiles:  100,
		Filters:     map[string]any{"max_upload_file_size": 1 << 20, "denied_login_methods": []string{"TLSCertificate"}},
	}
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
