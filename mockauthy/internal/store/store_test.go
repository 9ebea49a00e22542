package store

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/clock"
)

// All that a user and a clock can be comes back.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	file := newFile(t)
	s := open(t, file)
	k := newKept(t).in(s)
	u := k.add(t, 0, "2015550100")
	k.add(t, 4_000_000_000, "2015550101")
	gone := k.add(t, 0, "2015550102")
	if _, err := k.app.FindOrAddUser("second@example.com", u.Phone()); err != nil {
		t.Fatal(err)
	}
	yes := true
	if err := u.Change(authy.UserChange{Registered: &yes, Suspended: &yes}); err != nil {
		t.Fatal(err)
	}
	if err := u.SetSkew(-time.Minute); err != nil {
		t.Fatal(err)
	}
	no := false
	if err := u.Change(authy.UserChange{Suspended: &no}); err != nil {
		t.Fatal(err)
	}
	u.NewQRCode("Müller & Söhne", "a@example.com")
	u.Send(authy.BySMS, "login")
	u.Send(authy.ByEmail, "")
	if verdict, _ := u.Verify(u.TokenAt(noon.Add(time.Minute), 0).Digits, "", true); verdict != authy.TokenValid {
		t.Fatalf("the token: verdict %d", verdict)
	}
	qr, _ := u.QRTokenAt(noon.Add(time.Minute), 0)
	if verdict, _ := u.Verify(qr.Digits, "", true); verdict != authy.TokenValid {
		t.Fatalf("the token of the other authenticator: verdict %d", verdict)
	}
	k.app.Delete(gone)
	if _, err := k.clock.Change(clock.Change{Time: noon.Add(time.Hour), Frozen: &yes}); err != nil {
		t.Fatal(err)
	}
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	k.expectKept(t, s)
	if got := k.app.State().Users[0]; len(got.Codes) != 2 || len(got.Attempts) != 2 || got.QR.URI == "" || len(got.Emails) != 2 || got.LastQRStep < 0 {
		t.Errorf("the user %+v, want something in every field", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600: there are secrets in it", info.Mode(), err)
	}

	again := open(t, file)
	k.expectKept(t, again)
	if _, known, err := again.Load("another key"); known || err != nil {
		t.Errorf("another application: known %t, %v", known, err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), key) {
		t.Error("the file tells the API key")
	}
}

// Close keeps what nobody has waited for. After it nothing is kept, and the
// store says so.
func TestClose(t *testing.T) {
	t.Parallel()
	file := newFile(t)
	s := open(t, file)
	k := newKept(t).in(s)
	k.add(t, 0, "2015550100")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Flush(); err != nil {
		t.Errorf("with nothing to be kept: %v", err)
	}
	k.expectKept(t, open(t, file))
	k.add(t, 0, "2015550101")
	for range 2 {
		if err := s.Flush(); !errors.Is(err, berrors.ErrDatabaseNotOpen) {
			t.Errorf("changed after the end: %v, want %v", err, berrors.ErrDatabaseNotOpen)
		}
	}
}

// Whatever many do at once, the file can always be read, and has in the end what
// the memory has, although every other transaction fails.
func TestConcurrentChanges(t *testing.T) {
	t.Parallel()
	s := open(t, newFile(t))
	s.db.NoSync = true // the order of things is wanted, not how long they take
	k := newKept(t).in(s)
	var transactions int // by one at a time
	s.update = func(f func(*bbolt.Tx) error) error {
		if transactions++; transactions%2 == 0 {
			return errDisk
		}
		err := s.db.Update(f)
		r, _, loadErr := s.Load(key)
		if loadErr == nil {
			loadErr = newKept(t).app.Restore(authy.State{NextID: r.Users.NextID, Users: r.Users.Users})
		}
		if loadErr != nil {
			t.Errorf("after transaction %d: %v", transactions, loadErr)
		}
		return err
	}
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(worker)))
			for i := range 150 {
				k.disturb(random, fmt.Sprintf("%d-%d@example.com", worker, i))
				if err := s.Flush(); err != nil && !errors.Is(err, errDisk) {
					t.Errorf("flush: %v", err)
				}
			}
		})
	}
	all.Wait()
	for s.Flush() != nil { // every other one succeeds
	}
	k.expectKept(t, s)
}

// disturb changes something of a few users, whose phones and Authy IDs come and
// go and meet again.
func (k *kept) disturb(random *rand.Rand, email string) {
	id := 1 + random.Int64N(5)
	u := k.app.User(id)
	switch {
	case u == nil:
		phone := authy.Phone{CountryCode: 1, Number: fmt.Sprintf("201555010%d", random.IntN(5))}
		_, _ = k.app.AddUser(authy.NewUser{ID: id, Email: email, Phone: phone}) // unless another user has the phone
	case random.IntN(3) == 0:
		k.app.Delete(u)
	case random.IntN(30) == 0:
		_ = k.app.Restore(k.app.State()) // unless it is that of a moment when two had the same phone
	case random.IntN(2) == 0:
		u.NewQRCode("A", email)
	default:
		u.SetEmail(email)
	}
}

