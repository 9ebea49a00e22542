// Package mock runs a mock Authy in this process, for hooks that run on this
// machine too. It is the only place of the suite that knows the mock as a
// library; whoever uses the mock does so by its control API.
package mock

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"sync"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// Settings are what a mock is to be like.
type Settings struct {
	// Listen is the address to listen on, HOST:PORT; port 0 takes any free one.
	Listen string
	// APIKey of the application that the hook is.
	APIKey string
	// Digits of a token; 0 stands for Authy's own 7.
	Digits int
	// AuthyIDs of the users there are, each another number.
	AuthyIDs []int64
	// ControlToken is what the control API wants of each request; "" leaves it open
	// to whoever reaches the mock.
	ControlToken string
	// Log hears of each request.
	Log *slog.Logger `json:"-"`
}

// For are the settings of a mock for a hook.
func For(hook driver.Hook, listen string, log *slog.Logger) Settings {
	s := Settings{Listen: listen, APIKey: hook.APIKey, Digits: hook.Digits, Log: log}
	for _, user := range hook.Users {
		s.AuthyIDs = append(s.AuthyIDs, user.AuthyID)
	}
	return s
}

// Mock is a running one.
type Mock struct {
	// URL is where the hook finds it, as Authy's API and as its HTTP proxy.
	URL string
	// CA is the certificate of its authority, in PEM.
	CA []byte
	// Control is its control API, which can also be reached while it is down.
	Control *control.Client

	server  *mockauthy.Server
	address string

	mu   sync.Mutex
	stop func() error // nil while it is down
}

// email and cellphone are what Authy knows people by. Nobody ever sees them.
const (
	email       = "somebody@example.com"
	countryCode = 1
)

// attemptsPerHour is how many tokens of a user Authy takes in an hour. The rules of
// brute force name it.
const attemptsPerHour = 10

func cellphone(n int64) string { return fmt.Sprintf("301555%04d", n%10000) }

// Start starts a mock, which has to be closed.
func Start(ctx context.Context, settings Settings) (*Mock, error) {
	app := mockauthy.Application{
		Name: "hookcheck", APIKey: settings.APIKey, Tokens: mockauthy.Tokens{Digits: settings.Digits},
		AttemptsPerHour: attemptsPerHour,
	}
	for n, id := range settings.AuthyIDs {
		app.Users = append(app.Users, mockauthy.User{
			AuthyID: id, Email: email, Cellphone: cellphone(int64(n)), CountryCode: countryCode, Confirmed: true,
		})
	}
	options := []mockauthy.Option{mockauthy.WithApplications(app), mockauthy.WithLogger(settings.Log)}
	if settings.ControlToken != "" {
		options = append(options, mockauthy.WithControlToken(settings.ControlToken))
	}
	server, err := mockauthy.New(options...)
	if err != nil {
		return nil, err
	}
	m := &Mock{CA: server.CA(), server: server, address: settings.Listen}
	if err := m.Up(ctx); err != nil {
		return nil, err
	}
	m.Control, err = control.New(m.URL, control.WithAPIKey(settings.APIKey), control.WithToken(settings.ControlToken), control.WithHTTPClient(server.Client()))
	if err != nil {
		return nil, fmt.Errorf("control API of the mock: %w", err)
	}
	return m, nil
}

// AddForeigner adds a user whom no hook knows to a mock, and returns the Authy ID.
func AddForeigner(ctx context.Context, m *control.Client) (int64, error) {
	users, err := m.Users(ctx)
	if err != nil {
		return 0, err
	}
	added, err := m.AddUser(ctx, control.NewUser{
		Email: email, Cellphone: cellphone(int64(len(users))), CountryCode: countryCode, Confirmed: true,
	})
	return added.AuthyID, err
}

// Up lets the mock listen, if it does not. It comes back to the same address.
func (m *Mock) Up(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stop != nil {
		return nil
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", m.address)
	if err != nil {
		return fmt.Errorf("listen for the hook's requests to Authy: %w", err)
	}
	m.address = l.Addr().String()
	m.URL = "http://" + m.address
	serving, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- m.server.Serve(serving, l) }()
	m.stop = func() error {
		cancel()
		return <-ended
	}
	return nil
}

// Down lets nobody find the mock until it is up again.
func (m *Mock) Down() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stop == nil {
		return nil
	}
	err := m.stop()
	m.stop = nil
	return err
}

// Close ends the mock.
func (m *Mock) Close() error { return m.Down() }
