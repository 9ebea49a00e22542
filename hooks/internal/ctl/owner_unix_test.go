//go:build unix

package ctl_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/hooks/internal/ctl"
)

// The file keeps its mode and owner, and a link stays a link.
func TestEnrolKeepsTheFile(t *testing.T) {
	t.Parallel()
	a, users := newAuthy(t), writeFile(t, "users.csv", "bob,1\n")
	if err := os.Chmod(users, 0o640); err != nil {
		t.Fatal(err)
	}
	const somebody = 12345
	root := os.Geteuid() == 0
	if root {
		if err := os.Chown(users, somebody, somebody); err != nil {
			t.Fatal(err)
		}
	}
	link := filepath.Join(t.TempDir(), "link.csv")
	if err := os.Symlink(users, link); err != nil {
		t.Skip(err)
	}
	hookctl(t, withFile(a, link), "", enrol("alice", "1001")...).must(t, ctl.ExitOK)
	info, err := os.Lstat(users)
	if err != nil || info.Mode() != 0o640 || readFile(t, users) != "bob,1\nalice,1001\n" {
		t.Errorf("%v, %v, %q", info.Mode(), err, readFile(t, users))
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); root && (!ok || owner.Uid != somebody || owner.Gid != somebody) {
		t.Errorf("owner %+v", owner)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is %v, %v", info, err)
	}
}
