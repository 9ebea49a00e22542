//go:build unix

package hooks_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// TestTOTPDamagedState holds that no state that is not whole, or not that of the
// user, lets anybody in, and that it stays for somebody to look at.
func TestTOTPDamagedState(t *testing.T) {
	t.Parallel()
	used := noon.Add(-time.Hour).Unix()
	good := hooks.StateText(aliceID, used, 0, 0)
	sum := good[strings.Index(good, "sum="):]
	tests := map[string]string{
		"empty": "", "cut": good[:len(good)-1], "longer": good + "\n", "twice": good + good, "spaces": " " + good, "zeros": strings.Repeat("\x00", len(good)),
		"random": "\x16\x03\x01", "another user's": hooks.StateText("1002", used, 0, 0), "other version": strings.Replace(good, "state-1", "state-2", 1),
		"other step": strings.Replace(good, "used=1", "used=0", 1), "wrong sum": strings.Replace(good, sum, "sum=00000000\n", 1), "no sum": strings.Replace(good, " "+sum, "\n", 1),
		"negative step": hooks.StateText(aliceID, -1, 0, 0), "negative count": hooks.StateText(aliceID, used, -1, 0), "before 1970": hooks.StateText(aliceID, used, 0, -1),
		"plus sign": strings.Replace(good, "wrong=0", "wrong=+0", 1), "too large": strings.Replace(good, "used=", "used=99999999999", 1), "long": strings.Repeat("x", 10<<10),
		"upper case": strings.ToUpper(good), "used in future": hooks.StateText(aliceID, noon.Add(time.Hour).Unix(), 0, 0), "wrong in future": hooks.StateText(aliceID, used, 1, noon.Add(time.Hour).Unix()),
	}
	for name, text := range tests {
		p := newPhone(t, hooks.TOTPRules{})
		path := filepath.Join(p.directory, aliceID+".state")
		write := func(text string) {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write(text)
		p.try(t, p.shows(0), hooks.ErrState)
		p.try(t, p.wrong(), hooks.ErrState)
		if left, err := os.ReadFile(path); err != nil || string(left) != text {
			t.Errorf("%s: became %q, %v", name, left, err)
		}
		write(good)
		p.try(t, p.shows(0), nil)
		if t.Failed() {
			t.Fatalf("state %s", name)
		}
	}
	// Each bit of it counts.
	p := newPhone(t, hooks.TOTPRules{})
	for i := range len(good) * 8 {
		text := []byte(good)
		text[i/8] ^= 1 << (i % 8)
		if _, _, _, err := hooks.ParseState(aliceID, string(text)); err == nil {
			t.Errorf("bit %d makes %q of it, which passes", i, text)
		}
	}
	p.try(t, p.shows(0), nil)
}

// TestTOTPStateInTheWay holds that no token is right where nothing can be
// remembered. It uses no permissions, which do not stop root.
func TestTOTPStateInTheWay(t *testing.T) {
	t.Parallel()
	for name, put := range map[string]func(path string) error{
		".state is a directory": func(p string) error { return os.Mkdir(p+".state", 0o700) },
		".state is a pipe":      func(p string) error { return syscall.Mkfifo(p+".state", 0o600) },
		".state can be written by everyone": func(p string) error {
			if err := os.WriteFile(p+".state", []byte(hooks.StateText(aliceID, 0, 0, 0)), 0o600); err != nil {
				return err
			}
			return os.Chmod(p+".state", 0o602)
		},
		".state leads nowhere": func(p string) error { return os.Symlink("/dev/full", p+".state") },
		".lock is a directory": func(p string) error { return os.Mkdir(p+".lock", 0o700) },
		".lock is a pipe":      func(p string) error { return syscall.Mkfifo(p+".lock", 0o600) },
		".new is a directory": func(p string) error {
			return os.MkdirAll(p+".new/full", 0o700)
		},
		"no state directory": func(p string) error { return os.RemoveAll(filepath.Dir(p)) },
	} {
		p := newPhone(t, hooks.TOTPRules{})
		if err := put(filepath.Join(p.directory, aliceID)); err != nil {
			t.Fatal(err)
		}
		p.try(t, p.wrong(), hooks.ErrState)
		p.try(t, p.shows(0), hooks.ErrState)
		if t.Failed() {
			t.Fatal(name)
		}
	}
	// What an interrupted program left does no harm.
	p := newPhone(t, hooks.TOTPRules{})
	if err := os.WriteFile(filepath.Join(p.directory, aliceID+".new"), []byte("totp-st"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.try(t, p.shows(0), nil)
	p.try(t, p.shows(0), hooks.ErrTokenUsed)
}

// TestTOTPDeadline holds a lock for ever: the login is denied at its deadline.
func TestTOTPDeadline(t *testing.T) {
	t.Parallel()
	p := newPhone(t, hooks.TOTPRules{})
	holder, err := os.Create(filepath.Join(p.directory, aliceID+".lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Close()
	if err := syscall.Flock(int(holder.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	const deadline = 100 * time.Millisecond
	start := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	wantError(t, p.Verify(ctx, aliceID, tokenOf(t, p.shows(0))), hooks.ErrTimeout)
	if took := time.Since(start); took < deadline || took > deadline+2*time.Second {
		t.Errorf("took %v with a deadline of %v", took, deadline)
	}
	holder.Close()
	p.try(t, p.shows(0), nil)

	// Canceled after the lock: a yes that nobody waits for is none, and uses up
	// the token.
	ctx, cancel = context.WithCancel(t.Context())
	late := newTOTP(t, p.TOTPSecret, hooks.TOTPRules{StateDir: p.directory, Now: func() time.Time { cancel(); return noon.Add(time.Hour) }})
	p.now = noon.Add(time.Hour)
	wantError(t, late.Verify(ctx, aliceID, tokenOf(t, p.shows(0))), context.Canceled)
	p.try(t, p.shows(0), hooks.ErrTokenUsed)
}

// FuzzTOTPState holds that nothing but what was written is read.
func FuzzTOTPState(f *testing.F) {
	for _, text := range []string{hooks.StateText(aliceID, 1790000000, 0, 0), hooks.StateText(aliceID, 0, 100, 1), "", "totp-state-1 id= used=0 wrong=0 at=0 sum=0\n"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		used, wrong, at, err := hooks.ParseState(aliceID, text)
		if err == nil && (used < 0 || wrong < 0 || at < 0 || hooks.StateText(aliceID, used, wrong, at) != text) {
			t.Errorf("%q became %d, %d, %d", text, used, wrong, at)
		}
	})
}

// FuzzTOTPStateValues holds that what is written is read.
func FuzzTOTPStateValues(f *testing.F) {
	f.Add(int64(1790000000), int64(3), int64(1790000000))
	f.Fuzz(func(t *testing.T, used, wrong, at int64) {
		gotUsed, gotWrong, gotAt, err := hooks.ParseState(aliceID, hooks.StateText(aliceID, used, wrong, at))
		if used < 0 || wrong < 0 || at < 0 {
			if err == nil {
				t.Errorf("%d, %d, %d passed", used, wrong, at)
			}
			return
		}
		if err != nil || fmt.Sprint(gotUsed, gotWrong, gotAt) != fmt.Sprint(used, wrong, at) {
			t.Errorf("%d, %d, %d became %d, %d, %d: %v", used, wrong, at, gotUsed, gotWrong, gotAt, err)
		}
	})
}
