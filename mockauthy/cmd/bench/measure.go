package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// bench is one run.
type bench struct {
	plan

	self string // the path of this command
	dir  string // for files, removed at the end
	load load
}

// measure measures all there is and prints each figure once it is known.
func measure(ctx context.Context, self string, p plan, stdout io.Writer) error {
	if p.clients < 1 || p.rounds < 1 || p.requests < p.clients || p.many < 1 || p.long < p.clients || p.starts < 1 {
		return usageError{fmt.Errorf("%+v: want positive numbers, and a request for each client", p)}
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := bench{plan: p, self: self, dir: dir, load: newLoad(p.clients)}
	defer b.load.close()
	for _, subject := range []struct {
		title   string
		measure func(context.Context) (figures, error)
	}{
		{fmt.Sprintf("Verify, all tokens right, beside a bare handler of the same bytes:\n%d clients, keep-alive, %d turns of %d requests each", p.clients, p.rounds, p.requests), b.verify},
		{fmt.Sprintf("Verify with %d users, beside 10 users", p.many), b.flat},
		{"Verify beside silent faults and slow clients, beside nobody", b.undisturbed},
		{fmt.Sprintf("From the start of the process to its first answer, median of %d", p.starts), b.start},
		{fmt.Sprintf("Memory after %d requests", p.long), b.memory},
	} {
		if _, err := fmt.Fprintf(stdout, "%s\n", subject.title); err != nil {
			return err
		}
		found, err := subject.measure(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", subject.title, err)
		}
		if err := found.writeTo(stdout); err != nil {
			return err
		}
	}
	return nil
}

// serve starts the command to measure on a free port.
func (b bench) serve(ctx context.Context, args ...string) (*server, error) {
	return start(ctx, b.mockauthy, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
}

// serveWith is serve with so many users.
func (b bench) serveWith(ctx context.Context, users int) (*server, error) {
	file := filepath.Join(b.dir, "seed.yaml")
	if err := os.WriteFile(file, seed(users), 0o600); err != nil {
		return nil, err
	}
	return b.serve(ctx, "--seed", file)
}
