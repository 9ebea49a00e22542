//go:build unix

package hooks_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// noon is the start of a step of 30 seconds.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// phone is alice's authenticator and the clock of the server.
type phone struct {
	hooks.TOTPSecret
	*hooks.TOTP

	directory string
	now       time.Time
}

func newPhone(tb testing.TB, rules hooks.TOTPRules) *phone {
	tb.Helper()
	p := &phone{
		TOTPSecret: hooks.TOTPSecret{Key: hooks.NewSecret("canary-totp-secret-0"), Digits: 6, Period: 30 * time.Second, Algorithm: "SHA1"},
		directory:  tb.TempDir(), now: noon,
	}
	rules.StateDir = p.directory
	rules.Now = func() time.Time { return p.now }
	p.TOTP = newTOTP(tb, p.TOTPSecret, rules)
	return p
}

// shows is the token that the authenticator shows when it is so many steps ahead.
func (p *phone) shows(ahead int) string {
	return p.Code(uint64(p.now.Unix()/30 + int64(ahead)))
}

// wrong is a token that is right at no time near now.
func (p *phone) wrong() string {
	for n := 0; ; n++ {
		text, right := fmt.Sprintf("%06d", n), false
		for ahead := -9; ahead <= 9; ahead++ {
			right = right || p.shows(ahead) == text
		}
		if !right {
			return text
		}
	}
}

// try verifies a token, and fails the test if the answer is another one.
func (p *phone) try(tb testing.TB, text string, want error) {
	tb.Helper()
	err := p.Verify(context.Background(), aliceID, tokenOf(tb, text))
	wantError(tb, err, want)
}

func TestTOTPWindow(t *testing.T) {
	t.Parallel()
	for window := range 3 {
		for ahead := -4; ahead <= 4; ahead++ {
			want := hooks.ErrTokenWrong
			if ahead >= -window && ahead <= window {
				want = nil
			}
			p := newPhone(t, hooks.TOTPRules{Window: window})
			p.now = noon.Add(29*time.Second + 999*time.Millisecond)
			p.try(t, p.shows(ahead), want)
		}
	}
}

// TestTOTPOnce is the rule of RFC 6238, section 5.2 (promises, rows 14 and 15):
// no token twice, and none older than the newest.
func TestTOTPOnce(t *testing.T) {
	t.Parallel()
	p := newPhone(t, hooks.TOTPRules{Window: 2})
	first, second, third := p.shows(-1), p.shows(0), p.shows(1)
	p.try(t, second, nil)
	p.try(t, second, hooks.ErrTokenUsed)
	p.try(t, first, hooks.ErrTokenUsed) // never used, but older
	p.now = noon.Add(30 * time.Second)
	p.try(t, p.wrong(), hooks.ErrTokenWrong)
	p.try(t, second, hooks.ErrTokenUsed) // a wrong one does not make it right again
	p.try(t, third, nil)
	p.try(t, third, hooks.ErrTokenUsed)
	// The same with a verifier that starts anew, as each program does.
	p.TOTP = newTOTP(t, p.TOTPSecret, hooks.TOTPRules{StateDir: p.directory, Window: 2, Now: func() time.Time { return p.now }})
	p.try(t, third, hooks.ErrTokenUsed)
	p.now = noon.Add(time.Hour)
	p.try(t, p.shows(0), nil)
}

