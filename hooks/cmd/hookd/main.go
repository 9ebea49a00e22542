// Command hookd serves the login hooks for SFTPGo over HTTP. Run it with -help
// for its settings.
package main

import (
	"context"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"

	_ "golang.org/x/crypto/x509roots/fallback" // for an image without certificate authorities
)

func main() {
	// net/http logs what others send uninvited. The hooks have their own log.
	log.SetOutput(io.Discard)
	signal.Ignore(syscall.SIGPIPE) // whoever read the log has gone; logins go on
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends it at once
	code := run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
