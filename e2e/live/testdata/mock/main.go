// Command mock serves a mock Authy with the settings of its environment, as the
// tests of package live start it in a container.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/mock"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := mock.Serve(ctx, os.Getenv(mock.SettingsVariable), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		stop()
		os.Exit(1) //nolint:gocritic // the signals are not waited for any more
	}
}
