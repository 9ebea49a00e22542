// Package world keeps the worlds of a mock Authy: one for each API key. In a
// world is all that the mock knows and remembers of one application. Two worlds
// never meet, so that one mock serves many suites at once.
package world

import (
	"errors"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/fault"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/journal"
)

// journalCapacity is how many requests a world remembers.
const journalCapacity = 1000

// World is what goes with one API key.
type World struct {
	Application *authy.Application
	Journal     *journal.Journal
	Faults      *fault.Set
}

// Worlds is all of them. Which there are is fixed before the mock serves.
type Worlds struct {
	ordered []*World
	byKey   map[string]*World
	// Strays are the requests that came with no known API key, so that they
	// belong to no world. People look for them: a wrong key is the first
	// mistake everybody makes.
	Strays *journal.Journal
}

// New makes none yet: there must be at least one to serve.
func New() *Worlds {
	return &Worlds{byKey: make(map[string]*World), Strays: journal.New(journalCapacity)}
}

// Add makes the world of one more application. Without an ID it is counted
// from 1.
func (ws *Worlds) Add(clock authy.Clock, s authy.Settings) (*World, error) {
	if s.ID == 0 {
		s.ID = int64(len(ws.ordered) + 1)
	}
	app, err := authy.NewApplication(clock, s)
	if err != nil {
		return nil, err
	}
	if _, taken := ws.byKey[s.APIKey]; taken {
		return nil, errors.New("another application has this API key already: want one of its own")
	}
	w := &World{Application: app, Journal: journal.New(journalCapacity), Faults: &fault.Set{}}
	ws.byKey[s.APIKey] = w
	ws.ordered = append(ws.ordered, w)
	return w, nil
}

// Of is the world of that API key, or nil.
func (ws *Worlds) Of(apiKey string) *World {
	return ws.byKey[apiKey]
}

// Default is the world of the first application: the one that is meant where
// nobody names one.
func (ws *Worlds) Default() *World {
	return ws.ordered[0]
}

// All worlds, in the order of their applications.
func (ws *Worlds) All() []*World {
	return ws.ordered
}
