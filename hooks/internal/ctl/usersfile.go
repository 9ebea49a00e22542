package ctl

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// usersFile is the users file as a place to write to.
type usersFile struct {
	path, user string
	users      hooks.Users
}

func (f *usersFile) name() string { return f.path }

func (f *usersFile) current(ctx context.Context) (hooks.Enrolment, error) {
	return f.users.Find(ctx, hooks.Account{Username: f.user})
}

// prepare refuses a name that would not come back from the file as it is.
func (f *usersFile) prepare(e hooks.Enrolment) error {
	users, err := hooks.ParseUsers("", []byte(f.line(e)))
	if got, ok := users[f.user]; err != nil || !ok || len(users) != 1 || !same(got, e) {
		return errors.New("this user name cannot be written there")
	}
	return nil
}

func (f *usersFile) line(e hooks.Enrolment) string { return f.user + "," + e.String() }

func (f *usersFile) byHand(e hooks.Enrolment) string { return "add the line " + f.line(e) }

// write appends a line. The file is replaced as a whole, so that a hook that
// reads it meets the old or the new one and no half of it; what is in it stays,
// byte by byte, and so do mode and owner. The new file has a fixed name until it
// takes the place of the old one: two runs at once cannot undo each other.
//
// Access control lists and other extended attributes are not carried over.
func (f *usersFile) write(_ context.Context, e hooks.Enrolment) (err error) {
	path, err := filepath.EvalSymlinks(f.path) // the file behind a link, not the link
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
	content, info, err := f.read(path)
	if err != nil {
		return err
	}
	content, err = f.add(content, e)
	if err != nil {
		return err
	}
	if _, err := file.Write(content); err != nil {
		return err
	}
	if err := keepOwner(file, info); err != nil {
		return err
	}
	if err := file.Chmod(info.Mode().Perm()); err != nil {
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

// read reads the file anew: somebody may have changed it since the settings
// were read.
func (f *usersFile) read(path string) ([]byte, fs.FileInfo, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	content, err := os.ReadFile(path)
	return content, info, err
}

// add appends the line and proves that this adds the user and changes no other.
func (f *usersFile) add(content []byte, e hooks.Enrolment) ([]byte, error) {
	before, err := hooks.ParseUsers(f.path, content)
	if err != nil {
		return nil, err
	}
	if _, ok := before[f.user]; ok {
		return nil, errors.New("the user was added meanwhile")
	}
	text, end := string(content), "\n"
	if strings.Contains(text, "\r\n") {
		end = "\r\n"
	}
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += end
	}
	text += f.line(e) + end
	after, err := hooks.ParseUsers(f.path, []byte(text))
	if err != nil {
		return nil, err
	}
	before[f.user] = e
	if len(after) != len(before) || !same(after[f.user], e) {
		return nil, errors.New("the line would change another user")
	}
	return []byte(text), nil
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
