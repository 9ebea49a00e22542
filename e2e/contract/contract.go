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
	"os"
	"path/filepath"
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
	places  []*place
	free    chan *place
}

// place is a mock and the people whom the hook knows. One scenario at a time
// takes it.
type place struct {
	mock   *mock.Mock
	caFile string
	events *events
	next   int // of the users
}

// programsAtOnce is how many scenarios can run side by side. A program gets the
// address of the mock with each login, so that there can be many; a service knows
// one.
const programsAtOnce = 8

// Start makes the driver of a hook.
func Start(ctx context.Context, hook driver.Hook, options Options) (*Driver, error) {
	if err := hook.Check(); err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "hookcheck-")
	if err != nil {
		return nil, err
	}
	d := &Driver{hook: hook, timeout: options.timeout(hook), folder: folder, free: make(chan *place, programsAtOnce)}
	for range d.AtOnce() {
		p, err := d.newPlace(ctx, options.listen(hook))
		if err != nil {
			return nil, errors.Join(err, d.Close())
		}
		d.places = append(d.places, p)
		d.free <- p
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

func (o Options) listen(hook driver.Hook) string {
	if hook.URL != "" && o.Listen != "" {
		return o.Listen
	}
	return "127.0.0.1:0"
}

// AtOnce is how many scenarios can run side by side.
func (d *Driver) AtOnce() int {
	if d.hook.URL != "" {
		return 1
	}
	return programsAtOnce
}

// AuthyURL is where a hook over HTTP finds the mock.
func (d *Driver) AuthyURL() string { return d.places[0].mock.URL }

func (d *Driver) newPlace(ctx context.Context, listen string) (*place, error) {
	p := &place{events: &events{}}
	ids := make([]int64, 0, len(d.hook.Users))
	for _, user := range d.hook.Users {
		ids = append(ids, user.AuthyID)
	}
	var err error
	p.mock, err = mock.Start(ctx, mock.Settings{
		Listen: listen, APIKey: d.hook.APIKey, Digits: d.hook.Digits, AuthyIDs: ids,
		Log: slog.New(&journal{events: p.events}),
	})
	if err != nil {
		return nil, err
	}
	p.caFile = filepath.Join(d.folder, fmt.Sprintf("ca-%d.pem", len(d.places)))
	if err := os.WriteFile(p.caFile, p.mock.CA, 0o600); err != nil {
		return nil, errors.Join(err, p.mock.Close())
	}
	return p, nil
}

// Site implements [driver.Driver].
func (d *Driver) Site(ctx context.Context) (driver.Site, error) {
	select {
	case p := <-d.free:
		return d.enter(ctx, p)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Close ends the mocks.
func (d *Driver) Close() error {
	var err error
	for _, p := range d.places {
		err = errors.Join(err, p.mock.Close())
	}
	return errors.Join(err, os.RemoveAll(d.folder))
}
