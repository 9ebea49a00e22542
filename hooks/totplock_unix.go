//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package hooks

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// canLock says whether processes can wait for each other on this system.
const canLock = true

// lockPoll is the time between two attempts to get a lock. The system call that
// waits cannot be ended by a deadline.
const lockPoll = 2 * time.Millisecond

// openLock opens the file of a lock, and makes it if there is none.
func (f stateFile) openLock(path string) (*os.File, error) {
	file, err := createOwned(path)
	if !errors.Is(err, os.ErrExist) {
		return file, err
	}
	if err := requireRegular(path); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_RDWR, 0)
}

// createOwned makes a file that is not there yet. If root makes it, for instance
// an administrator who tries a token, it belongs to whom the directory belongs:
// the hooks, which run as somebody else, have to go on from there. Only a new
// file is given away, never what somebody has put in its place.
func createOwned(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil || os.Geteuid() != 0 {
		return file, err
	}
	info, err := os.Stat(filepath.Dir(path))
	if err == nil {
		if owner, ok := info.Sys().(*syscall.Stat_t); ok {
			err = file.Chown(int(owner.Uid), int(owner.Gid))
		}
	}
	if err != nil {
		return nil, errors.Join(err, file.Close(), os.Remove(path))
	}
	return file, nil
}

// lock waits until no other process, and no other goroutine of this one, has the
// lock of this user. The lock is a file of its own, since the state is replaced
// and not changed; it ends with unlock or with the process, however that ends.
func (f stateFile) lock(ctx context.Context) (unlock func(), err error) {
	path := f.path(".lock")
	file, err := f.openLock(path)
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
