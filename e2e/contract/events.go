package contract

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

// journal makes events of what the mock logs: a line for each request.
type journal struct {
	events *events
}

// Enabled implements slog.Handler.
func (j *journal) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (j *journal) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	r.Attrs(func(a slog.Attr) bool {
		if a.Value.String() != "" {
			fmt.Fprintf(&b, " %s=%s", a.Key, a.Value)
		}
		return true
	})
	j.events.add(driver.ByAuthy, "%s%s", r.Message, b.String())
	return nil
}

// WithAttrs implements slog.Handler. The mock adds none.
func (j *journal) WithAttrs([]slog.Attr) slog.Handler { return j }

// WithGroup implements slog.Handler. The mock opens none.
func (j *journal) WithGroup(string) slog.Handler { return j }
