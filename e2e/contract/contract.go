// Package contract calls a hook exactly as SFTPGo does, and decides from its
// answer what SFTPGo decides, without any server: a login takes milliseconds.
//
// It is a second SFTPGo only as far as the login hooks are concerned. What it
// does is taken from SFTPGo 2.7.5, whose functions are named where they matter;
// the scenarios of features/behaviour run on both, so that the two cannot part.
package contract

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/mock"
)

// The time that SFTPGo gives to a hook where its settings do not say otherwise
// (command.timeout, http.timeout).
const (
	ProgramTimeout = 30 * time.Second
	HTTPTimeout    = 20 * time.Second
)

// Options are how to call a hook.
type Options struct {
	// Listen is where the mock Authy listens, HOST:PORT, for a hook over HTTP, which
	// has to be told before. A program is told by its environment.
	Listen string
	// Timeout after which SFTPGo gives the hook up; 0 stands for SFTPGo's own.
	Timeout time.Duration
}

// Driver calls one hook. It has to be closed.
type Driver struct {
	hook    driver.Hook
	timeout time.Duration
	folder  string
	mocks   []*mock.Mock
	places  places

	transport *http.Transport // to a hook over HTTP
}

// programsAtOnce is how many scenarios run side by side with a program. They wait
// more than they work.
const programsAtOnce = 24

// Start makes the driver of a hook.
func Start(ctx context.Context, hook driver.Hook, options Options) (*Driver, error) {
	if err := hook.Check(); err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "hookcheck-")
	if err != nil {
		return nil, err
	}
	d := &Driver{hook: hook, timeout: options.timeout(hook), folder: folder}
	d.transport = &http.Transport{Proxy: http.ProxyFromEnvironment}
	if hook.URL != "" {
		err = d.openShared(ctx, options.Listen)
	} else {
		err = d.openOwn(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (o Options) timeout(hook driver.Hook) time.Duration {
	switch {
	case o.Timeout != 0:
		return o.Timeout
	case hook.URL != "":
		return HTTPTimeout
	default:
		return ProgramTimeout
	}
}

// openOwn gives each place a mock of its own: a program gets the address with
// each login.
func (d *Driver) openOwn(ctx context.Context) error {
	for range programsAtOnce {
		p := &place{events: &events{}, users: d.hook.Users}
		if err := d.startMock(ctx, "127.0.0.1:0", p); err != nil {
			return err
		}
		p.alone = true
		d.places.add(p)
	}
	return nil
}

// usersEach is how many users of the hook a scenario needs at most.
const usersEach = 2

// openShared lets all places have one mock, since a service knows one address.
// Each has users of its own.
func (d *Driver) openShared(ctx context.Context, listen string) error {
	if listen == "" {
		listen = "127.0.0.1:0"
	}
	first := &place{events: &events{}, users: d.hook.Users[:min(usersEach, len(d.hook.Users))]}
	if err := d.startMock(ctx, listen, first); err != nil {
		return err
	}
	d.places.add(first)
	for users := range slices.Chunk(d.hook.Users[len(first.users):], usersEach) {
		d.places.add(&place{mock: first.mock, events: &events{}, users: users})
	}
	return nil
}

// startMock gives the place a mock, whose requests become events of the place.
func (d *Driver) startMock(ctx context.Context, listen string, p *place) (err error) {
	ids := make([]int64, 0, len(d.hook.Users))
	for _, user := range d.hook.Users {
		ids = append(ids, user.AuthyID)
	}
	p.mock, err = mock.Start(ctx, mock.Settings{
		Listen: listen, APIKey: d.hook.APIKey, Digits: d.hook.Digits, AuthyIDs: ids,
		Log: slog.New(&journal{driver: d, own: p.events}),
	})
	if err != nil {
		return err
	}
	p.caFile = filepath.Join(d.folder, fmt.Sprintf("ca-%d.pem", len(d.mocks)))
	d.mocks = append(d.mocks, p.mock)
	return os.WriteFile(p.caFile, p.mock.CA, 0o600)
}

// AtOnce is how many scenarios can run side by side.
func (d *Driver) AtOnce() int { return d.places.count() }

// AuthyURL is where a hook over HTTP finds the mock.
func (d *Driver) AuthyURL() string { return d.mocks[0].URL }

// Site implements [driver.Driver].
func (d *Driver) Site(ctx context.Context) (driver.Site, error) {
	p, err := d.places.take(ctx)
	if err != nil {
		return nil, err
	}
	return d.enter(ctx, p)
}

// Close ends the mocks.
func (d *Driver) Close() error {
	d.transport.CloseIdleConnections()
	var err error
	for _, m := range d.mocks {
		err = errors.Join(err, m.Close())
	}
	return errors.Join(err, os.RemoveAll(d.folder))
}
