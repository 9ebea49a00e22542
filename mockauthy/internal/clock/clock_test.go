package clock_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/clock"
)

var (
	noon        = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	spring      = time.Date(2027, 3, 21, 6, 0, 0, 0, time.UTC)
	stop, start = true, false
)

// newClock makes a clock, and the base that it follows.
func newClock() (*clock.Clock, *time.Time) {
	base := noon
	return clock.New(func() time.Time { return base }), &base
}

func TestChange(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		changes []clock.Change
		want    clock.State // an hour of the base later
	}{
		"untouched":            {nil, clock.State{Time: noon.Add(time.Hour)}},
		"touched, not changed": {[]clock.Change{{}}, clock.State{Time: noon.Add(time.Hour), Own: true}},
		"set":                  {[]clock.Change{{Time: spring}}, clock.State{Time: spring.Add(time.Hour), Own: true}},
		"set elsewhere":        {[]clock.Change{{Time: spring.In(time.FixedZone("X", 3600))}}, clock.State{Time: spring.Add(time.Hour), Own: true}},
		"frozen":               {[]clock.Change{{Frozen: &stop}}, clock.State{Time: noon, Frozen: true, Own: true}},
		"set and frozen":       {[]clock.Change{{Time: spring, Frozen: &stop}}, clock.State{Time: spring, Frozen: true, Own: true}},
		"frozen, then set":     {[]clock.Change{{Frozen: &stop}, {Time: spring}}, clock.State{Time: spring, Frozen: true, Own: true}},
		"moved":                {[]clock.Change{{By: time.Minute}}, clock.State{Time: noon.Add(61 * time.Minute), Own: true}},
		"moved twice":          {[]clock.Change{{By: time.Minute}, {By: time.Minute}}, clock.State{Time: noon.Add(62 * time.Minute), Own: true}},
		"moved back":           {[]clock.Change{{By: -24 * time.Hour}}, clock.State{Time: noon.Add(-23 * time.Hour), Own: true}},
		"frozen and moved":     {[]clock.Change{{Frozen: &stop}, {By: 10 * time.Second}}, clock.State{Time: noon.Add(10 * time.Second), Frozen: true, Own: true}},
		"resumed":              {[]clock.Change{{Time: spring, Frozen: &stop}, {Frozen: &start}}, clock.State{Time: spring.Add(time.Hour), Own: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, base := newClock()
			for _, change := range test.changes {
				state, err := c.Change(change)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(state, c.State()); diff != "" {
					t.Errorf("state after %+v (-told +got):\n%s", change, diff)
				}
			}
			*base = base.Add(time.Hour)
			if diff := cmp.Diff(test.want, c.State()); diff != "" {
				t.Errorf("state (-want +got):\n%s", diff)
			}
			if now := c.Now(); !now.Equal(test.want.Time) {
				t.Errorf("now %s, want %s", now, test.want.Time)
			}
			c.Reset()
			if diff := cmp.Diff(clock.State{Time: *base}, c.State()); diff != "" {
				t.Errorf("state after a reset (-want +got):\n%s", diff)
			}
		})
	}
}

// A clock that was frozen for long goes on where it stood.
func TestResumeAfterLong(t *testing.T) {
	t.Parallel()
	c, base := newClock()
	for _, frozen := range []bool{true, false} {
		if _, err := c.Change(clock.Change{Frozen: &frozen}); err != nil {
			t.Fatal(err)
		}
		*base = base.Add(time.Hour)
	}
	if got, want := c.Now(), noon.Add(time.Hour); !got.Equal(want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestChangeOutOfBounds(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]clock.Change{
		"the time 1969-12-31T23:59:59Z: want 1970-01-01T00:00:00Z to 9000-01-01T00:00:00Z": {Time: time.Unix(-1, 0)},
		"the time 9000-01-01T00:00:01Z: want 1970-01-01T00:00:00Z to 9000-01-01T00:00:00Z": {Time: time.Date(9000, 1, 1, 0, 0, 1, 0, time.UTC)},
		"the time 1926-11-22T12:00:00Z: want 1970-01-01T00:00:00Z to 9000-01-01T00:00:00Z": {By: -36525 * 24 * time.Hour},
	} {
		c, _ := newClock()
		if _, err := c.Change(change); err == nil || err.Error() != want {
			t.Errorf("%+v: got %v, want %s", change, err, want)
		}
		if diff := cmp.Diff(clock.State{Time: noon}, c.State()); diff != "" {
			t.Errorf("%+v: changed all the same (-want +got):\n%s", change, diff)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	c := clock.New(func() time.Time { return noon })
	var wg sync.WaitGroup
	for range 60 {
		wg.Go(func() {
			if _, err := c.Change(clock.Change{By: time.Second}); err != nil {
				t.Error(err)
			}
			c.Now()
		})
	}
	wg.Wait()
	if got, want := c.Now(), noon.Add(time.Minute); !got.Equal(want) {
		t.Errorf("got %s, want %s: no move may be lost", got, want)
	}
}
