package store

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/clock"
)

// held is a disk that writes when it is let.
type held struct {
	let          chan error // what becomes of the next transaction
	transactions int
}

// hold puts a held disk below a store.
func hold(s *Store) *held {
	h := &held{let: make(chan error)}
	s.update = func(f func(*bbolt.Tx) error) error {
		h.transactions++
		if err := <-h.let; err != nil {
			return err
		}
		return s.db.Update(f)
	}
	return h
}

// flush waits in the background, and tells what came of it.
func flush(s *Store) chan error {
	done := make(chan error, 1)
	go func() { done <- s.Flush() }()
	return done
}

// Nobody's wait ends before the transaction has, and those who come meanwhile
// share the next one.
func TestFlushTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, newFile(t))
		k := newKept(t).in(s)
		h := hold(s)
		const waiting = 50
		var returned atomic.Int32
		add := func(i int) {
			k.add(t, 0, fmt.Sprintf("2015550%03d", i))
			if err := s.Flush(); err != nil {
				t.Error(err)
			}
			returned.Add(1)
		}
		go add(0)
		synctest.Wait() // it writes
		for i := 1; i <= waiting; i++ {
			go add(i)
		}
		synctest.Wait()
		if n := returned.Load(); n != 0 {
			t.Errorf("%d go on while nothing is on disk", n)
		}
		h.let <- nil
		synctest.Wait()
		if n := returned.Load(); n != 1 {
			t.Errorf("%d go on after the first transaction, want the first", n)
		}
		if got := ids(t, s); len(got) != 1 {
			t.Errorf("%d users are on disk, want the first", len(got))
		}
		h.let <- nil
		synctest.Wait()
		if n := returned.Load(); n != waiting+1 || h.transactions != 2 {
			t.Errorf("%d go on after %d transactions, want all %d after 2", n, h.transactions, waiting+1)
		}
		k.expectKept(t, s)
	})
}

// Who has changed nothing waits neither, unless for what others have changed,
// which may be told now.
func TestFlushNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, newFile(t))
		k := newKept(t).in(s)
		h := hold(s)
		writer := flush(s)
		synctest.Wait()
		reader := flush(s)
		synctest.Wait()
		if len(reader) > 0 {
			t.Error("a reader was told what is not on disk")
		}
		h.let <- nil
		if err := errors.Join(<-writer, <-reader); err != nil {
			t.Error(err)
		}
		if err := s.Flush(); err != nil || h.transactions != 1 {
			t.Errorf("%v after %d transactions, want one: nothing has changed since", err, h.transactions)
		}
		k.expectKept(t, s)
	})
}

// What cannot be written is told to all who wait for it and to the log, stays
// wanted, and is written when it can be.
func TestFlushFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, newFile(t))
		var log strings.Builder
		s.log = slog.New(slog.NewTextHandler(&log, nil))
		k := newKept(t)
		gone := k.add(t, 7, "2015550199")
		k.in(s)
		if err := s.Flush(); err != nil {
			t.Fatal(err)
		}
		h := hold(s)
		k.app.Delete(gone)
		changed := k.add(t, 8, "2015550100")
		first := flush(s)
		synctest.Wait()
		sharing := flush(s)
		synctest.Wait()
		changed.SetEmail("later@example.com") // while the disk fails
		late := flush(s)
		synctest.Wait()
		h.let <- errDisk
		for name, done := range map[string]chan error{"first": first, "sharing": sharing} {
			if err := <-done; !errors.Is(err, errDisk) {
				t.Errorf("%s: %v, want %v", name, err, errDisk)
			}
		}
		if diff := gocmp.Diff([]int64{7}, ids(t, s)); diff != "" {
			t.Errorf("on disk (-want +got):\n%s", diff)
		}
		if !strings.Contains(log.String(), errDisk.Error()) || strings.Count(log.String(), "\n") != 1 {
			t.Errorf("log %q, want one line with the cause", log.String())
		}
		h.let <- nil
		if err := <-late; err != nil || h.transactions != 2 {
			t.Errorf("%v after %d transactions, want the second to do", err, h.transactions)
		}
		k.expectKept(t, s)
	})
}

