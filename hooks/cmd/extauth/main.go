// Command extauth is started by SFTPGo once per login and
// takes an Authy token for the password (external authentication hook).
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
	os.Exit(hooks.Extauth().Run(context.Background(), os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}
