package authy

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// State is the users of an application as they can be put aside and brought
// back.
type State struct {
	// NextID is the Authy ID of the next user who is given none.
	NextID int64
	Users  []UserState
}

// UserState is a user as he can be put aside and brought back.
type UserState struct {
	ID         int64
	Phone      Phone
	Emails     []string
	Secret     Secret
	Confirmed  bool
	Registered bool
	Suspended  bool
	Skew       time.Duration
	// LastStep is the newest step whose token was accepted, or -1; LastUse is
	// when that was.
	LastStep int64
	LastUse  time.Time
	// QRSecret is that of another authenticator, or "". LastQRStep is its
	// LastStep.
	QRSecret   Secret
	LastQRStep int64
	// Added is when the user was added.
	Added time.Time
}

// State is that of all users, by Authy ID.
func (a *Application) State() State {
	users := a.Users()
	a.mu.RLock()
	s := State{NextID: a.nextID}
	a.mu.RUnlock()
	for _, u := range users {
		s.Users = append(s.Users, u.state())
	}
	return s
}

func (u *User) state() UserState {
	u.mu.Lock()
	defer u.mu.Unlock()
	return UserState{
		ID:         u.id,
		Phone:      u.phone,
		Emails:     slices.Clone(u.emails),
		Secret:     u.secret,
		Confirmed:  u.confirmed,
		Registered: u.registered,
		Suspended:  u.suspended,
		Skew:       u.skew,
		LastStep:   u.lastStep,
		LastUse:    u.lastUse,
		QRSecret:   u.qrSecret,
		LastQRStep: u.lastQRStep,
		Added:      u.added,
	}
}

// Restore brings all users back to a state; who is not in it is gone, and so is
// what has happened since: messages and codes, OneTouch requests, verifications
// of phones, statistics. An error says what is wrong with the state; then nothing
// has changed.
func (a *Application) Restore(s State) error {
	if s.NextID < 1 {
		return fmt.Errorf("the next Authy ID %d: want a positive number", s.NextID)
	}
	users, byPhone := make(map[int64]*User), make(map[Phone]*User)
	for _, us := range s.Users {
		u, err := a.revive(us)
		if err != nil {
			return fmt.Errorf("user %d: %w", us.ID, err)
		}
		if users[u.id] != nil {
			return fmt.Errorf("user %d: another user has this Authy ID", u.id)
		}
		if other := byPhone[u.phone]; other != nil {
			return fmt.Errorf("user %d: %s is the phone of user %d already", u.id, u.phone, other.id)
		}
		users[u.id], byPhone[u.phone] = u, u
		if u.id < math.MaxInt64 {
			s.NextID = max(s.NextID, u.id+1)
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.users, a.byPhone, a.nextID = users, byPhone, s.NextID
	clear(a.qrCodes)
	a.outbox.clear()
	a.stats.clear()
	a.phones.clear()
	a.oneTouch.clear()
	return nil
}

// RestoreUser brings one user back to a state, whether he is still there or not.
// An error says what is in the way.
func (a *Application) RestoreUser(s UserState) error {
	u, err := a.revive(s)
	if err != nil {
		return fmt.Errorf("user %d: %w", s.ID, err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if other := a.byPhone[u.phone]; other != nil && other.id != u.id {
		return fmt.Errorf("user %d: %s is the phone of user %d now", u.id, u.phone, other.id)
	}
	if old := a.users[u.id]; old != nil {
		delete(a.byPhone, old.phone)
	}
	a.users[u.id], a.byPhone[u.phone] = u, u
	return nil
}

// revive makes a user of a state.
func (a *Application) revive(s UserState) (*User, error) {
	switch {
	case s.ID < 1:
		return nil, errors.New("want a positive number as Authy ID")
	case len(s.Emails) == 0:
		return nil, errors.New("want at least one email")
	case s.LastStep < -1:
		return nil, fmt.Errorf("the last step %d: want -1 or more", s.LastStep)
	case s.LastQRStep < -1:
		return nil, fmt.Errorf("the last step of the other authenticator %d: want -1 or more", s.LastQRStep)
	}
	u := &User{
		app:        a,
		id:         s.ID,
		phone:      s.Phone,
		emails:     slices.Clone(s.Emails),
		secret:     s.Secret,
		confirmed:  s.Confirmed,
		registered: s.Registered,
		suspended:  s.Suspended,
		lastStep:   s.LastStep,
		lastUse:    s.LastUse,
		qrSecret:   s.QRSecret,
		lastQRStep: s.LastQRStep,
		added:      s.Added,
	}
	return u, u.SetSkew(s.Skew)
}

// UserChange is what can be changed of a user; nil leaves it.
type UserChange struct {
	Email     *string
	Secret    *string
	Confirmed *bool
	// Registered and Suspended as in [NewUser].
	Registered *bool
	Suspended  *bool
}

// Change changes a user. With another secret none of his tokens is used yet. An
// error says what was expected; then nothing has changed.
func (u *User) Change(c UserChange) error {
	if c.Email != nil && !ValidEmail(*c.Email) {
		return fmt.Errorf("email %q: want an address such as alice@example.com", *c.Email)
	}
	var secret Secret
	if c.Secret != nil {
		var err error
		if secret, err = ParseSecret(*c.Secret); err != nil {
			return fmt.Errorf("secret: %w", err)
		}
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if c.Email != nil {
		u.emails[0] = *c.Email
	}
	if c.Secret != nil {
		u.secret, u.lastStep, u.lastUse = secret, -1, time.Time{}
	}
	for _, flag := range []struct{ from, to *bool }{
		{c.Confirmed, &u.confirmed},
		{c.Registered, &u.registered},
		{c.Suspended, &u.suspended},
	} {
		if flag.from != nil {
			*flag.to = *flag.from
		}
	}
	return nil
}
