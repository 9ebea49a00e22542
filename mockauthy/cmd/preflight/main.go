// Command preflight says in one line whether this machine can show the page of the
// mock to a real browser, and if not, what to do. It exits with 0 if it can, and
// with 1 if not.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/browser"
)

func main() {
	os.Exit(run(os.Stdout))
}

func run(stdout io.Writer) int {
	path, err := browser.Find()
	if err != nil {
		fmt.Fprintf(stdout, "left out: the page in a real browser, because %v\n", err)
		return 1
	}
	fmt.Fprintf(stdout, "included: the page in a real browser, %s\n", path)
	return 0
}
