package contract

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/places"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/mock"
)

// place is one with the mock that the hook asks.
type place struct {
	*places.Place

	mock   *mock.Mock
	alone  bool // whether no other place has the mock
	caFile string
}

// AtOnce is how many scenarios run side by side with a program if nobody says
// otherwise. They wait more than they work.
const AtOnce = 24

// open makes the places. A program gets the address of Authy with each login, so
// that each place can have a mock of its own; a service knows one address.
func (d *Driver) open(ctx context.Context, options Options) error {
	var all []*place
	var err error
	if d.hook.URL != "" {
		all, err = d.openShared(ctx, cmp.Or(options.Listen, anyPort))
	} else {
		all, err = d.openOwn(ctx, cmp.Or(options.AtOnce, AtOnce))
	}
	d.places = places.NewPool(func(ctx context.Context, p *place) error {
		return errors.Join(p.mock.Up(ctx), p.Restore(ctx))
	}, all...)
	return err
}

// anyPort is where a mock listens if nobody says otherwise.
const anyPort = "127.0.0.1:0"

func (d *Driver) openOwn(ctx context.Context, atOnce int) ([]*place, error) {
	var all []*place
	for range atOnce {
		journal := &places.Journal{}
		m, caFile, err := d.startMock(ctx, anyPort, journal)
		if err != nil {
			return nil, err
		}
		p := places.Alone(d.hook, m.Control)
		journal.Add(p)
		all = append(all, &place{p, m, true, caFile})
	}
	return all, nil
}

func (d *Driver) openShared(ctx context.Context, listen string) ([]*place, error) {
	journal := &places.Journal{}
	m, caFile, err := d.startMock(ctx, listen, journal)
	if err != nil {
		return nil, err
	}
	var all []*place
	for _, p := range places.Split(d.hook, m.Control) {
		journal.Add(p)
		all = append(all, &place{p, m, false, caFile})
	}
	return all, nil
}

func (d *Driver) startMock(ctx context.Context, listen string, journal *places.Journal) (m *mock.Mock, caFile string, err error) {
	m, err = mock.Start(ctx, mock.For(d.hook, listen, slog.New(journal)))
	if err != nil {
		return nil, "", err
	}
	caFile = filepath.Join(d.folder, fmt.Sprintf("ca-%d.pem", len(d.mocks)))
	d.mocks = append(d.mocks, m)
	return m, caFile, os.WriteFile(caFile, m.CA, 0o600)
}
