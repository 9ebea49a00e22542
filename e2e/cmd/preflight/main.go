// Command preflight says in one line whether this machine can run the scenarios
// on real SFTPGo, and if not, why, and what to do. It exits with 0 if it can,
// and with 1 if not.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/preflight"
)

func main() {
	os.Exit(run(context.Background(), os.Stdout))
}

func run(ctx context.Context, stdout io.Writer) int {
	image := preflight.Image()
	if _, err := preflight.Check(ctx, image); err != nil {
		fmt.Fprintf(stdout, "left out: the scenarios on real SFTPGo, because %v\n", err)
		return 1
	}
	fmt.Fprintf(stdout, "included: the scenarios on real SFTPGo, %s\n", image)
	return 0
}
