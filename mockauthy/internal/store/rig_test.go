package store

import (
	"cmp"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/clock"
)

const key = "d57d919d11e6b221c9bf6f7c882028f9"

var noon = time.Date(2026, 11, 22, 12, 0, 3, 0, time.UTC)

// kept is an application with its clock that is kept, as a world is.
type kept struct {
	app   *authy.Application
	clock *clock.Clock
}

// newKept makes one with no users.
func newKept(t testing.TB) *kept {
	t.Helper()
	c := clock.New(func() time.Time { return noon })
	app, err := authy.NewApplication(c.Now, authy.Settings{Name: "A", APIKey: key, AttemptsPerHour: 5})
	if err != nil {
		t.Fatal(err)
	}
	return &kept{app: app, clock: c}
}

// in keeps it in a store, all of it.
func (k *kept) in(s *Store) *kept {
	changed := s.Keep(key, k)
	k.clock.Keep(changed)
	k.app.Keep(changed, true)
	return k
}

func (k *kept) Changes() Record {
	return Record{Step: 10 * time.Second, Clock: k.clock.Kept(), Users: k.app.Changes()}
}

func (k *kept) PutBack(r Record) { k.app.PutBack(r.Users) }

// add adds a user with that phone; id 0 asks for the next Authy ID.
func (k *kept) add(t testing.TB, id int64, cellphone string) *authy.User {
	t.Helper()
	u, err := k.app.AddUser(authy.NewUser{ID: id, Email: "a@example.com", Phone: authy.Phone{CountryCode: 1, Number: cellphone}})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// expectKept wants the store to know the application as it is.
func (k *kept) expectKept(t testing.TB, s *Store) {
	t.Helper()
	got, known, err := s.Load(key)
	if err != nil || !known {
		t.Fatalf("known %t, %v; want it known", known, err)
	}
	state := k.app.State()
	want := Record{Step: 10 * time.Second, Clock: k.clock.Kept(), Users: authy.Changes{All: true, NextID: state.NextID, Users: state.Users}}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("in the file (-want +got):\n%s", diff)
	}
}

// ids are the Authy IDs that the store has, in order.
func ids(t testing.TB, s *Store) []int64 {
	t.Helper()
	r, _, err := s.Load(key)
	if err != nil {
		t.Fatal(err)
	}
	var ids []int64
	for _, u := range r.Users.Users {
		ids = append(ids, u.ID)
	}
	slices.SortFunc(ids, cmp.Compare)
	return ids
}

// open opens a file, until the end of the test.
func open(t testing.TB, file string) *Store {
	t.Helper()
	s, err := Open(file, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.db.Close() }) // also where the test has closed it
	return s
}

func newFile(t testing.TB) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "mock.db")
}

var errDisk = errors.New("no space left on device")
