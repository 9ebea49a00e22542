package hooks_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// counting is a directory that counts who was asked for, and says what answer
// says.
type counting struct {
	mu     sync.Mutex
	asked  map[string]int
	answer func(name string) (hooks.Enrolment, error)
}

func (c *counting) Find(_ context.Context, account hooks.Account) (hooks.Enrolment, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked[account.Username]++
	return c.answer(account.Username)
}

func newCounting() *counting {
	return &counting{asked: make(map[string]int), answer: func(name string) (hooks.Enrolment, error) {
		switch name {
		case "nobody":
			return hooks.Enrolment{}, hooks.ErrNoAuthyID
		case "broken":
			return hooks.Enrolment{}, errBroken
		}
		return hooks.Enrolment{AuthyID: aliceID}, nil
	}}
}

func TestCache(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		lifetime, wait time.Duration
		asked          map[string]int // after two questions with a wait between
	}{
		"within":          {time.Minute, 4 * time.Second, map[string]int{"alice": 1, "nobody": 1, "broken": 2}},
		"unknown is over": {time.Minute, 5 * time.Second, map[string]int{"alice": 1, "nobody": 2, "broken": 2}},
		"last moment":     {time.Minute, time.Minute - 1, map[string]int{"alice": 1, "nobody": 2, "broken": 2}},
		"over":            {time.Minute, time.Minute, map[string]int{"alice": 2, "nobody": 2, "broken": 2}},
		"short":           {time.Second, time.Second, map[string]int{"alice": 2, "nobody": 2, "broken": 2}},
		"none":            {0, 0, map[string]int{"alice": 2, "nobody": 2, "broken": 2}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				behind := newCounting()
				cache := hooks.NewCache(behind, test.lifetime)
				for i := range 2 {
					if i > 0 {
						<-time.After(test.wait)
					}
					for user, want := range map[string]error{"alice": nil, "nobody": hooks.ErrNoAuthyID, "broken": errBroken} {
						e, err := cache.Find(t.Context(), hooks.Account{Username: user})
						if !errors.Is(err, want) || (err == nil) != (e.AuthyID == aliceID) {
							t.Errorf("%s: %v, %v", user, e, err)
						}
					}
				}
				for user, want := range test.asked {
					if behind.asked[user] != want {
						t.Errorf("%s was asked for %d times, want %d", user, behind.asked[user], want)
					}
				}
			})
		})
	}
}

// An answer counts from the question: what SFTPGo says may be as old as that.
func TestCacheSlowAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		behind := newCounting()
		plain := behind.answer
		behind.answer = func(name string) (hooks.Enrolment, error) {
			<-time.After(8 * time.Second)
			return plain(name)
		}
		cache := hooks.NewCache(behind, 10*time.Second)
		for range 2 {
			_, _ = cache.Find(t.Context(), hooks.Account{Username: "alice"})
			<-time.After(2 * time.Second)
		}
		if behind.asked["alice"] != 2 {
			t.Errorf("asked %d times", behind.asked["alice"])
		}
	})
}

// Invented names neither fill the memory nor push out who is known.
func TestCacheBounds(t *testing.T) {
	t.Parallel()
	behind := newCounting()
	plain := behind.answer
	behind.answer = func(name string) (hooks.Enrolment, error) {
		if strings.HasPrefix(name, "invented") {
			return hooks.Enrolment{}, hooks.ErrNoAuthyID
		}
		return plain(name)
	}
	cache := hooks.NewCache(behind, time.Hour)
	ask := func(name string) {
		_, _ = cache.Find(t.Context(), hooks.Account{Username: name})
	}
	ask("alice")
	for i := range 3 * hooks.MaxCached {
		ask("invented" + strconv.Itoa(i))
	}
	ask("alice")
	if behind.asked["alice"] != 1 {
		t.Error("invented names pushed out who is known")
	}
	for i := range 3 * hooks.MaxCached {
		ask("known" + strconv.Itoa(i))
	}
	if n := cache.Len(); n > 2*hooks.MaxCached {
		t.Errorf("%d entries", n)
	}
	ask("alice")
	if behind.asked["alice"] != 2 {
		t.Error("the oldest was not pushed out")
	}
	long := strings.Repeat("x", 128<<10)
	ask(long)
	ask(long)
	if behind.asked[long] != 2 {
		t.Error("a name that no user can have was remembered")
	}
}

func TestCacheAtOnce(t *testing.T) {
	t.Parallel()
	cache := hooks.NewCache(newCounting(), time.Nanosecond)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i := range 1000 {
				name := strconv.Itoa(i % 10)
				if e, err := cache.Find(t.Context(), hooks.Account{Username: name}); err != nil || e.AuthyID != aliceID {
					t.Errorf("%v, %v", e, err)
				}
			}
		})
	}
	group.Wait()
}
