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
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// measureOutage lets Authy be silent while clients log in, and compares what was
// there before and is there afterwards.
func (b *benchmark) measureOutage(ctx context.Context, w io.Writer) error {
	fmt.Fprintf(w, "Authy says nothing for %s, and %d clients log in all the time. What SFTPGo, and hookd,\n"+
		"hold before and after: processes of the hook, open files, goroutines, memory; how long it\n"+
		"takes until it is as before; and the first login when Authy is back.\n\n", b.outage, b.outageClients)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  \trefused\tlet in\tprocesses\tfiles\tgoroutines\tmemory\tas before in\tfirst login\t")
	for _, s := range b.sides {
		if s.setup.Hook == stack.NoHook {
			continue
		}
		row, err := b.outageAt(ctx, s)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, errors.Join(table.Flush(), err))
		}
		fmt.Fprintf(table, "  %s\t%s\t\n", s.name, row)
	}
	fmt.Fprintln(table)
	return table.Flush()
}

// outageAt is one row of the table. An error is an outage that has left
// something behind.
func (b *benchmark) outageAt(ctx context.Context, s *side) (string, error) {
	before, err := b.atRest(ctx, s)
	if err != nil {
		return "", err
	}
	refused, letIn, err := b.outageOf(ctx, s, b.outage)
	if err != nil {
		return "", err
	}
	if letIn > 0 {
		return "", fmt.Errorf("%d logins were let in without a word of Authy", letIn)
	}
	first, err := b.turn(ctx, s, b.people[:1], 1)
	if err != nil {
		return "", fmt.Errorf("the first login after the outage: %w", err)
	}
	start := time.Now()
	after, err := b.asBefore(ctx, s, before.afterLogins(s, refused+1))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d\t%d\t%d → %d\t%d → %d\t%d → %d\t%.0f → %.0f MiB\t%s\t%s", refused, letIn,
		before.hooks, after.hooks, before.Files, after.Files, before.Goroutines, after.Goroutines,
		before.Heap/(1<<20), after.Heap/(1<<20), time.Since(start).Round(time.Second), round(first[0])), nil
}

// outageOf lets every client log in until the time is over, at least once. Each
// login has the right token.
func (b *benchmark) outageOf(ctx context.Context, s *side, long time.Duration) (refused, letIn int64, err error) {
	tokens, err := b.tokens(ctx, b.people[:b.outageClients])
	if err != nil {
		return 0, 0, err
	}
	fault, err := b.stack.Mock.AddFault(ctx, control.Fault{Name: "silence", Endpoint: "verify"})
	if err != nil {
		return 0, 0, err
	}
	var denied, in atomic.Int64
	failures := make([]error, b.outageClients)
	var all sync.WaitGroup
	end := time.Now().Add(long)
	for i := range b.outageClients {
		all.Go(func() {
			for once := true; once || time.Now().Before(end); once = false {
				_, err := s.logIn(ctx, b.people[i], tokens[i])
				switch {
				case err == nil:
					in.Add(1)
				case errors.Is(err, login.ErrRefused):
					denied.Add(1)
				default:
					failures[i] = err
					return
				}
			}
		})
	}
	all.Wait()
	err = errors.Join(failures...)
	return denied.Load(), in.Load(), errors.Join(err, b.stack.Mock.HealOne(context.WithoutCancel(ctx), fault.ID))
}
