package places

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

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
	next       int             // of the users
	foreigners map[string]bool // by their Authy IDs
}

// usersEach is how many users of the hook a scenario needs at most.
const usersEach = 2

// Split deals the users of a hook out to places that share one mock. The strangers
// of each have names of their own.
func Split(hook driver.Hook, authy *control.Client) []*Place {
	var all []*Place
	for len(hook.Users) > len(all)*usersEach {
		users := hook.Users[len(all)*usersEach : min((len(all)+1)*usersEach, len(hook.Users))]
		all = append(all, newPlace(hook, authy, users, strconv.Itoa(len(all)+1)+"-"))
	}
	return all
}

// Alone is a place that has the mock, and all users of the hook, for itself.
func Alone(hook driver.Hook, authy *control.Client) *Place {
	return newPlace(hook, authy, hook.Users, "")
}

func newPlace(hook driver.Hook, authy *control.Client, users []driver.Person, name string) *Place {
	return &Place{Happened: &Events{}, hook: hook, authy: authy, users: users, name: name, foreigners: map[string]bool{}}
}

// Users are the people of the place whom the hook knows.
func (p *Place) Users() []driver.Person { return p.users }

// Has tells whether an Authy ID is that of somebody at the place.
func (p *Place) Has(authyID string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.foreigners[authyID] {
		return true
	}
	for _, u := range p.users {
		if strconv.FormatInt(u.AuthyID, 10) == authyID {
			return true
		}
	}
	return false
}

// afterwards is how far the mock's clock goes on between two scenarios: no token
// of one is any good in the next, not even to a hook that remembers tokens itself.
const afterwards = time.Minute

// Restore puts a mock back to how it was, but for its clock.
func Restore(ctx context.Context, authy *control.Client) error {
	clock, err := authy.Clock(ctx)
	if err != nil {
		return err
	}
	if err := errors.Join(authy.Reset(ctx), authy.Forget(ctx)); err != nil {
		return err
	}
	_, err = authy.SetClock(ctx, clock.Time.Add(afterwards))
	return err
}

// Visit is one scenario at a place. It implements a part of [driver.Site].
type Visit struct {
	*Place

	people, strangers int // whom the scenario has asked for
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
	v.foreigners[strconv.FormatInt(id, 10)] = true
	return driver.Person{Username: fmt.Sprintf("foreigner%d", id), Password: "horse battery foreigner", AuthyID: id}, nil
}

// NewStranger is nobody whom a hook could know.
func (v *Visit) NewStranger(context.Context) (driver.Person, error) {
	v.strangers++
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
