package hooks

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	// maxCached bounds how many users a [Cache] remembers of each kind, so that
	// invented names cannot fill the memory.
	maxCached = 4096
	// unknownFor is the longest that a user stays unknown: whoever was enrolled
	// just now wants to log in.
	unknownFor = 5 * time.Second
)

// Cache is a [Directory] that remembers what another one said about a user
// name, and for a shorter time that it does not know the name. It never remembers
// a failure. It is of use in a process that lives longer than one login.
//
// The name is all that it looks at: a Directory that reads the additional info
// of the [Account] must not be behind it. It can be used by many at once, and
// keeps no goroutine.
type Cache struct {
	directory      Directory
	known, unknown shelf
}

// NewCache returns a Directory that uses an answer of directory again for that
// long; 0 is not at all.
func NewCache(directory Directory, lifetime time.Duration) *Cache {
	return &Cache{
		directory: directory,
		known:     shelf{lifetime: lifetime},
		unknown:   shelf{lifetime: min(lifetime, unknownFor)},
	}
}

// Find implements [Directory].
func (c *Cache) Find(ctx context.Context, account Account) (Enrolment, error) {
	if enrolment, ok := c.known.get(account.Username); ok {
		return enrolment, nil
	}
	if _, ok := c.unknown.get(account.Username); ok {
		return Enrolment{}, ErrNoAuthyID
	}
	asked := time.Now()
	enrolment, err := c.directory.Find(ctx, account)
	switch {
	case err == nil:
		c.known.put(account.Username, enrolment, asked)
	case errors.Is(err, ErrNoAuthyID):
		c.unknown.put(account.Username, Enrolment{}, asked)
	}
	return enrolment, err
}

// shelf holds entries of one lifetime in the order in which they came.
type shelf struct {
	lifetime time.Duration

	mu      sync.Mutex
	entries map[string]shelved
	order   []shelved
}

type shelved struct {
	username  string
	enrolment Enrolment
	asked     time.Time
}

func (s *shelf) get(username string) (Enrolment, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	entry, ok := s.entries[username]
	if !ok || time.Since(entry.asked) >= s.lifetime {
		return Enrolment{}, false
	}
	return entry.enrolment, true
}

// put remembers an answer to a question of that time, and forgets what is over.
func (s *shelf) put(username string, enrolment Enrolment, asked time.Time) {
	if s.lifetime <= 0 || len(username) > maxUsernameBytes {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.order) > 0 && (len(s.order) >= maxCached || time.Since(s.order[0].asked) >= s.lifetime) {
		oldest := s.order[0]
		s.order = s.order[1:]
		if s.entries[oldest.username].asked.Equal(oldest.asked) { // not asked again since
			delete(s.entries, oldest.username)
		}
	}
	if s.entries == nil {
		s.entries = make(map[string]shelved)
	}
	entry := shelved{username: username, enrolment: enrolment, asked: asked}
	s.entries[username] = entry
	s.order = append(s.order, entry)
}
