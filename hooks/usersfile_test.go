package hooks_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// watched is a users file that is being watched in a bubble of its own time.
type watched struct {
	*hooks.UsersFile
	path string
	told lockedBuffer // a line for each time
}

// watch watches a users file for as long as the test runs.
func watch(t *testing.T, text string) *watched {
	t.Helper()
	w := &watched{path: writeFile(t, "users.csv", text, 0o600)}
	w.touch(t, time.Now())
	var err error
	if w.UsersFile, err = hooks.OpenUsersFile(w.path); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	go w.Watch(ctx, func(users int, err error) {
		fmt.Fprintln(&w.told, users, err)
	})
	return w
}

// after lets some time pass, and no thought of the file be under way.
func after(d time.Duration) {
	timer := time.NewTimer(d)
	<-timer.C
	synctest.Wait()
}

// write changes the file in place, and gives it the time of now.
func (w *watched) write(t *testing.T, text string) {
	t.Helper()
	if err := os.WriteFile(w.path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	w.touch(t, time.Now())
}

// replace puts another file in the place of the file.
func (w *watched) replace(t *testing.T, text string, at time.Time) {
	t.Helper()
	next := writeFile(t, "next.csv", text, 0o600)
	if err := os.Chtimes(next, at, at); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(next, w.path); err != nil {
		t.Fatal(err)
	}
}

func (w *watched) touch(t *testing.T, at time.Time) {
	t.Helper()
	if err := os.Chtimes(w.path, at, at); err != nil {
		t.Fatal(err)
	}
}

func (w *watched) find(t *testing.T, name string) string {
	t.Helper()
	e, err := w.Find(t.Context(), hooks.Account{Username: name})
	if err != nil {
		return err.Error()
	}
	return e.String()
}

func TestUsersFileFollows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := watch(t, "alice,1001\n")
		after(5 * time.Second)
		if w.told.String() != "" || w.find(t, "alice") != "1001" || w.Len() != 1 {
			t.Errorf("unchanged, yet %q", w.told.String())
		}
		w.write(t, "alice,1001\nbob,1002\n")
		after(1100 * time.Millisecond)
		if w.find(t, "bob") != "1002" || w.told.String() != "2 <nil>\n" {
			t.Errorf("bob is %s, told %q", w.find(t, "bob"), w.told.String())
		}
		// A broken file denies all, and says where it is broken.
		w.write(t, "alice,1001\nbob\n")
		after(1100 * time.Millisecond)
		if got := w.find(t, "alice"); !strings.Contains(got, "users file cannot be used") || !strings.Contains(got, w.path+":2") || w.Err() == nil || w.Len() != 0 {
			t.Errorf("broken, yet alice is %s", got)
		}
		if _, err := w.Find(t.Context(), hooks.Account{Username: "nobody"}); !errors.Is(err, hooks.ErrUsersFile) || errors.Is(err, hooks.ErrNoAuthyID) {
			t.Errorf("the next directory would be asked: %v", err)
		}
		after(10 * time.Second)
		if strings.Count(w.told.String(), "\n") != 2 {
			t.Errorf("told more than once: %q", w.told.String())
		}
		// It is gone, and comes back under the same name as another file.
		if err := os.Remove(w.path); err != nil {
			t.Fatal(err)
		}
		after(1100 * time.Millisecond)
		if got := w.find(t, "alice"); !strings.Contains(got, "no such file") {
			t.Errorf("gone, yet alice is %s", got)
		}
		w.replace(t, "carol,1003\n", time.Now())
		after(1100 * time.Millisecond)
		if w.find(t, "carol") != "1003" || w.find(t, "alice") != hooks.ErrNoAuthyID.Error() || w.Err() != nil {
			t.Errorf("mended, yet carol is %s", w.find(t, "carol"))
		}
		// Another one takes its place, of the same length and time.
		after(10 * time.Second)
		info, err := os.Stat(w.path)
		if err != nil {
			t.Fatal(err)
		}
		w.replace(t, "carol,1004\n", info.ModTime())
		after(1100 * time.Millisecond)
		if w.find(t, "carol") != "1004" {
			t.Errorf("another file, yet carol is %s", w.find(t, "carol"))
		}
		// Everybody may write it now.
		after(10 * time.Second)
		if err := os.Chmod(w.path, 0o666); err != nil {
			t.Fatal(err)
		}
		after(1100 * time.Millisecond)
		if got := w.find(t, "carol"); !strings.Contains(got, "writable by everyone") {
			t.Errorf("writable by everyone, yet carol is %s", got)
		}
	})
}

// TestUsersFileOneTick holds that two changes count which look like one: of the
// same length, within one tick of the file system's clock.
func TestUsersFileOneTick(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := watch(t, "alice,1001\n")
		after(10 * time.Second)
		w.write(t, "alice,1002\n")
		written := time.Now()
		after(time.Second)
		if w.find(t, "alice") != "1002" {
			t.Fatal(w.find(t, "alice"))
		}
		if err := os.WriteFile(w.path, []byte("alice,1003\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		w.touch(t, written)
		after(1100 * time.Millisecond)
		if w.find(t, "alice") != "1003" {
			t.Errorf("alice is %s", w.find(t, "alice"))
		}
	})
}

// TestUsersFileUnwatched holds that a list nobody can look after lets nobody in.
func TestUsersFileUnwatched(t *testing.T) {
	t.Parallel()
	path := writeFile(t, "users.csv", "alice,1001\n", 0o600)
	synctest.Test(t, func(t *testing.T) {
		users, err := hooks.OpenUsersFile(path)
		if err != nil {
			t.Fatal(err)
		}
		after(10 * time.Second)
		if _, err := users.Find(t.Context(), hooks.Account{Username: "alice"}); err != nil {
			t.Error(err)
		}
		after(time.Nanosecond)
		if _, err := users.Find(t.Context(), hooks.Account{Username: "alice"}); !errors.Is(err, hooks.ErrUsersFile) || users.Err() == nil {
			t.Errorf("%v, %v", err, users.Err())
		}
	})
}

func TestOpenUsersFile(t *testing.T) {
	t.Parallel()
	for _, path := range []string{
		filepath.Join(t.TempDir(), "none.csv"), t.TempDir(),
		writeFile(t, "wrong.csv", "alice\n", 0o600), writeFile(t, "open.csv", "alice,1001\n", 0o602),
	} {
		if _, err := hooks.OpenUsersFile(path); !errors.Is(err, hooks.ErrUsersFile) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
