package steps

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/cucumber/godog"
	"golang.org/x/crypto/ssh"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/login"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// The doors, by the names that the features give them.
const (
	doorPassword  = "SSH password"
	doorKeyboard  = "SSH keyboard-interactive"
	doorKey       = "SSH public key"
	doorKeyFirst  = "SSH public key, then keyboard"
	doorFTP       = "FTP"
	doorWebDAV    = "WebDAV"
	doorWebClient = "web client"
	doorREST      = "REST user token"
)

// addDoorSteps adds what is said of the ways to log in, and of who may use which.
func addDoorSteps(sc *godog.ScenarioContext) {
	sc.Given(`^(\S+) may use neither keys, FTP, WebDAV nor the web client$`, hasFilters(stack.SSHWithoutKeys))
	sc.Given(`^(\S+) must show a key first$`, hasFilters(stack.KeyAndKeyboard))
	sc.Given(`^((?:external_auth|check_password)_disabled) is set for (\S+)$`, hasSwitch)

	const (
		door  = `(SSH password|SSH keyboard-interactive|FTP|WebDAV|web client)`
		token = `(the current token|the same token|the next token)`
	)
	sc.Given(`^(\S+) has logged in by `+door+` with `+token+`$`, hasLoggedInByDoor)
	sc.When(`^(\S+) logs in by `+door+` with `+token+`$`, logsInByDoor)
	sc.Then(`^(\S+) gets in$`, gotIn)
	sc.Then(`^a login by (.+) is guarded$`, isGuarded)
	sc.Then(`^a login by (.+) is open$`, isOpen)
	sc.Then(`^a login by (.+) is closed$`, isClosed)
}

func hasFilters(filters stack.Filters) func(context.Context, string) error {
	return func(ctx context.Context, name string) error {
		p, err := of(ctx).person(name)
		if err != nil {
			return err
		}
		p.filters, err = filters.Map()
		return err
	}
}

func hasSwitch(ctx context.Context, which, name string) error {
	p, err := of(ctx).person(name)
	if err != nil {
		return err
	}
	p.filters = map[string]any{"hooks": map[string]any{which: true}}
	return nil
}

// secrets are what a user knows at the moment of a login.
type secrets struct {
	password, token string
}

// enter logs in by a door. The error is nil, [login.ErrRefused], or why the
// login could not be tried.
func (w *world) enter(ctx context.Context, door string, p *person, s secrets) error {
	server, err := w.server(ctx)
	if err != nil {
		return err
	}
	target := login.Server{Address: server.SSH(), HostKey: server.HostKey()}
	switch door {
	case doorPassword:
		return closed(login.Password(ctx, target, p.Username, s.password+s.token))
	case doorKeyboard:
		return closed(login.KeyboardInteractive(ctx, target, p.Username, w.talk(w.replies(s))))
	case doorKey:
		return closed(login.PublicKey(ctx, target, p.Username, p.key))
	case doorKeyFirst:
		return closed(login.KeyAndKeyboard(ctx, target, p.Username, p.key, w.talk(w.replies(s))))
	default:
		return w.enterWithoutSSH(ctx, door, server, p.Username, s.password+s.token)
	}
}

func (w *world) enterWithoutSSH(ctx context.Context, door string, server *sftpgo.Server, username, typed string) error {
	switch door {
	case doorFTP:
		return login.FTP(ctx, server.FTP(), username, typed)
	case doorWebDAV:
		return login.WebDAV(ctx, server.WebDAV(), username, typed)
	case doorWebClient:
		return login.WebClient(ctx, server.Web(), username, typed)
	case doorREST:
		return login.REST(ctx, server.Web(), username, typed)
	default:
		return fmt.Errorf("there is no door %q", door)
	}
}

// replies answer the questions of the server's keyboard-interactive: two of the
// hook, or SFTPGo's own one, into which all is typed.
func (w *world) replies(s secrets) map[string]string {
	if w.setup.Hook.AsksForToken() {
		return map[string]string{"password": s.password, "token": s.token}
	}
	return map[string]string{"password": s.password + s.token}
}

func closed(session *login.Session, err error) error {
	if err != nil {
		return err
	}
	return session.Close()
}

// password is what the server's hook wants to be typed beside the token.
func (w *world) password(p *person) string {
	if w.setup.Hook == stack.TokenOnly {
		return ""
	}
	return p.Password
}

