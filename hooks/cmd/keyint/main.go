// Command keyint is started by SFTPGo once per login and
// asks for the password, then for an Authy token (keyboard-interactive hook).
// Run it with -help for its settings.
package main

import (
	"context"
	"io"
	"log"
	"os"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

func main() {
	// net/http logs what a server sends uninvited. The hook has its own log.
	log.SetOutput(io.Discard)
	os.Exit(hooks.Keyint().Run(context.Background(), os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}
