package contract

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

// events are what happens at a place.
type events struct {
	mu  sync.Mutex
	all []driver.Event
}

func (e *events) add(who driver.Actor, format string, args ...any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, driver.Event{Time: time.Now(), Who: who, What: fmt.Sprintf(format, args...)})
}

func (e *events) list() []driver.Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.all)
}

func (e *events) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = nil
}

// journal makes events of what the mock logs: a line for each request. A mock that
// several places share tells each of them of its own people only.
type journal struct {
	driver *Driver
	own    *events
}

// Enabled implements slog.Handler.
func (j *journal) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (j *journal) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	var about string
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "authy_ids" {
			about = a.Value.String()
		}
		if a.Value.String() != "" {
			fmt.Fprintf(&b, " %s=%s", a.Key, a.Value)
		}
		return true
	})
	for _, to := range j.driver.concerned(j.own, about) {
		to.add(driver.ByAuthy, "%s%s", r.Message, b.String())
	}
	return nil
}

// concerned are the events of the places whose people a request names, as the
// mock writes them: [1000] or [1000 1001].
func (d *Driver) concerned(own *events, about string) []*events {
	if d.hook.URL == "" {
		return []*events{own}
	}
	named := strings.Fields(strings.Trim(about, "[]"))
	var all []*events
	for _, p := range d.places.all {
		if slices.ContainsFunc(p.users, func(u driver.Person) bool {
			return slices.Contains(named, strconv.FormatInt(u.AuthyID, 10))
		}) {
			all = append(all, p.events)
		}
	}
	return all
}

// WithAttrs implements slog.Handler. The mock adds none.
func (j *journal) WithAttrs([]slog.Attr) slog.Handler { return j }

// WithGroup implements slog.Handler. The mock opens none.
func (j *journal) WithGroup(string) slog.Handler { return j }
