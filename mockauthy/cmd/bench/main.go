// Command bench measures the mock against a bare net/http handler that returns
// the same bytes: side by side, in one run, in turn. It prints ratios, for the
// times of one machine say nothing about another.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
