// Command stubhook is a login hook of SFTPGo that gives the answer that it was
// told to give: as a program if SFTPGo has started it for a login, and otherwise
// over HTTPS, on the port of hookd. What to do is in a folder: that in
// STUBHOOK_FOLDER, if it is set.
package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/stubhook"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run takes the address to listen on, and the files of certificate and key. It
// exits with 1 when it cannot listen, and with 2 for wrong arguments.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	folder := cmp.Or(os.Getenv(stubhook.FolderVariable), stubhook.Folder)
	if username, ok := os.LookupEnv(stubhook.UsernameVariable); ok {
		return stubhook.Run(ctx, folder, username, stdin, stdout, stderr)
	}
	if len(args) != 3 {
		fmt.Fprintln(stderr, "usage: stubhook ADDRESS CERTIFICATE KEY")
		return 2
	}
	server := &http.Server{Addr: args[0], Handler: stubhook.Handler(folder), ReadHeaderTimeout: time.Minute}
	fmt.Fprintln(stderr, "listening on", args[0])
	fmt.Fprintln(stderr, server.ListenAndServeTLS(args[1], args[2]))
	return 1
}
