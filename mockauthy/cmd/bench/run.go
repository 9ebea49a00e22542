package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

// The exit codes of the command. A goal that is missed is a figure, no failure.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
)

// plan is how much is measured.
type plan struct {
	// mockauthy is the path of the command.
	mockauthy string
	// clients send at once, each on a connection that it keeps.
	clients int
	// rounds are how often each side has its turn, with so many requests.
	rounds, requests int
	// many is how many users the mock has at most.
	many int
	// long is how many requests it has answered when its memory is looked at.
	long int
	// starts is how often it is started.
	starts int
}

// run is the whole command: args as the process got them, its own name first.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var p plan
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&p.mockauthy, "mockauthy", "build/mockauthy", "`PATH` of the command to measure")
	flags.IntVar(&p.clients, "clients", 16, "`N` clients at once")
	flags.IntVar(&p.rounds, "rounds", 10, "`N` turns of each side")
	flags.IntVar(&p.requests, "requests", 20_000, "`N` requests in a turn")
	flags.IntVar(&p.many, "users", 1_000_000, "`N` users where there are many")
	flags.IntVar(&p.long, "long", 1_000_000, "`N` requests before the memory is looked at")
	flags.IntVar(&p.starts, "starts", 20, "`N` starts of the command")
	if err := flags.Parse(args[1:]); errors.Is(err, flag.ErrHelp) {
		return exitOK
	} else if err != nil {
		return exitUsage
	}
	// The other sides are this command again, in processes of their own.
	if flags.NArg() > 0 {
		return report(stderr, serveSide(ctx, flags.Args(), stdout))
	}
	self, err := os.Executable()
	if err != nil {
		return report(stderr, fmt.Errorf("find this command: %w", err))
	}
	return report(stderr, measure(ctx, self, p, stdout))
}

func report(stderr io.Writer, err error) int {
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, new(usageError)):
		fmt.Fprintf(stderr, "bench: %s\n", err)
		return exitUsage
	default:
		fmt.Fprintf(stderr, "bench: %s\n", strings.TrimSpace(err.Error()))
		return exitFailure
	}
}

// usageError is an error of whoever called the command.
type usageError struct{ error }