// TestTOTPOfAnother holds that neither a secret nor what is used up is shared.
func TestTOTPOfAnother(t *testing.T) {
	t.Parallel()
	p := newPhone(t, hooks.TOTPRules{})
	bob := p.TOTPSecret
	bob.Key = hooks.NewSecret("canary-totp-secret-1")
	totp, err := hooks.NewTOTP(hooks.TOTPSecrets{aliceID: p.TOTPSecret, "1002": bob},
		hooks.TOTPRules{StateDir: p.directory, Attempts: 1, LockFor: time.Hour, Now: func() time.Time { return p.now }})
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, totp.Verify(t.Context(), "1002", tokenOf(t, p.shows(0))), hooks.ErrTokenWrong)
	wantError(t, totp.Verify(t.Context(), "1002", tokenOf(t, bob.Code(uint64(p.now.Unix()/30)))), hooks.ErrRateLimited)
	wantError(t, totp.Verify(t.Context(), aliceID, tokenOf(t, p.shows(0))), nil) // bob's lock is his own
	wantError(t, totp.Verify(t.Context(), "1003", tokenOf(t, p.shows(0))), hooks.ErrNoSecret)
	wantError(t, totp.Verify(t.Context(), "../1001", tokenOf(t, p.shows(0))), hooks.ErrNoSecret)
}

func TestTOTPShapes(t *testing.T) {
	t.Parallel()
	p := newPhone(t, hooks.TOTPRules{})
	for _, text := range append([]string{p.shows(0) + "0", "0" + p.shows(0), p.shows(0)[1:]}, notTokens...) {
		wantError(t, p.Verify(t.Context(), aliceID, hooks.Token{Secret: hooks.NewSecret(text)}), hooks.ErrTokenFormat)
	}
	if entries, err := os.ReadDir(p.directory); err != nil || len(entries) != 0 {
		t.Errorf("what is no token left %v, %v", entries, err)
	}
}

// TestTOTPLock is row 16: after so many wrong tokens nobody gets in, not even
// with the right one, and guessing on gives one attempt in each time.
func TestTOTPLock(t *testing.T) {
	t.Parallel()
	p := newPhone(t, hooks.TOTPRules{Attempts: 3, LockFor: 10 * time.Minute})
	p.try(t, p.wrong(), hooks.ErrTokenWrong)
	p.try(t, p.wrong(), hooks.ErrTokenWrong)
	p.try(t, p.shows(0), nil) // sets the count back
	p.try(t, p.shows(0), hooks.ErrTokenUsed)
	p.try(t, p.shows(0), hooks.ErrTokenUsed) // does not count
	for range 3 {
		p.try(t, p.wrong(), hooks.ErrTokenWrong)
	}
	for range 1000 {
		p.try(t, p.wrong(), hooks.ErrRateLimited)
	}
	p.now = noon.Add(10*time.Minute - time.Second)
	p.try(t, p.shows(0), hooks.ErrRateLimited)
	// A program with a clock of its own, and another process, know of it.
	p.TOTP = newTOTP(t, p.TOTPSecret, hooks.TOTPRules{StateDir: p.directory, Attempts: 3, LockFor: 10 * time.Minute, Now: func() time.Time { return p.now }})
	p.try(t, p.shows(0), hooks.ErrRateLimited)
	p.now = noon.Add(10 * time.Minute)
	p.try(t, p.wrong(), hooks.ErrTokenWrong)
	p.try(t, p.shows(0), hooks.ErrRateLimited) // the one attempt is gone
	p.now = noon.Add(20 * time.Minute)
	p.try(t, p.shows(0), nil)
	p.now = p.now.Add(time.Minute)
	p.try(t, p.wrong(), hooks.ErrTokenWrong)
	p.try(t, p.shows(0), nil)
}

// TestTOTPClockMovedBack is row 15: whatever the clock says, no older step.
func TestTOTPClockMovedBack(t *testing.T) {
	t.Parallel()
	p := newPhone(t, hooks.TOTPRules{Window: 1})
	p.try(t, p.shows(0), nil)
	p.now = noon.Add(-time.Second)
	p.try(t, p.shows(0), hooks.ErrTokenUsed)
	p.now = noon.Add(-time.Hour)
	p.try(t, p.shows(0), hooks.ErrState)
	p.try(t, p.wrong(), hooks.ErrState)
	p.now = time.Unix(-1000, 0) // no battery
	p.try(t, "000000", hooks.ErrState)
	p.now = noon.Add(time.Hour)
	p.try(t, p.wrong(), hooks.ErrTokenWrong)
	p.now = noon.Add(30 * time.Minute)
	p.try(t, p.shows(0), hooks.ErrState)
	p.now = noon.Add(time.Hour)
	p.try(t, p.shows(0), nil)
}

