package hooks

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// maxUnseen is for how long a users file, or one of TOTP secrets, counts that
// could not be looked at, because the disk below it does not answer.
const maxUnseen = 10 * time.Second

// ErrUsersFile says that the users file is of no use at the moment. Nobody is
// let in then: an old list might let in somebody whom it no longer has.
var ErrUsersFile = errors.New("the users file cannot be used")

// UsersFile is the [Directory] of a users file (see [ParseUsers]) that may change
// while it is in use.
type UsersFile struct {
	path string

	mu    sync.RWMutex
	users Users
	err   error
	seen  time.Time // when the file was looked at last

	stamp fileStamp // only Watch uses it
}

// OpenUsersFile reads the file. [UsersFile.Watch] has to run beside it: without,
// nobody is let in any more after ten seconds.
func OpenUsersFile(path string) (*UsersFile, error) {
	u := &UsersFile{path: path}
	u.look()
	return u, u.Err()
}

// Watch looks at the file once a second until ctx ends, and reads it again when
// it is another one. A file that is wrong or gone denies every login until it is
// mended. Changed is told of every reading; its error says what is wrong.
func (u *UsersFile) Watch(ctx context.Context, changed func(users int, err error)) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if u.look() {
			u.mu.RLock()
			count, err := len(u.users), u.err
			u.mu.RUnlock()
			changed(count, err)
		}
	}
}

// Find implements [Directory].
func (u *UsersFile) Find(ctx context.Context, account Account) (Enrolment, error) {
	u.mu.RLock()
	defer u.mu.RUnlock()
	if err := u.trouble(); err != nil {
		return Enrolment{}, err
	}
	return u.users.Find(ctx, account)
}

// Err is nil while the file is in order.
func (u *UsersFile) Err() error {
	u.mu.RLock()
	defer u.mu.RUnlock()
	return u.trouble()
}

func (u *UsersFile) trouble() error {
	if u.err == nil && time.Since(u.seen) > maxUnseen {
		return fmt.Errorf("%w: %s could not be looked at for %v", ErrUsersFile, u.path, maxUnseen)
	}
	return u.err
}

// Len is how many users there are; 0 while the file is not in order.
func (u *UsersFile) Len() int {
	u.mu.RLock()
	defer u.mu.RUnlock()
	return len(u.users)
}

// look reads the file if it may be another one than before, and reports whether
// that told anything new.
func (u *UsersFile) look() (news bool) {
	now := time.Now()
	infos, err := stat(u.path)
	if u.stamp.certain(infos) {
		u.mu.Lock()
		u.seen = now
		u.mu.Unlock()
		return false
	}
	var users Users
	if err == nil {
		users, err = settings{usersFile: u.path}.loadUsers()
	}
	if err != nil {
		err = fmt.Errorf("%w: %w", ErrUsersFile, err)
	}
	news = !u.stamp.alike(infos) || fmt.Sprint(err) != fmt.Sprint(u.err)
	u.stamp = fileStamp{infos, now}
	u.mu.Lock()
	u.users, u.err, u.seen = users, err, now
	u.mu.Unlock()
	return news
}
