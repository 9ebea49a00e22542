// Package live lets logins reach a hook through a real SFTPGo server in a
// container.
//
// A program is copied into the container of the server, and the mock Authy runs in
// another one beside it, made from the same image. A hook over HTTP runs on this
// machine: SFTPGo joins the network of the host then, and the mock runs in this
// process.
package live

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/testcontainers/testcontainers-go"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/places"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/docker"
)

// Options are how SFTPGo is run.
type Options struct {
	// Image of SFTPGo, such as drakkan/sftpgo:v2.7.5.
	Image string
	// Files of this machine that a program needs, such as its configuration: they
	// are copied to the same paths of the container, with the same permissions, and
	// belong to the user that SFTPGo runs as.
	Files []string
	// MockProgram is a static Linux program that, called with the argument mock,
	// calls [mock.Serve]; "" is the program that runs. A program hook needs it.
	MockProgram string
	// Listen is where the mock Authy listens, HOST:PORT, for a hook over HTTP, which
	// has to be told before; "" is any port of the loopback.
	Listen string
	// Timeout after which SFTPGo gives the hook up, in whole seconds; 0 stands for
	// SFTPGo's own.
	Timeout time.Duration
	// Keep leaves the containers behind, to look into them. Their names are noted.
	Keep bool
	// Note, if not nil, is told what was set on this machine, and what may go wrong.
	Note func(string)
}

func (o Options) note(notes ...string) {
	for _, note := range notes {
		if note != "" && o.Note != nil {
			o.Note(note)
		}
	}
}

// Driver is a running server with a hook. It has to be closed.
type Driver struct {
	hook    driver.Hook
	options Options
	server  *sftpgo.Server
	release sftpgo.Release
	authy   authy
	places  *places.Pool[*places.Place]
	// closers undo what was started, the last one first.
	closers []func(context.Context) error
}

// Start starts a server with the hook, and a mock for it.
func Start(ctx context.Context, hook driver.Hook, options Options) (*Driver, error) {
	if err := hook.Check(); err != nil {
		return nil, err
	}
	notes, err := docker.Check(ctx, docker.Image{Name: options.Image, Variable: "--sftpgo"})
	if err != nil {
		return nil, err
	}
	options.note(notes...)
	d := &Driver{hook: hook, options: options}
	if hook.URL != "" {
		err = d.startForService(ctx)
	} else {
		err = d.startForProgram(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	all := places.Split(hook, d.authy.control)
	d.authy.journal.Add(all...)
	d.places = places.NewPool(d.restore, all...)
	return d, nil
}

// restore takes the users of a place away from SFTPGo, so that no password of
// theirs that it remembers and nothing that a login has changed is there for the
// next scenario.
func (d *Driver) restore(ctx context.Context, p *places.Place) error {
	err := p.Restore(ctx)
	for _, user := range p.Users() {
		err = errors.Join(err, d.server.RemoveUser(ctx, user.Username))
	}
	return err
}

// startServer starts SFTPGo with the hook's settings.
func (d *Driver) startServer(ctx context.Context, opts ...testcontainers.ContainerCustomizer) error {
	var err error
	d.server, err = sftpgo.Run(ctx, d.options.Image, append(opts, testcontainers.WithEnv(map[string]string{
		// The cheapest hash there is: nobody attacks it, and each login has one made.
		"SFTPGO_DATA_PROVIDER__PASSWORD_HASHING__BCRYPT_OPTIONS__COST": "4",
	}))...)
	if d.server != nil && d.server.Container != nil {
		d.removing("SFTPGo", d.server)
	}
	if err == nil {
		d.release, err = d.server.Release(ctx)
	}
	return err
}

// container is one of testcontainers-go, or a server.
type container interface {
	GetContainerID() string
	Terminate(ctx context.Context, opts ...testcontainers.TerminateOption) error
}

// removing removes a container at the end, unless it is to be kept. It has nothing
// to save, and need not be waited for.
func (d *Driver) removing(what string, c container) {
	if d.options.Keep {
		d.options.note(fmt.Sprintf("the container of %s is kept: docker rm -f %.12s", what, c.GetContainerID()))
		return
	}
	d.closing(func(ctx context.Context) error { return c.Terminate(ctx, testcontainers.StopTimeout(0)) })
}

func (d *Driver) closing(undo func(context.Context) error) { d.closers = append(d.closers, undo) }

// Hook is the one that is tested.
func (d *Driver) Hook() driver.Hook { return d.hook }

// AtOnce is how many scenarios can run side by side.
func (d *Driver) AtOnce() int { return d.places.Count() }

// SeesStandardError implements [driver.Driver]: SFTPGo 2.4 and 2.6 drop what a program
// writes, and 2.5 and 2.7 log it (docs/sftpgo.md).
func (d *Driver) SeesStandardError() bool {
	r := d.release
	return r.Major != 2 || r.Minor != 4 && r.Minor != 6
}

// AuthyURL is where the hook finds the mock.
func (d *Driver) AuthyURL() string { return d.authy.url }

// Site implements [driver.Driver].
func (d *Driver) Site(ctx context.Context) (driver.Site, error) {
	p, err := d.places.Take(ctx)
	if err != nil {
		return nil, err
	}
	visit, err := p.Enter(ctx)
	if err != nil {
		return nil, errors.Join(err, d.places.GiveBack(ctx, p))
	}
	return &site{Visit: visit, driver: d, since: d.server.Mark(), names: map[string]bool{}}, nil
}

// removeWithin bounds the removal of everything.
const removeWithin = time.Minute

// Close removes the containers, also when the context of the start is over.
func (d *Driver) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), removeWithin)
	defer cancel()
	var err error
	for len(d.closers) > 0 {
		last := len(d.closers) - 1
		if gone := d.closers[last](ctx); gone != nil {
			err = errors.Join(err, fmt.Errorf("clean up: %w", gone))
		}
		d.closers = d.closers[:last]
	}
	return err
}
