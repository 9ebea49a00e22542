package mockauthy

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/fault"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/world"
)

// Application is an application as it is told to the mock: by
// [WithApplications], or in a seed file, whose keys are the yaml names.
type Application struct {
	// Name, Plan and ID are what Authy's app/details tells. Without an ID the
	// applications are counted from 1.
	Name string `yaml:"name"`
	Plan string `yaml:"plan"`
	ID   int64  `yaml:"app_id"`
	// APIKey is what clients send to be this application.
	APIKey string `yaml:"api_key"`
	// NoSMS, NoPhoneCalls and NoOneTouch take an addon away from it.
	NoSMS        bool `yaml:"no_sms"`
	NoPhoneCalls bool `yaml:"no_phone_calls"`
	NoOneTouch   bool `yaml:"no_onetouch"`
	// Suspended says that Twilio has suspended the account.
	Suspended bool `yaml:"suspended"`
	// Sandbox makes it one of Authy's sandbox, which was shut down in 2021: every
	// user is confirmed, and the token 0000000 is right for any Authy ID, again
	// and again, and no other is.
	Sandbox bool `yaml:"sandbox"`
	// LenientPaths unescapes and cleans a path before it is routed, as the real
	// server did in 2015: so a client can be shown to be injectable.
	LenientPaths bool `yaml:"lenient_paths"`
	// CustomCodes allows the caller of phones/verification/start to choose the
	// code.
	CustomCodes bool `yaml:"custom_codes"`
	// CallbackURL hears, by a signed request, what becomes of OneTouch requests.
	// CallbackMethod is POST, which "" stands for, or GET.
	CallbackURL    string `yaml:"callback_url"`
	CallbackMethod string `yaml:"callback_method"`
	// AttemptsPerHour is how often a token of one user may be verified in an
	// hour, after which Authy answers 429; 0 is without a limit. Authy has one,
	// whose number is not known.
	AttemptsPerHour int `yaml:"attempts_per_hour"`
	// Tokens is what its tokens are like.
	Tokens Tokens `yaml:"tokens"`
	// Users it has from the start.
	Users []User `yaml:"users"`

	at position
}

// Tokens is what an application's tokens are like. What is left out is as in
// Authy's own apps.
type Tokens struct {
	// Digits of a token: 6, 7 or 8. 0 stands for 7.
	Digits int `yaml:"digits"`
	// Step is for how long a token is the current one, in whole seconds. 0
	// stands for 10 s.
	Step time.Duration `yaml:"step"`
	// Window is how many steps before and after the current one are accepted
	// too, at most 60. nil stands for 1, which is the mock's choice: Authy's
	// own window is not known.
	Window *int `yaml:"window"`
}

// User is a user as it is told to the mock.
type User struct {
	// AuthyID is the number that Authy calls the user by. 0 asks for the next
	// free one, from 1000 on, that no other user of the application has chosen.
	AuthyID int64 `yaml:"authy_id"`
	// Email, Cellphone and CountryCode are checked as by Authy's users/new; the
	// last two together are what Authy knows a user by.
	Email       string `yaml:"email"`
	Cellphone   string `yaml:"cellphone"`
	CountryCode int    `yaml:"country_code"`
	// Secret is what the tokens are made from, in base32 as in an otpauth
	// link, at least 80 bits. "" asks for a random one.
	Secret string `yaml:"secret"`
	// Confirmed says that the user has verified a token before. Until then
	// Authy accepts any token, unless it is asked with force=true.
	Confirmed bool `yaml:"confirmed"`
	// Registered says that the user has Authy's app. Then Authy sends SMS and
	// calls only if it is forced to.
	Registered bool `yaml:"registered"`
	// Suspended says that the user's account is disabled.
	Suspended bool `yaml:"suspended"`
	// Fault befalls every verification of the user's tokens: the name of one of
	// the control API's faults that needs no parameters, such as hang-up.
	Fault string `yaml:"fault"`

	at position
}

