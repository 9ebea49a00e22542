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
	// QR is the code that carries QRSecret.
	QR QRCode
	// Codes were sent to the user and may still be verified.
	Codes []SentCode
	// Attempts are when tokens were verified in the last hour, where the
	// application counts them.
	Attempts []time.Time
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
		QR:         u.qr,
		Codes:      slices.Clone(u.codes),
		Attempts:   slices.Clone(u.attempts),
		Added:      u.added,
	}
}

// Restore brings all users back to a state; who is not in it is gone, and so is
// what has happened since: messages, OneTouch requests, verifications of phones,
// statistics. An error says what is wrong with the state; then nothing
// has changed.
func (a *Application) Restore(s State) error {
	if s.NextID < 1 {
		return fmt.Errorf("the next Authy ID %d: want a positive number", s.NextID)
	}
	users, byPhone, qrCodes := make(map[int64]*User), make(map[Phone]*User), make(map[string]string)
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
		if u.qr.ID != "" {
			qrCodes[u.qr.ID] = u.qr.URI
		}
		if u.id < math.MaxInt64 {
			s.NextID = max(s.NextID, u.id+1)
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.users, a.byPhone, a.qrCodes, a.nextID = users, byPhone, qrCodes, s.NextID
	a.ordered = nil
	a.unkept.everyone()
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
		delete(a.qrCodes, old.qrCode().ID)
	}
	a.users[u.id], a.byPhone[u.phone] = u, u
	a.ordered = nil
	if u.qr.ID != "" {
		a.qrCodes[u.qr.ID] = u.qr.URI
	}
	a.unkept.user(u.id)
	return nil
}

// revive makes a user of a state.
func (a *Application) revive(s UserState) (*User, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	return &User{
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
		qr:         s.QR,
		skew:       s.Skew,
		codes:      slices.Clone(s.Codes),
		attempts:   slices.Clone(s.Attempts),
		added:      s.Added,
	}, nil
}

// check tells what is wrong with a state. A file that is damaged must not become
// a user whose token nobody can make.
func (s UserState) check() error {
	switch {
	case s.ID < 1:
		return errors.New("want a positive number as Authy ID")
	case len(s.Emails) == 0:
		return errors.New("want at least one email")
	case s.LastStep < -1:
		return fmt.Errorf("the last step %d: want -1 or more", s.LastStep)
	case s.LastQRStep < -1:
		return fmt.Errorf("the last step of the other authenticator %d: want -1 or more", s.LastQRStep)
	}
	for _, email := range s.Emails {
		n, err := UserForm{ID: s.ID, Email: email, Cellphone: s.Phone.Number, CountryCode: s.Phone.CountryCode}.Check()
		if err != nil {
			return err
		}
		if n.Phone != s.Phone {
			return fmt.Errorf("cellphone %q: want digits only", s.Phone.Number)
		}
	}
	if err := s.Secret.check(); err != nil {
		return fmt.Errorf("secret: %w", err)
	}
	if s.QRSecret != "" {
		if err := s.QRSecret.check(); err != nil {
			return fmt.Errorf("secret of the other authenticator: %w", err)
		}
	}
	return checkSkew(s.Skew)
}
