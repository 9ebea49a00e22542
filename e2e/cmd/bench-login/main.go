// Command bench-login measures what SFTPGo's logins cost: with no hook, and with
// each hook, in one run and in turn. It prints ratios, for the times of one
// machine say nothing about another. It also measures the hook programs alone,
// beside one that does nothing, and looks at what an outage of Authy leaves
// behind.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