// position is where in a seed file something stands, for errors.
type position struct {
	file string
	line int
}

// prefix is what an error about the position begins with.
func (p position) prefix() string {
	if p.line == 0 {
		return ""
	}
	return p.file + ":" + strconv.Itoa(p.line) + ": "
}

// ReadyMade is the application that a server knows which was told of none. Its
// key is the one in the requests of Authy's old documentation, so that these
// work when they are pasted. It has one user, with the Authy ID 1000.
func ReadyMade() Application {
	return Application{
		Name:   "Authy Docs",
		Plan:   "starter",
		APIKey: "d57d919d11e6b221c9bf6f7c882028f9",
		Users: []User{{
			AuthyID:     1000,
			Email:       "alice@example.com",
			Cellphone:   "201-555-0123",
			CountryCode: 1,
			Secret:      "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
			Confirmed:   true,
		}},
	}
}

// populate makes the worlds of the applications.
func populate(clock authy.Clock, applications []Application) (*world.Worlds, error) {
	worlds := world.New(clock)
	for _, a := range applications {
		w, err := worlds.Add(a.settings())
		if err != nil {
			return nil, fmt.Errorf("%sapplication %q: %w", a.at.prefix(), a.Name, err)
		}
		for _, u := range a.numbered() {
			if err := u.addTo(w); err != nil {
				return nil, fmt.Errorf("%suser %q of the application %q: %w", u.at.prefix(), u.Email, a.Name, err)
			}
		}
		w.Seeded()
	}
	return worlds, nil
}

// numbered are the users with the Authy IDs that they get: who has chosen none
// gets the next one that nobody has, nor has chosen further down.
func (a Application) numbered() []User {
	chosen := map[int64]bool{}
	for _, u := range a.Users {
		chosen[u.AuthyID] = true
	}
	users := slices.Clone(a.Users)
	next := int64(authy.FirstAuthyID)
	for i, u := range users {
		if u.AuthyID == 0 {
			for chosen[next] {
				next++
			}
			users[i].AuthyID = next
		}
		next = max(next, users[i].AuthyID+1)
	}
	return users
}

func (u User) addTo(w *world.World) error {
	n, err := u.form().Check()
	if err != nil {
		return err
	}
	added, err := w.Application.AddUser(n)
	if err != nil || u.Fault == "" {
		return err
	}
	_, err = w.Faults.Add(fault.Rule{Name: u.Fault, Endpoint: "verify", AuthyID: added.ID()})
	return err
}

func (a Application) settings() authy.Settings {
	format := authy.TokenFormat{Digits: a.Tokens.Digits, Step: a.Tokens.Step, Window: authy.NativeFormat().Window}
	if a.Tokens.Window != nil {
		format.Window = *a.Tokens.Window
	}
	return authy.Settings{
		Name:              a.Name,
		Plan:              a.Plan,
		ID:                a.ID,
		APIKey:            a.APIKey,
		SMSEnabled:        !a.NoSMS,
		PhoneCallsEnabled: !a.NoPhoneCalls,
		OneTouchEnabled:   !a.NoOneTouch,
		Suspended:         a.Suspended,
		Sandbox:           a.Sandbox,
		LenientPaths:      a.LenientPaths,
		CustomCodes:       a.CustomCodes,
		CallbackURL:       a.CallbackURL,
		CallbackMethod:    a.CallbackMethod,
		AttemptsPerHour:   a.AttemptsPerHour,
		Tokens:            format,
	}
}

func (u User) form() authy.UserForm {
	return authy.UserForm{
		ID:          u.AuthyID,
		Email:       u.Email,
		Cellphone:   u.Cellphone,
		CountryCode: u.CountryCode,
		Secret:      u.Secret,
		Confirmed:   u.Confirmed,
		Registered:  u.Registered,
		Suspended:   u.Suspended,
	}
}
