package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"slices"
	"time"

	"github.com/testcontainers/testcontainers-go/log"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/preflight"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
)

// plan is what to measure.
type plan struct {
	// rounds of turns: in each, every side logs in so many times. First logins have
	// as many rounds as there are logins.
	rounds, logins int
	// clients at once, beside one alone.
	clients int
	// runs of each program.
	runs int
	// outage of Authy, and the clients of a burst of logins in it.
	outage        time.Duration
	outageClients int
	// deadline of the hooks, which an outage makes every login wait for.
	deadline time.Duration
	// lookEvery is the pause between two looks at what the servers hold.
	lookEvery time.Duration
	// only has the names of the sides that are measured beside the one without a hook.
	only *regexp.Regexp
}

// run exits with 0 when it has measured, with 1 when it could not, and with 2
// for wrong flags.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	log.SetDefault(log.NewNoopLogger())
	p := plan{only: regexp.MustCompile("")}
	flags := flag.NewFlagSet("bench-login", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&p.rounds, "rounds", 9, "`N` turns of each side")
	flags.IntVar(&p.logins, "logins", 64, "`N` logins in a turn, each of another user")
	flags.IntVar(&p.clients, "clients", 32, "`N` clients at once, beside one alone")
	flags.IntVar(&p.runs, "runs", 150, "`N` runs of each program")
	flags.DurationVar(&p.outage, "outage", 10*time.Minute, "how `LONG` Authy says nothing; 0 leaves this part out")
	flags.IntVar(&p.outageClients, "outage-clients", 200, "`N` clients that log in at once during the outage")
	flags.DurationVar(&p.deadline, "deadline", 5*time.Second, "how `LONG` a hook waits for Authy")
	flags.DurationVar(&p.lookEvery, "look-every", 2*time.Second, "how `LONG` to wait between two looks at what the servers hold")
	flags.Func("only", "measure the sides whose names have this `REGEXP`, such as \"keyint, program\"", func(text string) (err error) {
		p.only, err = regexp.Compile(text)
		return err
	})
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	if err := p.check(); err != nil {
		fmt.Fprintf(stderr, "bench-login: %v\n", err)
		return 2
	}
	if err := bench(ctx, p, stdout); err != nil {
		fmt.Fprintf(stderr, "bench-login: %v\n", err)
		return 1
	}
	return 0
}

// maxUsers is how many people of the stack the command takes at most.
const maxUsers = 400

func (p plan) check() error {
	for name, n := range map[string]int{
		"rounds": p.rounds, "logins": p.logins, "clients": p.clients, "runs": p.runs, "outage-clients": p.outageClients,
	} {
		if n < 1 {
			return fmt.Errorf("-%s %d: want 1 or more", name, n)
		}
	}
	if !slices.ContainsFunc(sides(""), func(s *side) bool { return s.setup.Hook != stack.NoHook && p.only.MatchString(s.name) }) {
		return fmt.Errorf("-only %s: there is no such side", p.only)
	}
	if p.users() > maxUsers {
		return fmt.Errorf("-logins %d, -outage-clients %d: want %d or less", p.logins, p.outageClients, maxUsers)
	}
	if p.lookEvery <= 0 {
		return fmt.Errorf("-look-every %s: want more than 0", p.lookEvery)
	}
	if p.outage < 0 {
		return fmt.Errorf("-outage %s: want 0 or more", p.outage)
	}
	return nil
}

// users is how many there must be: one for each login of a turn, and one for
// each client of the outage.
func (p plan) users() int { return max(p.logins, p.outageClients) }

func bench(ctx context.Context, p plan, stdout io.Writer) (err error) {
	if _, err := preflight.Check(ctx, preflight.Image()); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "SFTPGo is %s. The servers start ...\n\n", preflight.Image())
	on, err := stack.Start(ctx, preflight.Image(), stack.WithTelemetry())
	defer func() { err = errors.Join(err, on.Close()) }()
	if err != nil {
		return err
	}
	b := &benchmark{plan: p, stack: on}
	if err := b.enrol(ctx); err != nil {
		return err
	}
	parts := []func(context.Context, io.Writer) error{b.measureLogins, b.measurePrograms}
	if p.outage > 0 {
		parts = append(parts, b.measureOutage)
	}
	for _, part := range parts {
		if err := part(ctx, stdout); err != nil {
			return err
		}
	}
	return nil
}
