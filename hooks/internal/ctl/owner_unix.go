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
	before, ok := old.Sys().(*syscall.Stat_t)
	info, err := file.Stat()
	if err != nil || !ok {
		return err
	}
	if now, ok := info.Sys().(*syscall.Stat_t); ok && now.Uid == before.Uid && now.Gid == before.Gid {
		return nil
	}
	return file.Chown(int(before.Uid), int(before.Gid))
}
