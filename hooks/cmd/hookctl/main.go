// Command hookctl is what an administrator has for the hooks: it enrols users,
// shows the state of one, verifies a token and checks a whole configuration.
// Run it with -help.
package main

import (
	"context"
	"io"
	"log"
	"os"

	"github.com/sftpgo-authy/sftpgo-authy/hooks/internal/ctl"
)

func main() {
	// net/http logs what a server sends uninvited.
	log.SetOutput(io.Discard)
	os.Exit(ctl.Run(context.Background(), os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}
