// Package driver says how logins reach a hook. The scenarios know this package
// only, so that the same ones run straight against the contract between SFTPGo
// and its hooks (package contract), and through real SFTPGo.
package driver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// Kind is one of SFTPGo's login hooks, in the words of its documentation.
type Kind string

// The kinds of hooks.
const (
	KeyboardInteractive Kind = "keyboard-interactive"
	ExternalAuth        Kind = "external-auth"
	CheckPassword       Kind = "check-password"
)

// Kinds are all of them.
func Kinds() []Kind { return []Kind{KeyboardInteractive, ExternalAuth, CheckPassword} }

// Check tells whether there is such a kind.
func (k Kind) Check() error {
	if !slices.Contains(Kinds(), k) {
		return fmt.Errorf("kind %q: want %s, %s or %s", k, KeyboardInteractive, ExternalAuth, CheckPassword)
	}
	return nil
}

// Protocol is one that a client logs in by, in the words of SFTPGo's hooks.
type Protocol string

// The protocols.
const (
	SSH    Protocol = "SSH"
	FTP    Protocol = "FTP"
	WebDAV Protocol = "DAV"
	HTTP   Protocol = "HTTP"
)

// Person is somebody who logs in.
type Person struct {
	// Username on SFTPGo.
	Username string
	// Password that SFTPGo has stored for the user.
	Password string
	// AuthyID at the mock; 0 is none.
	AuthyID int64
}

// Driver gives each scenario a site.
type Driver interface {
	// Hook is the one that is tested.
	Hook() Hook
	// AtOnce is how many scenarios can run side by side.
	AtOnce() int
	// SeesStandardError tells whether [Site.Written] has what a program writes to
	// standard error. Where it has not, the rules about it say nothing.
	SeesStandardError() bool
	// Site waits until a site is free, and takes it. An error says that there is
	// none to be had.
	Site(ctx context.Context) (Site, error)
}

// Site is where one scenario takes place: a mock Authy, people whom no other
// scenario takes meanwhile, and SFTPGo, or what stands in for it.
type Site interface {
	// Kind of the hook.
	Kind() Kind
	// APIKey is what the hook sends to Authy.
	APIKey() string
	// Authy is the control API of the mock that the hook asks.
	Authy() *control.Client
	// Requests are those that Authy was asked about somebody since the scenario
	// began, wherever in them the Authy ID is.
	Requests(ctx context.Context, authyID int64) ([]control.Request, error)
	// NewPerson is somebody with an Authy ID whom the hook knows, another one at
	// each call; [ErrNobodyElse] after the last.
	NewPerson(ctx context.Context) (Person, error)
	// NewForeigner is somebody with an Authy ID of the same application whom the
	// hook does not know.
	NewForeigner(ctx context.Context) (Person, error)
	// NewStranger is somebody without an Authy ID, whom the hook does not know.
	NewStranger(ctx context.Context) (Person, error)
	// AuthyDown lets the hook find nobody at Authy's address from now on.
	AuthyDown(ctx context.Context) error
	// AddUser makes the user known to SFTPGo.
	AddUser(ctx context.Context, user sftpgo.User) error
	// UserRecord is all that SFTPGo knows of a user, as its REST API tells it.
	UserRecord(ctx context.Context, username string) (map[string]any, error)
	// LogIn tries a login. A refusal is no error: an error says that the login
	// could not be tried.
	LogIn(ctx context.Context, login Login) (Result, error)
	// Written is what hook and SFTPGo have written about the site's logins for
	// people to read: standard error, logs. It is not redacted.
	Written(ctx context.Context) (string, error)
	// Events are what happened, in order of time. They are not redacted.
	Events() []Event
	// Leave gives the site back. Nothing of the scenario is left there.
	Leave(ctx context.Context) error
}

// Login is an attempt to log in.
type Login struct {
	Username string
	// Protocol; "" is SSH.
	Protocol Protocol
	// Keyboard lets the client log in by SSH's keyboard-interactive, although it is
	// not this that the hook stands at.
	Keyboard bool
	// Password is typed into the one field that the client has.
	Password string
	// Reply answers a question of keyboard-interactive.
	Reply func(Question) (string, error)
}

// ErrNobodyElse says that the hook knows no more users.
var ErrNobodyElse = errors.New("there is no other user whom the hook knows")

// ErrHangUp is what Reply returns for a client that ends the connection instead
// of answering.
var ErrHangUp = errors.New("the client hangs up")

// Question is one of keyboard-interactive.
type Question struct {
	// Text that the user sees.
	Text string
	// Echo shows the answer on the screen.
	Echo bool
}

// Result is what came of a login.
type Result struct {
	// In is the name of the user that was let in; "" is a refusal.
	In string
	// Useless says what did not work for a user who was let in; "" is nothing.
	Useless string
	// Questions that were asked by keyboard-interactive.
	Questions []Question
	// Took is how long it was until the client knew.
	Took time.Duration
}

// Event is something that happened during a scenario.
type Event struct {
	Time time.Time
	// Who did it.
	Who Actor
	// What was done, in one or more lines.
	What string
}

// Actor is who does something in a scenario.
type Actor string

// The actors.
const (
	ByClient Actor = "client"
	BySFTPGo Actor = "SFTPGo"
	ByHook   Actor = "hook"
	ByAuthy  Actor = "Authy"
)
