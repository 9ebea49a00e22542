package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/testcontainers/testcontainers-go/exec"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/metrics"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/poll"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
)

// state is what a server or a hookd holds.
type state struct {
	metrics.Process

	hooks int // processes
}

// What may be more after an outage than before, and still is the same: a few
// connections that are kept, caches, the pace of a garbage collector. Of the 700
// logins of ten minutes each leak would be more. What is resident goes up and down
// with the garbage, and is to show memory that Go does not know of.
const (
	moreFiles      = 10
	moreGoroutines = 20
	moreHeap       = 2 << 20
	moreResident   = 1.5
)

func (s state) is(before state) error {
	if s.hooks > before.hooks || s.Files > before.Files+moreFiles || s.Goroutines > before.Goroutines+moreGoroutines ||
		s.Heap > before.Heap+moreHeap || s.Resident > moreResident*before.Resident {
		return fmt.Errorf("want what was there before, %+v, and a little more, got %+v", before, s)
	}
	return nil
}

// afterLogins is what SFTPGo can be expected to hold after so many logins. With a
// keyboard-interactive program it keeps a goroutine of each login for good: it
// waits for the process, and never for the command (executeKeyboardInteractiveProgram,
// os/exec.Cmd.watchCtx).
func (s state) afterLogins(by stack.Setup, logins int64) state {
	const heapOfEach = 8 << 10
	if by.Hook == stack.PasswordAndToken && !by.OverHTTP {
		s.Goroutines += int(logins)
		s.Heap += heapOfEach * float64(logins)
		s.Resident += heapOfEach * float64(logins)
	}
	return s
}

// holder is what is looked at before and after the outage.
type holder struct {
	name   string
	look   func(context.Context) (state, error)
	before state
	of     *side         // whose server it is; nil for hookd
	every  time.Duration // the pause between two looks
}

// holders are the servers, and hookd: that in the network serves several servers.
func (b *benchmark) holders() []*holder {
	var all []*holder
	seen := false
	for _, s := range b.hooked() {
		all = append(all, &holder{name: "SFTPGo: " + s.name, of: s, look: s.look, every: b.lookEvery})
		if !s.setup.OverHTTP || !s.setup.OnLoopback && seen {
			continue
		}
		name := "hookd: " + s.name
		if !s.setup.OnLoopback {
			name, seen = "hookd: both of HTTPS", true
		}
		all = append(all, &holder{name: name, every: b.lookEvery, look: func(ctx context.Context) (now state, err error) {
			now.Process, err = b.stack.HookdHolds(ctx, s.setup)
			return now, err
		}})
	}
	return all
}

// hooked are the sides with a hook.
func (b *benchmark) hooked() []*side {
	var some []*side
	for _, s := range b.sides {
		if s.setup.Hook != stack.NoHook {
			some = append(some, s)
		}
	}
	return some
}

// Nobody tells hookd to collect its garbage; Go does every two minutes at least.
const (
	asBeforeWithin = 150 * time.Second
	looksAtRest    = 3
)

// allAtRest looks at all of them, at the same time, before the outage.
func allAtRest(ctx context.Context, holders []*holder) error {
	failures := make([]error, len(holders))
	var all sync.WaitGroup
	for i, h := range holders {
		all.Go(func() {
			if h.before, failures[i] = h.atRest(ctx); failures[i] != nil {
				failures[i] = fmt.Errorf("%s: %w", h.name, failures[i])
			}
		})
	}
	all.Wait()
	return errors.Join(failures...)
}

// atRest is what it holds while nobody logs in: the least of several looks, for
// what a login has left may still be on its way out.
func (h *holder) atRest(ctx context.Context) (least state, err error) {
	looks := 0
	err = poll.Every(ctx, h.every, asBeforeWithin, func(ctx context.Context) (hopeless bool, err error) {
		now, err := h.look(ctx)
		if err != nil {
			return true, err
		}
		if looks++; looks == 1 {
			least = now
		}
		least.hooks, least.Files = min(least.hooks, now.hooks), min(least.Files, now.Files)
		least.Goroutines = min(least.Goroutines, now.Goroutines)
		least.Heap, least.Resident = min(least.Heap, now.Heap), min(least.Resident, now.Resident)
		if looks < looksAtRest {
			return false, errors.New("look again")
		}
		return false, nil
	})
	return least, err
}

// asBefore waits until it holds no more than before. The state is the last one,
// with an error too.
func (h *holder) asBefore(ctx context.Context, logins int64) (now state, err error) {
	want := h.before
	if h.of != nil {
		want = want.afterLogins(h.of.setup, logins)
	}
	err = poll.Every(ctx, h.every, asBeforeWithin, func(ctx context.Context) (hopeless bool, err error) {
		if now, err = h.look(ctx); err != nil {
			return true, err
		}
		return false, now.is(want)
	})
	return now, err
}

// look collects SFTPGo's garbage first, as Go does by itself at least every two
// minutes.
func (s *side) look(ctx context.Context) (now state, err error) {
	if err := metrics.Collect(ctx, s.server.Telemetry()+"/debug/pprof/heap"); err != nil {
		return now, err
	}
	if now.Process, err = metrics.Read(ctx, s.server.Telemetry()+"/metrics"); err != nil || s.setup.OverHTTP {
		return now, err
	}
	now.hooks, err = s.countHooks(ctx)
	return now, err
}

// countHooks counts the processes of the hook in the server's container.
func (s *side) countHooks(ctx context.Context) (int, error) {
	script := "cat /proc/[0-9]*/comm 2>/dev/null | grep -cx '" + s.setup.Hook.Program() + "'"
	_, output, err := s.server.Exec(ctx, []string{"sh", "-c", script}, exec.Multiplexed())
	if err != nil {
		return 0, fmt.Errorf("count the processes: %w", err)
	}
	text, err := io.ReadAll(output)
	if err != nil {
		return 0, fmt.Errorf("count the processes: %w", err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("count the processes: %w", err)
	}
	return n, nil
}
