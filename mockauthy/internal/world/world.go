// Package world keeps the worlds of a mock Authy: one for each API key. In a
// world is all that the mock knows and remembers of one application. Two worlds
// never meet, so that one mock serves many suites at once.
package world

import (
	"errors"
	"sync"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/bell"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/clock"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/fault"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/journal"
)

// journalCapacity is how many requests a world remembers.
const journalCapacity = 1000

// World is what goes with one API key.
type World struct {
	// Clock is the time in this world. All that depends on time asks it.
	Clock       *clock.Clock
	Application *authy.Application
	Journal     *journal.Journal
	Faults      *fault.Set

	changed   bell.Bell
	seed      Snapshot
	restoring sync.Mutex // two restores must not mix
}

// Changed is closed at the next change of anything in the world. Whoever asks for
// it before he looks misses none.
func (w *World) Changed() <-chan struct{} {
	return w.changed.Next()
}

// watch makes every change ring the bell.
func (w *World) watch() {
	w.Clock.Watch(&w.changed)
	w.Application.Watch(&w.changed)
	w.Journal.Watch(&w.changed)
	w.Faults.Watch(&w.changed)
}

// Worlds is all of them. Which there are is fixed before the mock serves.
type Worlds struct {
	clock   func() time.Time
	ordered []*World
	byKey   map[string]*World
	store   Store // nil where nothing is kept over a restart
}

// New makes none yet: there must be at least one to serve. Their clocks follow
// the one given, until they are touched.
func New(clock func() time.Time) *Worlds {
	return &Worlds{clock: clock, byKey: make(map[string]*World)}
}

// Add makes the world of one more application. Without an ID it is counted
// from 1.
func (ws *Worlds) Add(s authy.Settings) (*World, error) {
	if s.ID == 0 {
		s.ID = int64(len(ws.ordered) + 1)
	}
	own := clock.New(ws.clock)
	app, err := authy.NewApplication(own.Now, s)
	if err != nil {
		return nil, err
	}
	if _, taken := ws.byKey[s.APIKey]; taken {
		return nil, errors.New("another application has this API key already: want one of its own")
	}
	w := &World{Clock: own, Application: app, Journal: journal.New(journalCapacity, own.Now), Faults: &fault.Set{}}
	w.watch()
	ws.byKey[s.APIKey] = w
	ws.ordered = append(ws.ordered, w)
	return w, nil
}

// Of is the world of that API key, or nil.
func (ws *Worlds) Of(apiKey string) *World {
	return ws.byKey[apiKey]
}

// APIKeys are those of all worlds.
func (ws *Worlds) APIKeys() []string {
	keys := make([]string, 0, len(ws.ordered))
	for _, w := range ws.ordered {
		keys = append(keys, w.Application.Settings().APIKey)
	}
	return keys
}

// Fault is the one that befalls a request for that endpoint and about those
// users, with its name, or nil. The rules in force come first; without one it is
// the fault that the cellphone of a user selects, whose token is verified.
func (w *World) Fault(endpoint string, authyIDs []int64) (fault.Fault, string) {
	if f, name := w.Faults.Next(endpoint, authyIDs); f != nil || endpoint != "verify" {
		return f, name
	}
	for _, id := range authyIDs {
		if user := w.Application.User(id); user != nil {
			if f, name := fault.Magic(user.Phone().Number); f != nil {
				return f, name
			}
		}
	}
	return nil, ""
}

// DeleteUser removes a user, and ends the faults that are his: another may get the
// Authy ID.
func (w *World) DeleteUser(u *authy.User) {
	w.Application.Delete(u)
	w.Faults.Clear(u.ID())
}

// Default is the world of the first application: the one that is meant where
// nobody names one.
func (ws *Worlds) Default() *World {
	return ws.ordered[0]
}

// Journals are where a request to a world is remembered. One with no known API
// key, so of no world, is remembered in all of them: people look for it, since a
// wrong key is the first mistake everybody makes.
func (ws *Worlds) Journals(w *World) []*journal.Journal {
	if w != nil {
		return []*journal.Journal{w.Journal}
	}
	all := make([]*journal.Journal, 0, len(ws.ordered))
	for _, w := range ws.ordered {
		all = append(all, w.Journal)
	}
	return all
}

// All worlds, in the order of their applications.
func (ws *Worlds) All() []*World {
	return ws.ordered
}
