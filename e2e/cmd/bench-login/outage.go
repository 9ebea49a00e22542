package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"text/tabwriter"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/login"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// outage is one of Authy, for all sides at once.
type outage struct {
	*benchmark

	sides  []*side
	tokens []string // of the people, right ones
	// refused counts the logins by side.
	refused []atomic.Int64
	bursts  int
}

// measureOutage lets Authy be silent, and compares what was there before and is
// there afterwards.
func (b *benchmark) measureOutage(ctx context.Context, w io.Writer) error {
	o := &outage{benchmark: b, sides: b.hooked()}
	o.refused = make([]atomic.Int64, len(o.sides))
	fmt.Fprintf(w, "Authy says nothing for %s, to all sides at once. At its start, in its middle and at its end each\n"+
		"side has, in its turn, %d logins at once; a client logs in at each side all the time.\n"+
		"Everybody has logged in before, and there was one such burst without Authy, so that caches are\n"+
		"full and Go has the memory that a burst takes. The heap of SFTPGo is what is left after garbage\n"+
		"collection; that of hookd holds some garbage. With keyint as a program SFTPGo keeps a goroutine of\n"+
		"each login for good, which no hook can change and is not counted as a leak here.\n\n", b.outage, b.outageClients)
	if err := o.warmUp(ctx); err != nil {
		return fmt.Errorf("before the outage: %w", err)
	}
	holders := b.holders()
	if err := allAtRest(ctx, holders); err != nil {
		return err
	}
	if err := o.silence(ctx, func() error { return o.last(ctx) }); err != nil {
		return err
	}
	first, err := o.firstLogins(ctx)
	if err != nil {
		return fmt.Errorf("the first login after the outage: %w", err)
	}
	return errors.Join(o.tellLogins(w, first), o.tellHolders(ctx, w, holders))
}

// warmUp lets everybody log in at each side, and each side have a burst that Authy
// does not answer. The first login of all at once would take longer than the
// deadline of a dialogue, as SFTPGo compares the passwords.
func (o *outage) warmUp(ctx context.Context) error {
	const atOnce = 4
	for _, s := range o.sides {
		if _, err := o.turn(ctx, s, o.people[:o.outageClients], atOnce); err != nil {
			return err
		}
	}
	err := o.silence(ctx, func() error { return o.burst(ctx) })
	for i := range o.refused {
		o.refused[i].Store(0)
	}
	o.bursts = 0
	return err
}

// silence is what happens while Authy answers nobody. It ends with Authy's return.
func (o *outage) silence(ctx context.Context, meanwhile func() error) (err error) {
	if o.tokens, err = o.benchmark.tokens(ctx, o.people[:o.outageClients]); err != nil {
		return err
	}
	fault, err := o.stack.Mock.AddFault(ctx, control.Fault{Name: "silence", Endpoint: "verify"})
	if err != nil {
		return err
	}
	return errors.Join(meanwhile(), o.stack.Mock.HealOne(context.WithoutCancel(ctx), fault.ID))
}

// last is the outage as long as it is: bursts, and a client at each side between
// them.
func (o *outage) last(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	start := time.Now()
	var over atomic.Bool
	var trickle sync.WaitGroup
	for i := range o.sides {
		trickle.Go(func() {
			for !over.Load() {
				if err := o.isRefused(ctx, i, 0); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	err := o.threeBursts(ctx, start)
	over.Store(true)
	trickle.Wait()
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// threeBursts takes as long as the outage. A burst that would begin after its end
// is left out, so that a short one has fewer.
func (o *outage) threeBursts(ctx context.Context, start time.Time) error {
	if err := o.burst(ctx); err != nil {
		return err
	}
	rest := o.outage - time.Since(start)
	if rest <= 0 {
		return nil
	}
	for _, at := range []time.Duration{o.outage / 2, max(rest, o.outage/2)} {
		timer := time.NewTimer(time.Until(start.Add(at)))
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
		if err := o.burst(ctx); err != nil {
			return err
		}
	}
	return nil
}

// burst lets all people log in at once, at one side after the other.
func (o *outage) burst(ctx context.Context) error {
	o.bursts++
	for i, s := range o.sides {
		failures := make([]error, o.outageClients)
		var all sync.WaitGroup
		for n := range o.outageClients {
			all.Go(func() { failures[n] = o.isRefused(ctx, i, n) })
		}
		all.Wait()
		if err := errors.Join(failures...); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

// isRefused lets somebody log in with a right token, of which Authy says nothing.
func (o *outage) isRefused(ctx context.Context, side, person int) error {
	switch _, err := o.sides[side].logIn(ctx, o.people[person], o.tokens[person]); {
	case err == nil:
		return fmt.Errorf("%s: a login was let in without a word of Authy", o.sides[side].name)
	case !errors.Is(err, login.ErrRefused):
		return err
	}
	o.refused[side].Add(1)
	return nil
}

// firstLogins are one at each side, all at once.
func (o *outage) firstLogins(ctx context.Context) ([]time.Duration, error) {
	people := o.people[:len(o.sides)]
	tokens, err := o.benchmark.tokens(ctx, people)
	if err != nil {
		return nil, err
	}
	took := make([]time.Duration, len(people))
	failures := make([]error, len(people))
	var all sync.WaitGroup
	for i, s := range o.sides {
		all.Go(func() { took[i], failures[i] = s.logIn(ctx, people[i], tokens[i]) })
	}
	all.Wait()
	return took, errors.Join(failures...)
}

func (o *outage) tellLogins(w io.Writer, first []time.Duration) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  \tbursts\trefused\tlet in\tfirst login afterwards\t")
	for i, s := range o.sides {
		fmt.Fprintf(table, "  %s\t%d\t%d\t0\t%s\t\n", s.name, o.bursts, o.refused[i].Load(), round(first[i]))
	}
	fmt.Fprintln(table)
	return table.Flush()
}

// tellHolders waits until all is as it was, and tells. An error is an outage that
// has left something behind.
func (o *outage) tellHolders(ctx context.Context, w io.Writer, holders []*holder) (err error) {
	logins := map[*side]int64{}
	for i, s := range o.sides {
		logins[s] = o.refused[i].Load() + 1
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  \tprocesses\tfiles\tgoroutines\theap, MiB\tresident, MiB\t")
	for _, h := range holders {
		now, leak := h.asBefore(ctx, logins[h.of])
		if leak != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", h.name, leak))
		}
		const mib = 1 << 20
		fmt.Fprintf(table, "  %s\t%d → %d\t%d → %d\t%d → %d\t%.1f → %.1f\t%.0f → %.0f\t\n", h.name,
			h.before.hooks, now.hooks, h.before.Files, now.Files, h.before.Goroutines, now.Goroutines,
			h.before.Heap/mib, now.Heap/mib, h.before.Resident/mib, now.Resident/mib)
	}
	fmt.Fprintln(table)
	return errors.Join(table.Flush(), err)
}
