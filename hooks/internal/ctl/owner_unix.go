//go:build unix

package ctl

import (
	"io/fs"
	"os"
	"syscall"
)

// keepOwner gives a new file the owner of an old one: the hook must be able to
// read it, and nobody else.
func keepOwner(file *os.File, old fs.FileInfo) error {
	uid, gid, ok := owner(old)
	info, err := file.Stat()
	if err != nil || !ok {
		return err
	}
	if nowUID, nowGID, ok := owner(info); ok && nowUID == uid && nowGID == gid {
		return nil
	}
	return file.Chown(int(uid), int(gid))
}

// owner is whom a file belongs to.
func owner(info fs.FileInfo) (uid, gid uint32, known bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, false
	}
	return stat.Uid, stat.Gid, true
}