func logsInByDoor(ctx context.Context, name, door, token string) error {
	w := of(ctx)
	p, err := w.person(name)
	if err != nil {
		return err
	}
	if _, err := w.server(ctx); err != nil { // its start takes longer than a token lasts
		return err
	}
	switch token {
	case "the current token":
		p.lastToken, err = w.tokenOf(ctx, p, 0)
	case "the next token":
		p.lastToken, err = w.tokenOf(ctx, p, 1)
	}
	if err != nil {
		return err
	}
	w.refusal = w.enter(ctx, door, p, secrets{w.password(p), p.lastToken})
	if w.refusal != nil && !errors.Is(w.refusal, login.ErrRefused) {
		return fmt.Errorf("log in as %s by %s: %w", p.Username, door, w.refusal)
	}
	w.entered = w.refusal == nil
	return nil
}

func hasLoggedInByDoor(ctx context.Context, name, door, token string) error {
	return errors.Join(logsInByDoor(ctx, name, door, token), gotIn(ctx, name))
}

func gotIn(ctx context.Context, name string) error {
	if !of(ctx).entered {
		return fmt.Errorf("%s is not in: %w", name, of(ctx).refusal)
	}
	return nil
}

// isGuarded tries what must not be enough, and then what must be. The token of
// that is the last to be looked up: the tries before take their time.
func isGuarded(ctx context.Context, door string) error {
	w := of(ctx)
	p, err := w.only()
	if err != nil {
		return err
	}
	if err := w.tryDoor(ctx, door, p, secrets{p.Password, ""}, login.ErrRefused, 0); err != nil {
		return fmt.Errorf("%s with the password alone: %w", door, err)
	}
	wrong, err := w.wrongToken(ctx, p)
	if err != nil {
		return err
	}
	if err := w.tryDoor(ctx, door, p, secrets{w.password(p), wrong}, login.ErrRefused, 1); err != nil {
		return fmt.Errorf("%s with a wrong token: %w", door, err)
	}
	current, err := w.tokenOf(ctx, p, 0)
	if err != nil {
		return err
	}
	if err := w.tryDoor(ctx, door, p, secrets{w.password(p), current}, nil, 1); err != nil {
		return fmt.Errorf("%s with the current token: %w", door, err)
	}
	return nil
}

func isOpen(ctx context.Context, door string) error {
	w := of(ctx)
	p, err := w.only()
	if err != nil {
		return err
	}
	return w.tryDoor(ctx, door, p, secrets{p.Password, ""}, nil, 0)
}

// isClosed does not care whether Authy was asked: SFTPGo asks its hooks before
// it looks whether the user may use the door.
func isClosed(ctx context.Context, door string) error {
	w := of(ctx)
	p, err := w.only()
	if err != nil {
		return err
	}
	if _, err := w.server(ctx); err != nil { // its start takes longer than a token lasts
		return err
	}
	for step, password := range []string{p.Password, ""} {
		token, err := w.tokenOf(ctx, p, int64(step))
		if err != nil {
			return err
		}
		for _, s := range []secrets{{p.Password, ""}, {password, token}} {
			if err := w.enter(ctx, door, p, s); !errors.Is(err, login.ErrRefused) {
				return fmt.Errorf("%s with password %t and token %t: got %w, want a refusal", door, s.password != "", s.token != "", orIn(err))
			}
		}
	}
	return nil
}

var errIn = errors.New("a login that was let in")

func orIn(err error) error {
	if err == nil {
		return errIn
	}
	return err
}

// tryDoor wants the login to come to this end, with so many questions to Authy.
func (w *world) tryDoor(ctx context.Context, door string, p *person, s secrets, want error, asked int) error {
	about := control.Filter{AuthyID: p.AuthyID}
	before, err := w.stack.Mock.Requests(ctx, about)
	if err != nil {
		return err
	}
	if err := w.enter(ctx, door, p, s); !errors.Is(err, want) {
		return fmt.Errorf("got %w, want %w", orIn(err), orIn(want))
	}
	after, err := w.stack.Mock.Requests(ctx, about)
	if err != nil {
		return err
	}
	if got := len(after) - len(before); got != asked {
		return fmt.Errorf("%d requests to Authy, want %d", got, asked)
	}
	return nil
}

// only is the one user of the scenario.
func (w *world) only() (*person, error) {
	for _, p := range w.people {
		if len(w.people) == 1 {
			return p, nil
		}
	}
	return nil, fmt.Errorf("the scenario has %d users, want one", len(w.people))
}

// newKey is a key of a user.
func newKey() (ssh.Signer, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	return ssh.NewSignerFromKey(private)
}
