package contract

import (
	"context"
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

// programsAtOnce is how many scenarios run side by side with a program. They wait
// more than they work.
const programsAtOnce = 24

// open makes the places. A program gets the address of Authy with each login, so
// that each place can have a mock of its own; a service knows one address.
func (d *Driver) open(ctx context.Context, listen string) error {
	alone := d.hook.URL == ""
	d.places = places.NewRounds(alone, func(ctx context.Context, p *place) error {
		if err := p.mock.Up(ctx); err != nil {
			return err
		}
		return places.Restore(ctx, p.mock.Control)
	})
	if !alone {
		return d.openShared(ctx, listen)
	}
	for range programsAtOnce {
		journal := &places.Journal{}
		m, caFile, err := d.startMock(ctx, anyPort, journal)
		if err != nil {
			return err
		}
		p := places.Alone(d.hook, m.Control)
		journal.Add(p)
		d.places.Add(&place{p, m, true, caFile})
	}
	return nil
}

// anyPort is where a mock listens if nobody says otherwise.
const anyPort = "127.0.0.1:0"

func (d *Driver) openShared(ctx context.Context, listen string) error {
	if listen == "" {
		listen = anyPort
	}
	journal := &places.Journal{}
	m, caFile, err := d.startMock(ctx, listen, journal)
	if err != nil {
		return err
	}
	for _, p := range places.Split(d.hook, m.Control) {
		journal.Add(p)
		d.places.Add(&place{p, m, false, caFile})
	}
	return nil
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
