// Package contract calls a hook exactly as SFTPGo does, and decides from its
// answer what SFTPGo decides, without any server: a login takes milliseconds.
//
// It is a second SFTPGo only as far as the login hooks are concerned. What it
// does is taken from SFTPGo 2.7.5, whose functions are named where they matter;
// the scenarios of features/sftpgo_behaviour.feature run on both, so that the two
// cannot part.
package contract

import (
	"context"
	"errors"
	"net/http"
	"os"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/places"
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
	// AtOnce is how many scenarios run side by side with a program, each of which has
	// a mock of its own; 0 stands for [AtOnce].
	AtOnce int
	// Timeout after which SFTPGo gives the hook up; 0 stands for SFTPGo's own.
	Timeout time.Duration
}

// Driver calls one hook. It has to be closed.
type Driver struct {
	hook    driver.Hook
	timeout time.Duration
	folder  string
	mocks   []*mock.Mock
	places  *places.Pool[*place]

	transport *http.Transport // to a hook over HTTP
}

// Start makes the driver of a hook.
func Start(ctx context.Context, hook driver.Hook, options Options) (*Driver, error) {
	if err := hook.Check(); err != nil {
		return nil, err
	}
	transport, err := newTransport(hook)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "hookcheck-")
	if err != nil {
		return nil, err
	}
	d := &Driver{hook: hook, timeout: options.timeout(hook), folder: folder, transport: transport}
	if err := d.open(ctx, options); err != nil {
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

// Hook is the one that is tested.
func (d *Driver) Hook() driver.Hook { return d.hook }

// AtOnce is how many scenarios can run side by side.
func (d *Driver) AtOnce() int { return d.places.Count() }

// AuthyURL is where a hook over HTTP finds the mock.
func (d *Driver) AuthyURL() string { return d.mocks[0].URL }

// SeesStandardError implements [driver.Driver]: it is read here.
func (d *Driver) SeesStandardError() bool { return true }

// Site implements [driver.Driver].
func (d *Driver) Site(ctx context.Context) (driver.Site, error) {
	p, err := d.places.Take(ctx)
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
