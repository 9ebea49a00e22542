package ctl

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// replaceFile changes a file. It is replaced as a whole, so that a hook that
// reads it meets the old or the new one and no half of it; mode and owner stay.
// The new file has a fixed name until it takes the place of the old one: two runs
// at once cannot undo each other. Change is given what the file says now, which
// somebody may have changed since the settings were read.
//
// Access control lists and other extended attributes are not carried over.
func replaceFile(link string, change func([]byte) ([]byte, error)) (err error) {
	path, err := filepath.EvalSymlinks(link) // the file behind a link, not the link
	if err != nil {
		return err
	}
	replacement := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".hookctl")
	file, err := os.OpenFile(replacement, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("another hookctl is writing; if there is none, remove %s", replacement)
	}
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = file.Close()
			_ = os.Remove(replacement)
		}
	}()
	if err := writeLike(file, path, change); err != nil {
		return err
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(replacement, path); err != nil {
		return err
	}
	return syncDirectory(filepath.Dir(path))
}

// writeLike writes the changed content of the file at path, with its mode and
// owner.
func writeLike(file *os.File, path string, change func([]byte) ([]byte, error)) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(path)
	if err == nil {
		content, err = change(content)
	}
	if err != nil {
		return err
	}
	if _, err := file.Write(content); err != nil {
		return err
	}
	if err := keepOwner(file, info); err != nil {
		return err
	}
	return file.Chmod(info.Mode().Perm())
}

// appendLine adds a line to a text, with the line ends that are there.
func appendLine(text, line string) string {
	end := "\n"
	if strings.Contains(text, "\r\n") {
		end = "\r\n"
	}
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += end
	}
	return text + line + end
}

// syncDirectory makes the new name last. Where directories cannot be synced
// there is nothing to do about it.
func syncDirectory(path string) error {
	directory, err := os.Open(path)
	if err != nil {
		return err
	}
	defer directory.Close()
	_ = directory.Sync()
	return nil
}
