package mockauthy

import (
	"errors"
	"fmt"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/clock"
)

// Clock is the time of an application: all its tokens, and what becomes of
// them, go by it. It follows the server's clock, see [WithClock], unless it is
// set, frozen or advanced. It is safe for concurrent use. With [WithData] an error
// can also say that the change is not on disk.
type Clock struct {
	clock *clock.Clock
	flush func() error
}

// Clock is the clock of the first application.
func (s *Server) Clock() Clock {
	return Clock{s.meant.Clock, s.worlds.Flush}
}

// Now is the time that the clock shows.
func (c Clock) Now() time.Time {
	return c.clock.Now()
}

// Set sets the clock, and leaves it standing or running as it was. An error says
// that the time is not between 1970 and the year 9000.
func (c Clock) Set(to time.Time) error {
	if to.IsZero() {
		return errors.New("mockauthy: the clock: want a time, got the zero time")
	}
	return c.change(clock.Change{Time: to})
}

// Freeze stops the clock. An error says that the server's own clock is not
// between 1970 and the year 9000.
func (c Clock) Freeze() error {
	frozen := true
	return c.change(clock.Change{Frozen: &frozen})
}

// Resume lets the clock go on from where it stands. An error is one as of
// [Clock.Freeze].
func (c Clock) Resume() error {
	frozen := false
	return c.change(clock.Change{Frozen: &frozen})
}

// Advance moves the clock, standing or running; back, if by is negative. An
// error says that it would leave the years 1970 to 9000.
func (c Clock) Advance(by time.Duration) error {
	return c.change(clock.Change{By: by})
}

// Reset makes the clock follow the server's again. Without [WithData] there is no
// error.
func (c Clock) Reset() error {
	c.clock.Reset()
	return c.kept()
}

func (c Clock) change(change clock.Change) error {
	if _, err := c.clock.Change(change); err != nil {
		return fmt.Errorf("mockauthy: the clock: %w", err)
	}
	return c.kept()
}

func (c Clock) kept() error {
	if err := c.flush(); err != nil {
		return fmt.Errorf("mockauthy: the clock: %w", err)
	}
	return nil
}
