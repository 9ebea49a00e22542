package world

import (
	"fmt"
	"slices"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/clock"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/fault"
)

// Snapshot is a world as it can be put aside and brought back: all of it but its
// journal, which is what has happened, and settings, which never change.
type Snapshot struct {
	Clock  clock.State
	Users  authy.State
	Faults []fault.Rule
}

// Snapshot puts the world aside.
func (w *World) Snapshot() Snapshot {
	return Snapshot{Clock: w.Clock.State(), Users: w.Application.State(), Faults: w.Faults.Rules()}
}

// Restore brings the world back to a snapshot. An error says what is wrong with
// it; then nothing has changed.
func (w *World) Restore(s Snapshot) error {
	w.restoring.Lock()
	defer w.restoring.Unlock()
	if s.Clock.Own {
		if err := clock.Check(s.Clock.Time); err != nil {
			return err
		}
	}
	before := w.Faults.Rules()
	if err := w.Faults.Replace(s.Faults); err != nil {
		return err
	}
	if err := w.Application.Restore(s.Users); err != nil {
		_ = w.Faults.Replace(before) // they were in force, so they are right
		return err
	}
	w.Clock.Reset()
	if !s.Clock.Own {
		return nil
	}
	_, err := w.Clock.Change(clock.Change{Time: s.Clock.Time, Frozen: &s.Clock.Frozen})
	return err
}

// Seeded makes what the world is now what it is reset to.
func (w *World) Seeded() {
	w.seed = w.Snapshot()
}

// Reset brings the world back to its seed, and empties its journal.
func (w *World) Reset() error {
	w.Journal.Clear()
	return w.Restore(w.seed)
}

// ResetUser brings a user of the seed back to it, with his faults. The first
// result is false for a user who is not of the seed. An error says what is in
// the way.
func (w *World) ResetUser(authyID int64) (bool, error) {
	i := slices.IndexFunc(w.seed.Users.Users, func(u authy.UserState) bool { return u.ID == authyID })
	if i < 0 {
		return false, nil
	}
	if err := w.Application.RestoreUser(w.seed.Users.Users[i]); err != nil {
		return true, err
	}
	w.Faults.Clear(authyID)
	for _, rule := range w.seed.Faults {
		if rule.AuthyID != authyID {
			continue
		}
		if _, err := w.Faults.Add(rule); err != nil {
			return true, fmt.Errorf("user %d: %w", authyID, err)
		}
	}
	return true, nil
}
