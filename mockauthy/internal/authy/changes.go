package authy

import (
	"maps"
	"slices"
	"sync"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/bell"
)

// Changes are what has changed of an application's users and is not kept yet.
type Changes struct {
	// All says that Users are all there are: whoever else was kept is gone.
	All bool
	// NextID is the Authy ID of the next user who is given none.
	NextID int64
	// Users are those added or changed, as they are now.
	Users []UserState
	// Gone are the Authy IDs of those deleted.
	Gone []int64
}

// unkept remembers who has changed, not how: what a user is like is looked up
// when it is taken down. So there is no order of changes that could be mixed up,
// and many changes of one user cost as much as one.
type unkept struct {
	tell    func() // nil where nobody keeps anything
	watcher *bell.Bell

	mu    sync.Mutex
	all   bool
	users map[int64]struct{}
}

// user marks a user as changed. It is called under the lock under which he was
// changed, so that whoever sees the change knows it as marked.
func (k *unkept) user(id int64) {
	k.watcher.Ring()
	if k.tell == nil {
		return
	}
	k.mu.Lock()
	k.users[id] = struct{}{}
	k.mu.Unlock()
	k.tell()
}

// everyone marks all users as changed, likewise.
func (k *unkept) everyone() {
	k.watcher.Ring()
	if k.tell == nil {
		return
	}
	k.mu.Lock()
	k.all = true
	k.mu.Unlock()
	k.tell()
}

// take is who has changed, by Authy ID, and forgets it.
func (k *unkept) take() (all bool, ids []int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	all, ids = k.all, slices.Sorted(maps.Keys(k.users))
	k.all = false
	clear(k.users)
	return all, ids
}

// Watch rings a bell at every change, of users, messages and OneTouch requests. It
// may ring under locks. Watch comes before the application is used by more than one
// goroutine.
func (a *Application) Watch(b *bell.Bell) { a.unkept.watcher = b }

// Keep begins to collect [Changes], and calls changed at each one. It is called
// under locks: it must not block, nor ask the application anything. With all,
// everything counts as changed from the start. Keep comes before the application
// is used by more than one goroutine.
func (a *Application) Keep(changed func(), all bool) {
	a.unkept.tell, a.unkept.users = changed, make(map[int64]struct{})
	if all {
		a.unkept.everyone()
	}
}

// Changes takes down what has changed since they were taken down last. Whoever
// cannot keep them calls [Application.PutBack].
func (a *Application) Changes() Changes {
	// Nobody is added or deleted meanwhile: a phone that went from one user to
	// another would belong to both.
	a.mu.RLock()
	defer a.mu.RUnlock()
	all, ids := a.unkept.take()
	c := Changes{All: all, NextID: a.nextID}
	if all {
		ids = slices.Sorted(maps.Keys(a.users))
	}
	for _, id := range ids {
		if u := a.users[id]; u != nil {
			c.Users = append(c.Users, u.state())
		} else {
			c.Gone = append(c.Gone, id)
		}
	}
	return c
}

// PutBack says that the changes were not kept after all.
func (a *Application) PutBack(c Changes) {
	k := &a.unkept
	k.mu.Lock()
	defer k.mu.Unlock()
	k.all = k.all || c.All
	for _, u := range c.Users {
		k.users[u.ID] = struct{}{}
	}
	for _, id := range c.Gone {
		k.users[id] = struct{}{}
	}
}
