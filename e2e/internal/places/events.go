package places

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

// Events are what happens at a place, in order of time.
type Events struct {
	mu  sync.Mutex
	all []driver.Event
}

// Add adds what happens now.
func (e *Events) Add(who driver.Actor, format string, args ...any) {
	e.At(time.Now(), who, fmt.Sprintf(format, args...))
}

// At adds what has happened at a time.
func (e *Events) At(at time.Time, who driver.Actor, what string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, driver.Event{Time: at, Who: who, What: what})
}

// List are all of them.
func (e *Events) List() []driver.Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := slices.Clone(e.all)
	slices.SortStableFunc(all, func(a, b driver.Event) int { return a.Time.Compare(b.Time) })
	return all
}

// Forget forgets them.
func (e *Events) Forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = nil
}

// Journal makes events of what a mock logs: a line for each request. Where several
// places share the mock, each is told of its own people only.
type Journal struct {
	mu     sync.Mutex
	places []*Place
}

// Add adds places.
func (j *Journal) Add(places ...*Place) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.places = append(j.places, places...)
}

// Enabled implements slog.Handler.
func (j *Journal) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (j *Journal) Handle(_ context.Context, r slog.Record) error {
	var about string
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "authy_ids" {
			about = a.Value.String()
		}
		return true
	})
	for _, p := range j.concerned(about) {
		p.Happened.At(r.Time, driver.ByAuthy, Line(r))
	}
	return nil
}

// Line is a record of a log without its time and level: the message, and key=value
// of what is not empty.
func Line(r slog.Record) string {
	words := []string{}
	if r.Message != "" {
		words = append(words, r.Message)
	}
	r.Attrs(func(a slog.Attr) bool {
		if value := a.Value.String(); value != "" {
			words = append(words, a.Key+"="+value)
		}
		return true
	})
	return strings.Join(words, " ")
}

// concerned are the places whose people a request names, as the mock writes them:
// [1000] or [1000 1001]. Whoever has the mock for himself is concerned by all.
func (j *Journal) concerned(about string) []*Place {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.places) == 1 {
		return j.places
	}
	var all []*Place
	for _, p := range j.places {
		if slices.ContainsFunc(strings.Fields(strings.Trim(about, "[]")), p.Has) {
			all = append(all, p)
		}
	}
	return all
}

// WithAttrs implements slog.Handler. The mock adds none.
func (j *Journal) WithAttrs([]slog.Attr) slog.Handler { return j }

// WithGroup implements slog.Handler. The mock opens none.
func (j *Journal) WithGroup(string) slog.Handler { return j }
