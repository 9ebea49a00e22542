// Command mockauthy serves a mock of Twilio's Authy API.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// gcPercent is how much may be allocated, in percent of what is in use, before
// the garbage is collected. Little is in use here, and nearly all that a request
// allocates is garbage when it is over: to collect it less often than by default
// costs a few MiB and saves a quarter of the processor's time. The environment
// variable GOGC has its way, as in any Go program.
const gcPercent = 400

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args, os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
