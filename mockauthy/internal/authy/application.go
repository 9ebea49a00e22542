package authy

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"
)

// FirstAuthyID is the Authy ID of the first user that gets none from its
// maker: the one in the answers of Authy's own documentation.
const FirstAuthyID = 1000

// Settings of an application, as Authy's dashboard has them.
type Settings struct {
	// Name, Plan and ID are what app/details tells of the application.
	Name, Plan string
	ID         int64
	// APIKey is what the clients of the application send.
	APIKey string
	// SMSEnabled, PhoneCallsEnabled and OneTouchEnabled are the addons.
	SMSEnabled, PhoneCallsEnabled, OneTouchEnabled bool
	// Suspended says that Twilio has suspended the account.
	Suspended bool
	// Sandbox makes it one of the sandbox that was shut down in 2021: every user
	// is confirmed, and the token 0000000 is right for any Authy ID, again and
	// again, and no other is.
	Sandbox bool
	// LenientPaths unescapes and cleans a path before it is routed, as the real
	// server did in 2015: so a client can be shown to be injectable.
	LenientPaths bool
	// CustomCodes allows the caller of phones/verification/start to choose the
	// code.
	CustomCodes bool
	// CallbackURL hears what becomes of OneTouch requests; "" is nobody.
	// CallbackMethod is POST, which "" stands for, or GET.
	CallbackURL, CallbackMethod string
	// AttemptsPerHour is how often a token of one user may be verified in an
	// hour; 0 is without a limit. Authy has one, whose number is not known.
	AttemptsPerHour int
	// Tokens is the format of the application's tokens. Zero digits and a zero
	// step mean those of [NativeFormat].
	Tokens TokenFormat
}

// Application is what Authy knows under one API key.
type Application struct {
	settings Settings
	clock    Clock

	outbox   outbox
	stats    stats
	phones   phones
	oneTouch oneTouch

	mu      sync.RWMutex
	users   map[int64]*User
	byPhone map[Phone]*User
	ordered []*User // by Authy ID; nil where somebody was added or deleted since
	nextID  int64
	qrCodes map[string]string

	unkept unkept
}

// Clock tells the time. All that depends on time asks it.
type Clock func() time.Time

// NewApplication makes an application without users.
func NewApplication(clock Clock, s Settings) (*Application, error) {
	if s.APIKey == "" {
		return nil, errors.New("no API key: want the one that its clients send")
	}
	s.Tokens = s.Tokens.withDefaults()
	if err := s.Tokens.validate(); err != nil {
		return nil, err
	}
	if err := s.validateCallback(); err != nil {
		return nil, err
	}
	if s.AttemptsPerHour < 0 {
		return nil, fmt.Errorf("%d attempts per hour: want a positive number, or 0 for no limit", s.AttemptsPerHour)
	}
	return &Application{
		settings: s,
		clock:    clock,
		users:    make(map[int64]*User),
		byPhone:  make(map[Phone]*User),
		nextID:   FirstAuthyID,
		qrCodes:  make(map[string]string),
	}, nil
}

func (s Settings) validateCallback() error {
	if m := s.CallbackMethod; m != "" && m != http.MethodPost && m != http.MethodGet {
		return fmt.Errorf("the callback method %q: want POST or GET", m)
	}
	if s.CallbackURL == "" {
		return nil
	}
	u, err := url.Parse(s.CallbackURL)
	if err != nil || u.Host == "" || u.RawQuery != "" || (u.Scheme != "http" && u.Scheme != "https") {
		return fmt.Errorf("the callback URL %q: want http or https, a host, and no query", s.CallbackURL)
	}
	return nil
}

// Settings are those that the application was made with, its defaults filled
// in.
func (a *Application) Settings() Settings {
	return a.settings
}

// NewUser is what it takes to add a user.
type NewUser struct {
	// ID is the Authy ID; 0 asks for the next free one.
	ID    int64
	Email string
	Phone Phone
	// Secret is what the tokens are made from; "" asks for a random one.
	Secret Secret
	// Confirmed says that the user has verified a token before.
	Confirmed bool
	// Registered says that the user has Authy's app.
	Registered bool
	// Suspended says that the user's account is disabled.
	Suspended bool
}

// FindOrAddUser is what Authy does of a new user: "User is matched based on
// cellphone and country code not e-mail. Creating the same user twice will return
// the same user id" (Authy's client documentation). A second e-mail is stored
// beside the first.
func (a *Application) FindOrAddUser(email string, phone Phone) (*User, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if u, ok := a.byPhone[phone]; ok {
		u.addEmail(email)
		return u, nil
	}
	return a.add(NewUser{Email: email, Phone: phone})
}

// AddUser adds a user whose phone nobody has yet.
func (a *Application) AddUser(n NewUser) (*User, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if u, ok := a.byPhone[n.Phone]; ok {
		return nil, fmt.Errorf("%s is the phone of user %d already", n.Phone, u.id)
	}
	return a.add(n)
}

func (a *Application) add(n NewUser) (*User, error) {
	if n.ID < 0 {
		return nil, fmt.Errorf("the Authy ID %d: want a positive number", n.ID)
	}
	if n.ID == 0 {
		n.ID = a.nextID
	}
	if _, taken := a.users[n.ID]; taken {
		return nil, fmt.Errorf("the Authy ID %d is another user's already", n.ID)
	}
	if n.Secret == "" {
		n.Secret = NewSecret()
	}
	u := &User{
		app:        a,
		id:         n.ID,
		phone:      n.Phone,
		added:      a.clock(),
		emails:     []string{n.Email},
		secret:     n.Secret,
		confirmed:  n.Confirmed || a.settings.Sandbox,
		registered: n.Registered,
		suspended:  n.Suspended,
		lastStep:   -1,
		lastQRStep: -1,
	}
	a.stats.count(u.added, func(m *Month) { m.Users++ })
	a.users[u.id] = u
	a.byPhone[u.phone] = u
	a.ordered = nil
	a.nextID = max(a.nextID, u.id+1)
	a.unkept.user(u.id)
	return u, nil
}

// User is the user with that Authy ID, or nil.
func (a *Application) User(id int64) *User {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.users[id]
}

// Delete removes a user. Authy takes a day for it; the mock does it at once.
func (a *Application) Delete(u *User) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.users[u.id] != u {
		return // somebody else was faster, and ID and phone may be another user's
	}
	delete(a.users, u.id)
	a.ordered = nil
	delete(a.byPhone, u.phone)
	delete(a.qrCodes, u.qrCode().ID)
	a.unkept.user(u.id)
}

// CountUsers is how many users there are.
func (a *Application) CountUsers() int {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return len(a.users)
}

// Users are all users, by Authy ID.
func (a *Application) Users() []*User {
	a.mu.RLock()
	users := slices.Clone(a.ordered)
	a.mu.RUnlock()
	if users != nil {
		return users
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ordered = slices.SortedFunc(maps.Values(a.users), func(x, y *User) int { return cmp.Compare(x.id, y.id) })
	return slices.Clone(a.ordered)
}
