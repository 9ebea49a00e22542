//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package hooks

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// canLock says whether processes can wait for each other on this system.
const canLock = true

// lockPoll is the time between two attempts to get a lock. The system call that
// waits cannot be ended by a deadline.
const lockPoll = 2 * time.Millisecond

// lock waits until no other process, and no other goroutine of this one, has the
// lock of this user. The lock is a file of its own, since the state is replaced
// and not changed; it ends with unlock or with the process, however that ends.
func (f stateFile) lock(ctx context.Context) (unlock func(), err error) {
	path := f.path(".lock")
	if err := requireRegular(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%w: %w", ErrState, err)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrState, err)
	}
	ticker := time.NewTicker(lockPoll)
	defer ticker.Stop()
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return func() { _ = file.Close() }, nil
		case !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR):
			_ = file.Close()
			return nil, fmt.Errorf("%w: %s cannot be locked: %w", ErrState, path, err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			_ = file.Close()
			return nil, contextError(ctx)
		}
	}
}