// A change comes to the disk as it is in memory when it is written: one that
// happens while another of the same user is written comes after it.
func TestFlushOrder(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*kept, *authy.User){
		"another change": func(_ *kept, u *authy.User) { u.SetEmail("two@example.com") },
		"deleted":        func(k *kept, u *authy.User) { k.app.Delete(u) },
		"deleted, then changed by who still has him": func(k *kept, u *authy.User) {
			k.app.Delete(u)
			u.SetEmail("ghost@example.com")
			u.NewQRCode("A", "ghost@example.com")
		},
		"deleted, and the phone is another's": func(k *kept, u *authy.User) {
			k.app.Delete(u)
			_, _ = k.app.FindOrAddUser("new@example.com", u.Phone())
		},
		"all replaced": func(k *kept, _ *authy.User) { _ = k.app.Restore(authy.State{NextID: 5}) },
		"clock reset":  func(k *kept, _ *authy.User) { k.clock.Reset() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := open(t, newFile(t))
				k := newKept(t).in(s)
				h := hold(s)
				u := k.add(t, 0, "2015550100")
				u.SetEmail("one@example.com")
				first := flush(s)
				synctest.Wait()
				change(k, u)
				second := flush(s)
				h.let <- nil
				if err := <-first; err != nil {
					t.Error(err)
				}
				h.let <- nil
				if err := <-second; err != nil {
					t.Error(err)
				}
				k.expectKept(t, s)
			})
		})
	}
}

// Whatever changes of an application is written, without another change that
// would take it along.
func TestFlushEveryChange(t *testing.T) {
	t.Parallel()
	yes := true
	for name, change := range map[string]func(*kept, *authy.User) error{
		"added": func(k *kept, _ *authy.User) error {
			_, err := k.app.FindOrAddUser("b@example.com", authy.Phone{CountryCode: 1, Number: "2015550101"})
			return err
		},
		"second email": func(k *kept, u *authy.User) error {
			_, err := k.app.FindOrAddUser("b@example.com", u.Phone())
			return err
		},
		"email":    func(_ *kept, u *authy.User) error { u.SetEmail("b@example.com"); return nil },
		"changed":  func(_ *kept, u *authy.User) error { return u.Change(authy.UserChange{Confirmed: &yes}) },
		"skew":     func(_ *kept, u *authy.User) error { return u.SetSkew(time.Minute) },
		"QR code":  func(_ *kept, u *authy.User) error { u.NewQRCode("A", "a"); return nil },
		"code":     func(_ *kept, u *authy.User) error { u.Send(authy.BySMS, ""); return nil },
		"verified": func(_ *kept, u *authy.User) error { u.Verify(u.Token(0).Digits, "", true); return nil },
		"attempt":  func(_ *kept, u *authy.User) error { u.Verify("x", "", true); return nil },
		"deleted":  func(k *kept, u *authy.User) error { k.app.Delete(u); return nil },
		"restored": func(k *kept, _ *authy.User) error { return k.app.Restore(authy.State{NextID: 5}) },
		"one restored": func(k *kept, _ *authy.User) error {
			state := k.app.State().Users[0]
			state.Emails = []string{"b@example.com"}
			return k.app.RestoreUser(state)
		},
		"clock":       func(k *kept, _ *authy.User) error { _, err := k.clock.Change(clock.Change{Frozen: &yes}); return err },
		"clock reset": func(k *kept, _ *authy.User) error { k.clock.Reset(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, newFile(t))
			k := newKept(t).in(s)
			u := k.add(t, 0, "2015550100")
			if _, err := k.clock.Change(clock.Change{By: time.Minute}); err != nil {
				t.Fatal(err)
			}
			if err := s.Flush(); err != nil {
				t.Fatal(err)
			}
			before, _, err := s.Load(key)
			if err != nil {
				t.Fatal(err)
			}
			if err := change(k, u); err != nil {
				t.Fatal(err)
			}
			if err := s.Flush(); err != nil {
				t.Fatal(err)
			}
			k.expectKept(t, s)
			if after, _, err := s.Load(key); err != nil || gocmp.Equal(before, after) {
				t.Errorf("nothing has changed in the file, %v", err)
			}
		})
	}
}
