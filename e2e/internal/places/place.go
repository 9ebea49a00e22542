package places

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/mock"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// Place is where one scenario at a time takes place: some of the people whom the
// hook knows, and the mock that it asks about them.
type Place struct {
	// Happened is what happens there.
	Happened *Events

	hook  driver.Hook
	authy *control.Client
	users []driver.Person
	name  string // in the names of strangers

	mu         sync.Mutex
	next       int            // of the users
	strangers  int            // there were
	foreigners map[int64]bool // by their Authy IDs
	seen       int64          // the last request to Authy before the scenario
}

// usersEach is how many users of the hook a scenario needs at most.
const usersEach = 2

// Split deals the users of a hook out to places that share one mock, enough for a
// scenario to each, if there are as many. The strangers of each have names of their
// own.
func Split(hook driver.Hook, authy *control.Client) []*Place {
	var all []*Place
	for rest := hook.Users; len(rest) > 0; {
		n := usersEach
		if len(rest) < 2*usersEach { // what is left over is too few for one more place
			n = len(rest)
		}
		all = append(all, newPlace(hook, authy, rest[:n], strconv.Itoa(len(all)+1)+"-"))
		rest = rest[n:]
	}
	return all
}

// Alone is a place that has the mock, and all users of the hook, for itself.
func Alone(hook driver.Hook, authy *control.Client) *Place {
	return newPlace(hook, authy, hook.Users, "")
}

func newPlace(hook driver.Hook, authy *control.Client, users []driver.Person, name string) *Place {
	return &Place{Happened: &Events{}, hook: hook, authy: authy, users: users, name: name, foreigners: map[int64]bool{}}
}

// Users are the people of the place whom the hook knows.
func (p *Place) Users() []driver.Person { return p.users }

// Has tells whether an Authy ID is that of somebody at the place.
func (p *Place) Has(authyID string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if id, err := strconv.ParseInt(authyID, 10, 64); err == nil && p.foreigners[id] {
		return true
	}
	for _, u := range p.users {
		if strconv.FormatInt(u.AuthyID, 10) == authyID {
			return true
		}
	}
	return false
}

// Restore puts the mock back to how it was, as far as the people of the place are
// concerned. They get other secrets: no token of one scenario is any good in the
// next, not even to a hook that remembers tokens itself.
func (p *Place) Restore(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all error
	for _, u := range p.users {
		if err := p.renew(ctx, u.AuthyID); err != nil {
			all = errors.Join(all, err)
		}
	}
	for id := range p.foreigners {
		all = errors.Join(all, p.authy.Heal(ctx, id), p.authy.DeleteUser(ctx, id))
	}
	clear(p.foreigners)
	return all
}

func (p *Place) renew(ctx context.Context, id int64) error {
	requests, err := p.authy.Requests(ctx, control.Filter{AuthyID: id, After: p.seen})
	if err != nil {
		return err
	}
	for _, r := range requests {
		p.seen = max(p.seen, r.Number)
	}
	secret := newSecret()
	if err := errors.Join(p.authy.Heal(ctx, id), p.authy.ResetUser(ctx, id)); err != nil {
		return err
	}
	_, err = p.authy.ChangeUser(ctx, id, control.ChangeUser{Secret: &secret})
	return err
}

// newSecret is one as authenticators have it: 160 bits in base32.
func newSecret() string {
	var secret [20]byte
	_, _ = rand.Read(secret[:]) // it never fails
	return base32.StdEncoding.EncodeToString(secret[:])
}

// Visit is one scenario at a place. It implements a part of [driver.Site].
type Visit struct {
	*Place

	people int // whom the scenario has asked for
}

// Enter begins a visit. A token lasts for all of it.
func (p *Place) Enter(ctx context.Context) (*Visit, error) {
	_, err := p.authy.FreezeClock(ctx)
	return &Visit{Place: p}, err
}

// Kind implements driver.Site, as the methods below do.
func (v *Visit) Kind() driver.Kind { return v.hook.Kind }

// APIKey is that of the hook.
func (v *Visit) APIKey() string { return v.hook.APIKey }

// Authy is the mock's control API.
func (v *Visit) Authy() *control.Client { return v.authy }

// Requests are those that Authy was asked about somebody since the scenario began.
func (v *Visit) Requests(ctx context.Context, authyID int64) ([]control.Request, error) {
	v.mu.Lock()
	after := v.seen
	v.mu.Unlock()
	return v.authy.Requests(ctx, control.Filter{AuthyID: authyID, After: after})
}

// NewPerson takes the users in turn, so that one whom a hook has locked after too
// many wrong tokens comes last.
func (v *Visit) NewPerson(context.Context) (driver.Person, error) {
	if v.people == len(v.users) {
		return driver.Person{}, fmt.Errorf("%w: the hook is said to know %d", driver.ErrNobodyElse, len(v.hook.Users))
	}
	v.people++
	v.mu.Lock()
	defer v.mu.Unlock()
	p := v.users[v.next%len(v.users)]
	v.next++
	if p.Password == "" {
		p.Password = "horse " + p.Username + " battery"
	}
	return p, nil
}

// NewForeigner has an Authy ID, and no hook knows him.
func (v *Visit) NewForeigner(ctx context.Context) (driver.Person, error) {
	id, err := mock.AddForeigner(ctx, v.authy)
	if err != nil {
		return driver.Person{}, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.foreigners[id] = true
	return driver.Person{Username: fmt.Sprintf("foreigner%d", id), Password: "horse battery foreigner", AuthyID: id}, nil
}

// NewStranger is nobody whom a hook could know.
func (v *Visit) NewStranger(context.Context) (driver.Person, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.strangers++ // none comes twice: a broken hook may have made SFTPGo know him
	name := fmt.Sprintf("stranger%s%03d", v.name, v.strangers)
	return driver.Person{Username: name, Password: "horse " + name + " battery"}, nil
}

// AuthyDown resets each connection that asks about the people of the place: other
// scenarios need the mock.
func (v *Visit) AuthyDown(ctx context.Context) error {
	for _, p := range v.users {
		if _, err := v.authy.AddFault(ctx, control.Fault{Name: "reset", AuthyID: p.AuthyID}); err != nil {
			return err
		}
	}
	return nil
}

// Events are what happened since the scenario took the place.
func (v *Visit) Events() []driver.Event { return v.Happened.List() }
