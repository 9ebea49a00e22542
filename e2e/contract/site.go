package contract

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/places"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
)

// site is a place that a scenario has taken.
type site struct {
	*places.Visit

	driver   *Driver
	at       *place
	caller   caller
	accounts accounts

	mu     sync.Mutex
	stderr strings.Builder
}

func (d *Driver) enter(ctx context.Context, p *place) (*site, error) {
	visit, err := p.Enter(ctx)
	if err != nil {
		return nil, err
	}
	s := &site{Visit: visit, driver: d, at: p}
	if d.hook.URL != "" {
		s.caller = newService(d, s)
	} else {
		s.caller = &program{hook: d.hook, timeout: d.timeout, folder: d.folder, site: s}
	}
	return s, nil
}

// AuthyDown closes the mock's listener, where no other scenario needs it.
func (s *site) AuthyDown(ctx context.Context) error {
	if s.at.alone {
		return s.at.mock.Down()
	}
	return s.Visit.AuthyDown(ctx)
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
	s.Happened.Add(driver.ByHook, "writes to standard error: %s", strings.TrimSpace(string(stderr)))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stderr.Write(stderr)
}

// Leave gives the place back.
func (s *site) Leave(ctx context.Context) error {
	s.Happened.Forget()
	return s.driver.places.GiveBack(ctx, s.at)
}

// refusal is why SFTPGo refuses a login. Other errors are of the suite.
type refusal string

func (r refusal) Error() string { return string(r) }

func refuse(format string, args ...any) error { return refusal(fmt.Sprintf(format, args...)) }

// LogIn does what SFTPGo does from the moment when it knows what the client
// typed.
func (s *site) LogIn(ctx context.Context, login driver.Login) (driver.Result, error) {
	c := client{s.NewClient(login)}
	start := time.Now()
	in, err := s.decide(ctx, c)
	result := driver.Result{In: in, Questions: c.Asked(), Took: time.Since(start)}
	var refused refusal
	switch {
	case errors.As(err, &refused):
		s.Happened.Add(driver.BySFTPGo, "refuses the login: %s", refused)
		result.In = ""
		return result, nil
	case err != nil:
		return driver.Result{}, err
	}
	s.accounts.loggedIn(in)
	s.Happened.Add(driver.BySFTPGo, "lets %s in", in)
	return result, nil
}

// decide returns the user who is let in.
func (s *site) decide(ctx context.Context, c client) (string, error) {
	c.Login.Username = strings.TrimSpace(c.Login.Username) // convertName, by SFTPGo's own settings
	keyboard := c.Login.Keyboard || c.Login.Reply != nil
	switch {
	case s.Kind() == driver.KeyboardInteractive && !keyboard:
		return "", refuse("the method password is off")
	case s.Kind() == driver.KeyboardInteractive:
		return s.keyboardInteractive(ctx, c)
	case s.Kind() == driver.ExternalAuth:
		return s.externalAuth(ctx, c, keyboard)
	}
	account := s.accounts.find(c.Login.Username)
	if account == nil {
		return "", refuse("there is no user %s", c.Login.Username)
	}
	password := c.Login.Password
	if keyboard {
		var err error
		if password, err = c.builtin(); err != nil {
			return "", err
		}
	}
	return account.username(), s.checkUserAndPass(ctx, account, password, c.Login.Protocol)
}
