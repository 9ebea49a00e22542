package answers

import (
	"context"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stubhook"
)

// Site is where one scenario takes place: SFTPGo, or what stands in for it, with
// the stub hook.
type Site interface {
	// UseHook says of which kind the hook is. [godog.ErrSkip] leaves the scenario out.
	UseHook(ctx context.Context, kind driver.Kind) error
	// AddStranger gives a name in the scenario to somebody whom SFTPGo knows and no
	// hook does.
	AddStranger(name string)
	// User is how SFTPGo gets the one of that name, with the password.
	User(name string) (sftpgo.User, error)
	// UnknownUser is somebody whom SFTPGo does not know, another one at each call.
	UnknownUser() sftpgo.User
	// Tell tells the hook what to do when the user logs in.
	Tell(ctx context.Context, username string, answer stubhook.Answer) error
	// LogIn types the password where the hook wants it. A refusal is no error: an
	// error says that the login could not be tried.
	LogIn(ctx context.Context, username, password string) (in bool, err error)
	// Records are all that SFTPGo knew of the one of that name before the first
	// login, and what it knows now.
	Records(ctx context.Context, name string) (before, now map[string]any, err error)
}
