package clock

import "time"

// Kept is a clock as it can be kept over a restart.
type Kept struct {
	State
	// Since is what the base clock told when the state was set: a clock that was
	// moved goes on running while nobody looks at it.
	Since time.Time
}

// Keep calls changed whenever the clock was touched. It is called under the
// clock's lock: it must not block, nor ask the clock anything. Keep comes before
// the clock is used by more than one goroutine.
func (c *Clock) Keep(changed func()) {
	c.changed = changed
}

// Kept is the clock to be kept.
func (c *Clock) Kept() Kept {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Kept{c.state, c.since}
}

// Resume lets the clock go on as it was kept. An error says that the time is out
// of bounds; then the clock stays as it was.
func (c *Clock) Resume(k Kept) error {
	if k.Own {
		if err := Check(k.Time); err != nil {
			return err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set(k)
	return nil
}

// set sets the clock, whose lock is held.
func (c *Clock) set(k Kept) {
	c.state, c.since = k.State, k.Since
	if c.changed != nil {
		c.changed()
	}
	c.watcher.Ring()
}