// A file that is not the mock's own is refused, with a word about what is wrong.
func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		make func(t *testing.T, file string)
		want string
	}{
		"text":            {func(t *testing.T, file string) { writeFile(t, file, strings.Repeat("users: []\n", 10_000)) }, "invalid database: want a file that mockauthy made, or none"},
		"a short text":    {func(t *testing.T, file string) { writeFile(t, file, "x") }, "invalid database: want a file that mockauthy made, or none"},
		"a folder":        {func(t *testing.T, file string) { makeFolder(t, file) }, "is a directory"},
		"another program": {func(t *testing.T, file string) { put(t, file, []string{"accounts"}, "a", "b") }, "it is a bbolt database of another program: want a file that mockauthy made, or none"},
		"another version": {func(t *testing.T, file string) { put(t, file, []string{metaBucket}, versionKey, "2") }, `its format is of version "2": want version 1`},
		"in use":          {func(t *testing.T, file string) { open(t, file) }, "it is in use by another mockauthy"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := newFile(t)
			test.make(t, file)
			s, err := Open(file, slog.New(slog.DiscardHandler))
			if err == nil {
				t.Fatal(s.Close())
			}
			if got := err.Error(); !strings.HasPrefix(got, "data file "+file+": ") || !strings.HasSuffix(got, test.want) {
				t.Errorf("%v, want %s: %s", err, file, test.want)
			}
		})
	}
	t.Run("no folder", func(t *testing.T) {
		t.Parallel()
		_, err := Open(filepath.Join(t.TempDir(), "none", "mock.db"), slog.New(slog.DiscardHandler))
		if err == nil || !strings.HasSuffix(err.Error(), "its folder does not exist: want one that does") {
			t.Errorf("%v, want the folder missed", err)
		}
	})
}

// An empty file, such as mktemp makes, is as good as none.
func TestOpenEmpty(t *testing.T) {
	t.Parallel()
	file := newFile(t)
	writeFile(t, file, "")
	s := open(t, file)
	k := newKept(t).in(s)
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	k.expectKept(t, s)
}

// Whatever was cut off or overwritten, there is an error at the worst; and
// nothing is lost without one where the end is cut off.
func TestDamagedFile(t *testing.T) {
	t.Parallel()
	file := newFile(t)
	s := open(t, file)
	k := newKept(t).in(s)
	for i := range 100 {
		k.add(t, 0, fmt.Sprintf("2015550%03d", i))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	cut, overwritten := 0, 0 // how many are refused
	for range 50 {
		text := whole[:1+random.IntN(len(whole)-1)]
		if users, err := usersOf(t, text); err != nil {
			cut++
		} else if len(users) != 100 {
			t.Errorf("of %d bytes the first %d: %d users, want an error or all 100", len(whole), len(text), len(users))
		}
		text = bytes.Clone(whole)
		at := random.IntN(len(text) - 64)
		for i := range 64 {
			text[at+i] = byte(random.Uint32())
		}
		if _, err := usersOf(t, text); err != nil {
			overwritten++
		}
	}
	if cut == 0 || overwritten == 0 {
		t.Errorf("refused %d that were cut off and %d that were overwritten, want some of both", cut, overwritten)
	}
}

// usersOf does with the text of a file what a start does.
func usersOf(t *testing.T, text []byte) ([]authy.UserState, error) {
	t.Helper()
	file := newFile(t)
	writeFile(t, file, string(text))
	s, err := Open(file, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	k := newKept(t)
	r, _, err := s.Load(key)
	if err == nil {
		err = k.app.Restore(authy.State{NextID: r.Users.NextID, Users: r.Users.Users})
	}
	return k.app.State().Users, errors.Join(err, s.Close())
}

// A file that was removed or replaced is missed: whatever is written to it would
// be lost.
func TestFileInPlace(t *testing.T) {
	t.Parallel()
	file := newFile(t)
	s := open(t, file)
	k := newKept(t).in(s)
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	rename(t, file, file+".away")
	k.add(t, 0, "2015550100")
	if err := s.Flush(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("removed: %v", err)
	}
	writeFile(t, file, "")
	if err := s.Flush(); err == nil || !strings.HasSuffix(err.Error(), "another file has taken its place since it was opened") {
		t.Errorf("replaced: %v", err)
	}
	rename(t, file+".away", file)
	if err := s.Flush(); err != nil {
		t.Errorf("back again: %v", err)
	}
	if diff := gocmp.Diff([]int64{1000}, ids(t, s)); diff != "" {
		t.Errorf("users (-want +got):\n%s", diff)
	}
}

func writeFile(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func makeFolder(t *testing.T, folder string) {
	t.Helper()
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// put writes into a bbolt database, which it makes where there is none.
func put(t *testing.T, file string, buckets []string, key, value string) {
	t.Helper()
	db, err := bbolt.Open(file, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		bucket, err := tx.CreateBucketIfNotExists([]byte(buckets[0]))
		for _, name := range buckets[1:] {
			if err == nil {
				bucket, err = bucket.CreateBucketIfNotExists([]byte(name))
			}
		}
		if err != nil {
			return err
		}
		return bucket.Put([]byte(key), []byte(value))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}
