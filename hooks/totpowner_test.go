//go:build unix

package hooks_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// TestTOTPStateBelongsToTheHook holds that a token which root tries by hand
// leaves nothing that the hook, which runs as the owner of the directory, could
// not go on from; and that nothing is given away that was there before.
func TestTOTPStateBelongsToTheHook(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("who is not root gives nothing away")
	}
	const hook = 12345
	p := newPhone(t, hooks.TOTPRules{})
	if err := os.Chown(p.directory, hook, hook); err != nil {
		t.Fatal(err)
	}
	p.try(t, p.shows(0), nil)
	for _, suffix := range []string{".lock", ".state"} {
		if owner := ownerOf(t, filepath.Join(p.directory, aliceID+suffix)); owner != hook {
			t.Errorf("%s belongs to %d", suffix, owner)
		}
	}
	// A link in the place of the lock is followed as before, and what it leads to
	// stays whose it is.
	target := writeFile(t, "shadow", "", 0o600)
	p = newPhone(t, hooks.TOTPRules{})
	if err := os.Chown(p.directory, hook, hook); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, filepath.Join(p.directory, aliceID+".lock")); err != nil {
		t.Fatal(err)
	}
	p.try(t, p.wrong(), hooks.ErrTokenWrong)
	if owner := ownerOf(t, target); owner != 0 {
		t.Errorf("what a link leads to was given to %d", owner)
	}
}

func ownerOf(t *testing.T, path string) uint32 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Sys().(*syscall.Stat_t).Uid
}
