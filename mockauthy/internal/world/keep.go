package world

import (
	"fmt"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/store"
)

// Store is where worlds are kept over a restart, see [store.Store].
type Store interface {
	Load(apiKey string) (record store.Record, known bool, err error)
	Keep(apiKey string, source store.Source) (changed func())
	Flush() error
}

// Keep brings the worlds back to how the store knows them, and keeps them there
// from then on. Those that it knows are told. It comes before the worlds are
// used, and after the last of them was added. An error says what is wrong with
// what the store has. The next Flush keeps those which it does not know.
func (ws *Worlds) Keep(s Store) (known []*World, err error) {
	rewritten := make(map[*World]bool)
	for _, w := range ws.ordered {
		record, found, err := s.Load(w.Application.Settings().APIKey)
		if err != nil {
			return nil, err
		}
		// Of a world that the store does not know all has changed.
		rewritten[w] = true
		if !found {
			continue
		}
		if rewritten[w], err = w.resume(record); err != nil {
			return nil, fmt.Errorf("application %q: %w", w.Application.Settings().Name, err)
		}
		known = append(known, w)
	}
	for _, w := range ws.ordered {
		changed := s.Keep(w.Application.Settings().APIKey, w)
		w.Clock.Keep(changed)
		w.Application.Keep(changed, rewritten[w])
	}
	ws.store = s
	return known, nil
}

// Flush waits until all that was changed before is kept, where it is to be kept
// at all. Before that nobody may be told of it. An error says why it is not.
func (ws *Worlds) Flush() error {
	if ws.store == nil {
		return nil
	}
	return ws.store.Flush()
}

// resume brings the world back to a record. The first result tells that every
// user is another one than the record has.
func (w *World) resume(r store.Record) (rewritten bool, err error) {
	if step := w.Application.Settings().Tokens.Step; r.Step != step {
		// Tokens of another step are other tokens: none of them was used yet.
		for i := range r.Users.Users {
			r.Users.Users[i].LastStep = -1
		}
		rewritten = true
	}
	if err := w.Application.Restore(authy.State{NextID: r.Users.NextID, Users: r.Users.Users}); err != nil {
		return false, err
	}
	if err := w.Clock.Resume(r.Clock); err != nil {
		return false, err
	}
	for _, u := range w.seed.Users.Users {
		if w.Application.User(u.ID) == nil {
			w.Faults.Clear(u.ID) // another user may get the Authy ID
		}
	}
	return rewritten, nil
}

// Changes implements [store.Source].
func (w *World) Changes() store.Record {
	return store.Record{Step: w.Application.Settings().Tokens.Step, Clock: w.Clock.Kept(), Users: w.Application.Changes()}
}

// PutBack implements [store.Source]. The clock is told with all changes.
func (w *World) PutBack(r store.Record) {
	w.Application.PutBack(r.Users)
}
