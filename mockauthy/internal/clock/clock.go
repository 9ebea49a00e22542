// Package clock is the time of one application: that of a base clock, unless it
// is set, frozen or moved.
package clock

import (
	"fmt"
	"sync"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/bell"
)

// The bounds of what a clock can be set to. Before 1970 there are no tokens
// (RFC 6238); the upper bound leaves room to run on in what RFC 3339 can write.
var (
	earliest = time.Date(1970, time.January, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(9000, time.January, 1, 0, 0, 0, 0, time.UTC)
)

// Clock tells the time. It is safe for concurrent use.
type Clock struct {
	base    func() time.Time
	changed func() // nil where nobody keeps the clock
	watcher *bell.Bell

	mu    sync.Mutex
	state State
	since time.Time // what base told when state was set; zero for a clock in step with base
}

// State is what a clock shows.
type State struct {
	Time   time.Time
	Frozen bool
	// Own tells that the clock was touched, and no longer follows its base.
	Own bool
}

// New makes a clock that follows base.
func New(base func() time.Time) *Clock {
	return &Clock{base: base}
}

// Watch rings a bell whenever the clock was touched. It comes before the clock is
// used by more than one goroutine.
func (c *Clock) Watch(b *bell.Bell) { c.watcher = b }

// Now is the time.
func (c *Clock) Now() time.Time {
	return c.State().Time
}

// State is what the clock shows now.
func (c *Clock) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at(c.base())
}

// at is what the clock shows when base tells now.
func (c *Clock) at(now time.Time) State {
	if !c.state.Own {
		return State{Time: now}
	}
	s := c.state
	if !s.Frozen {
		s.Time = s.Time.Add(now.Sub(c.since))
	}
	return s
}

// Change is what is done to a clock, all at once.
type Change struct {
	// Time to set it to; the zero time leaves it.
	Time time.Time
	// Frozen stops the clock, or lets it run; nil leaves it.
	Frozen *bool
	// By moves it, forward or back.
	By time.Duration
}

// Change changes the clock and tells what it shows then. An error says that the
// time would be out of bounds; then the clock stays as it was.
func (c *Clock) Change(change Change) (State, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.base()
	s := c.at(now)
	if !change.Time.IsZero() {
		s.Time = change.Time
	}
	if change.Frozen != nil {
		s.Frozen = *change.Frozen
	}
	s.Time, s.Own = s.Time.Add(change.By).Round(0).UTC(), true
	if err := Check(s.Time); err != nil {
		return State{}, err
	}
	c.set(Kept{s, now})
	return s, nil
}

// Check tells whether a clock can be set to a time. An error says what was
// expected.
func Check(t time.Time) error {
	if t.Before(earliest) || t.After(latest) {
		return fmt.Errorf("the time %s: want %s to %s", t.Format(time.RFC3339), earliest.Format(time.RFC3339), latest.Format(time.RFC3339))
	}
	return nil
}

// Reset makes the clock follow its base again.
func (c *Clock) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set(Kept{})
}
