package contract

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// site is a place that a scenario has taken.
type site struct {
	*place

	driver   *Driver
	caller   caller
	accounts accounts

	people    int // whom the hook knows, and the scenario has asked for
	strangers int // whom it has asked for

	mu     sync.Mutex
	stderr strings.Builder
}

func (d *Driver) enter(ctx context.Context, p *place) (*site, error) {
	s := &site{place: p, driver: d}
	if d.hook.URL != "" {
		s.caller = newService(d, s)
	} else {
		s.caller = &program{hook: d.hook, timeout: d.timeout, folder: d.folder, site: s}
	}
	// A token lasts for the whole scenario.
	if _, err := p.mock.Control.FreezeClock(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Kind implements driver.Site, as the methods below do.
func (s *site) Kind() driver.Kind { return s.driver.hook.Kind }

// APIKey is that of the hook.
func (s *site) APIKey() string { return s.driver.hook.APIKey }

// Authy is the mock's control API.
func (s *site) Authy() *control.Client { return s.mock.Control }

// NewPerson takes the users in turn, so that one whom a hook has locked after too
// many wrong tokens comes last.
func (s *site) NewPerson(context.Context) (driver.Person, error) {
	if s.people == len(s.users) {
		return driver.Person{}, fmt.Errorf("%w: the hook is said to know %d", driver.ErrNobodyElse, len(s.driver.hook.Users))
	}
	s.people++
	p := s.users[s.next%len(s.users)]
	s.next++
	if p.Password == "" {
		p.Password = "horse " + p.Username + " battery"
	}
	return p, nil
}

// NewForeigner has an Authy ID, and no hook knows him.
func (s *site) NewForeigner(ctx context.Context) (driver.Person, error) {
	id, err := s.mock.AddForeigner(ctx)
	return driver.Person{Username: fmt.Sprintf("foreigner%d", id), Password: "horse battery foreigner", AuthyID: id}, err
}

// NewStranger is nobody whom a hook could know.
func (s *site) NewStranger(context.Context) (driver.Person, error) {
	s.strangers++
	name := fmt.Sprintf("stranger%03d", s.strangers)
	return driver.Person{Username: name, Password: "horse " + name + " battery"}, nil
}

// AuthyDown closes the mock's listener, or, where other scenarios need it, resets
// each connection that asks about the people of this one.
func (s *site) AuthyDown(ctx context.Context) error {
	if s.alone {
		return s.mock.Down()
	}
	for _, p := range s.users {
		if _, err := s.mock.Control.AddFault(ctx, control.Fault{Name: "reset", AuthyID: p.AuthyID}); err != nil {
			return err
		}
	}
	return nil
}

// AddUser gives the stand-in a user.
func (s *site) AddUser(_ context.Context, user sftpgo.User) error { return s.accounts.add(user) }

// UserRecord is the stored user.
func (s *site) UserRecord(_ context.Context, username string) (map[string]any, error) {
	account := s.accounts.find(username)
	if account == nil {
		return nil, fmt.Errorf("SFTPGo has no user %s", username)
	}
	return account.rendered()
}

// Written is what the hook wrote to standard error.
func (s *site) Written(context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stderr.String(), nil
}

func (s *site) wrote(stderr []byte) {
	if len(stderr) == 0 {
		return
	}
	s.events.add(driver.ByHook, "writes to standard error: %s", strings.TrimSpace(string(stderr)))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stderr.Write(stderr)
}

// Events are what happened since the scenario took the place.
func (s *site) Events() []driver.Event { return s.events.list() }

// Leave gives the place back.
func (s *site) Leave(ctx context.Context) error {
	s.events.forget()
	return s.driver.places.giveBack(ctx, s.place)
}

// refusal is why SFTPGo refuses a login. Other errors are of the suite.
type refusal string

func (r refusal) Error() string { return string(r) }

func refuse(format string, args ...any) error { return refusal(fmt.Sprintf(format, args...)) }

// LogIn does what SFTPGo does from the moment when it knows what the client
// typed.
func (s *site) LogIn(ctx context.Context, login driver.Login) (driver.Result, error) {
	if login.Protocol == "" {
		login.Protocol = driver.SSH
	}
	c := &client{login: login, events: s.events}
	start := time.Now()
	s.events.add(driver.ByClient, "%s", c.describe())
	in, err := s.decide(ctx, c)
	result := driver.Result{In: in, Questions: c.asked(), Took: time.Since(start)}
	var refused refusal
	switch {
	case errors.As(err, &refused):
		s.events.add(driver.BySFTPGo, "refuses the login: %s", refused)
		result.In = ""
		return result, nil
	case err != nil:
		return driver.Result{}, err
	}
	s.events.add(driver.BySFTPGo, "lets %s in", in)
	return result, nil
}

// decide returns the user who is let in.
func (s *site) decide(ctx context.Context, c *client) (string, error) {
	c.login.Username = strings.TrimSpace(c.login.Username) // convertName, by SFTPGo's own settings
	keyboard := c.login.Keyboard || c.login.Reply != nil
	switch {
	case s.Kind() == driver.KeyboardInteractive && !keyboard:
		return "", refuse("the method password is off")
	case s.Kind() == driver.KeyboardInteractive:
		return s.keyboardInteractive(ctx, c)
	case s.Kind() == driver.ExternalAuth:
		return s.externalAuth(ctx, c, keyboard)
	}
	account := s.accounts.find(c.login.Username)
	if account == nil {
		return "", refuse("there is no user %s", c.login.Username)
	}
	password := c.login.Password
	if keyboard {
		var err error
		if password, err = c.builtin(); err != nil {
			return "", err
		}
	}
	return account.username(), s.checkUserAndPass(ctx, account, password, c.login.Protocol)
}