// TestTOTPPeriodChanged holds that a new period locks nobody out.
func TestTOTPPeriodChanged(t *testing.T) {
	t.Parallel()
	p := newPhone(t, hooks.TOTPRules{})
	p.try(t, p.shows(0), nil)
	slow := p.TOTPSecret
	slow.Period = time.Minute
	p.now = noon.Add(time.Minute)
	p.TOTP = newTOTP(t, slow, hooks.TOTPRules{StateDir: p.directory, Now: func() time.Time { return p.now }})
	p.try(t, slow.Code(uint64(p.now.Unix()/60)), nil)
}

// TestTOTPParallel is row 14 within one process, as over HTTP.
func TestTOTPParallel(t *testing.T) {
	t.Parallel()
	p := newPhone(t, hooks.TOTPRules{Window: 1})
	var accepted atomic.Int32
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			switch err := p.Verify(t.Context(), aliceID, tokenOf(t, p.shows(0))); {
			case err == nil:
				accepted.Add(1)
			case !errors.Is(err, hooks.ErrTokenUsed):
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := accepted.Load(); n != 1 {
		t.Errorf("one token was right %d times", n)
	}
	left, err := filepath.Glob(filepath.Join(p.directory, "*"))
	if err != nil || len(left) != 2 {
		t.Errorf("files %v, want the state and its lock; %v", left, err)
	}
	for _, file := range left {
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
	}
}

// TestTOTPCanRemember holds that a directory which nothing can be written to is
// noticed, and that the look leaves nothing behind.
func TestTOTPCanRemember(t *testing.T) {
	t.Parallel()
	p := newPhone(t, hooks.TOTPRules{})
	wantError(t, p.CanRemember(), nil)
	if entries, err := os.ReadDir(p.directory); err != nil || len(entries) != 0 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	if err := os.Remove(p.directory); err != nil {
		t.Fatal(err)
	}
	wantError(t, p.CanRemember(), hooks.ErrState)
}

// TestTOTPStatus holds that what is told of a user is what a login would meet,
// and that telling changes nothing.
func TestTOTPStatus(t *testing.T) {
	t.Parallel()
	p := newPhone(t, hooks.TOTPRules{Attempts: 2, LockFor: 10 * time.Minute})
	want := func(want hooks.TOTPStatus) {
		t.Helper()
		got, err := p.Status(aliceID)
		if err != nil || got.Wrong != want.Wrong || !got.Used.Equal(want.Used) || !got.LockedUntil.Equal(want.LockedUntil) {
			t.Errorf("%+v, %v, want %+v", got, err, want)
		}
	}
	want(hooks.TOTPStatus{})
	p.try(t, p.shows(0), nil)
	want(hooks.TOTPStatus{Used: noon})
	p.now = noon.Add(40 * time.Second)
	p.try(t, p.wrong(), hooks.ErrTokenWrong)
	want(hooks.TOTPStatus{Used: noon, Wrong: 1})
	p.try(t, p.wrong(), hooks.ErrTokenWrong)
	want(hooks.TOTPStatus{Used: noon, Wrong: 2, LockedUntil: p.now.Add(10 * time.Minute)})
	p.now = p.now.Add(10 * time.Minute)
	want(hooks.TOTPStatus{Used: noon, Wrong: 2})
	p.try(t, p.shows(0), nil)

	_, err := p.Status("1002")
	wantError(t, err, hooks.ErrNoSecret)
	p.now = noon.Add(-time.Hour)
	_, err = p.Status(aliceID)
	wantError(t, err, hooks.ErrState)
	if secrets := p.Secrets(); len(secrets) != 1 || secrets[aliceID].Key.Reveal() != p.Key.Reveal() || p.Rules().StateDir != p.directory {
		t.Errorf("%v, %+v", secrets, p.Rules())
	}
}
