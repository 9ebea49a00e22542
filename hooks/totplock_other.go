//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package hooks

import (
	"context"
	"fmt"
	"os"
)

// canLock says whether processes can wait for each other on this system.
const canLock = false

// lock fails: two logins could use one token at the same time.
func (f stateFile) lock(context.Context) (unlock func(), err error) {
	return nil, fmt.Errorf("%w: this system has no lock for files", ErrState)
}

// createOwned makes a file that is not there yet.
func createOwned(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
}
