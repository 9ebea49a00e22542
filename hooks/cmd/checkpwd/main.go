// Command checkpwd is started by SFTPGo once per login and
// takes a password followed by an Authy token (check password hook).
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
	os.Exit(hooks.Checkpwd().Run(context.Background(), os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}
