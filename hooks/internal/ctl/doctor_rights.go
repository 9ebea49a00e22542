package ctl

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/sftpgo-authy/sftpgo-authy/hooks/internal/doors"
)

// usualUser is who SFTPGo's packages and images run it as.
const usualUser = "sftpgo"

// account is who runs the hooks.
type account struct {
	name   string
	uid    uint32
	groups []uint32
}

// findAccount takes the name of a user, or UID and GID as numbers, such as
// 1000:1000.
func findAccount(name string) (account, error) {
	found, err := user.Lookup(name)
	if err != nil {
		found, err = user.LookupId(name)
	}
	if err == nil {
		ids, err := found.GroupIds()
		if err != nil {
			return account{}, err
		}
		return newAccount(name, found.Uid, append(ids, found.Gid))
	}
	uid, gid, _ := strings.Cut(name, ":")
	if gid == "" {
		gid = uid
	}
	return newAccount(name, uid, []string{gid})
}

func newAccount(name, uid string, gids []string) (account, error) {
	a := account{name: name}
	for i, text := range append([]string{uid}, gids...) {
		id, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			return account{}, errors.New("expected a user of this machine, or numbers such as 1000:1000")
		}
		if i == 0 {
			a.uid = uint32(id)
		} else {
			a.groups = append(a.groups, uint32(id))
		}
	}
	return a, nil
}

// The rights that are looked for, as in a mode.
const (
	mayRead  fs.FileMode = 4
	mayWrite fs.FileMode = 2
	mayEnter fs.FileMode = 1
)

// may reports whether the mode of a file gives the account these rights.
func (a account) may(info fs.FileInfo, rights fs.FileMode) bool {
	uid, gid, ok := owner(info)
	mode := info.Mode().Perm()
	switch {
	case !ok || a.uid == 0:
		return true
	case uid == a.uid:
		mode >>= 6
	case slices.Contains(a.groups, gid):
		mode >>= 3
	}
	return mode&rights == rights
}

// rights looks whether who runs the hooks can read and write what they have to.
// Access control lists are not looked at.
func (d *doctor) rights() {
	name := d.user
	if _, err := user.Lookup(usualUser); name == "" && err == nil && d.daemon == nil {
		name = usualUser
	}
	if name == "" {
		if d.settings.TOTP != nil {
			d.add(doors.Warning, "rights", "it was not looked at whether the hooks may write to AUTHY_STATE_DIR", "they deny every login if they may not", "hookctl doctor -user NAME, the user that SFTPGo, or hookd, runs as")
		}
		return
	}
	who, err := findAccount(name)
	if err != nil {
		d.add(doors.Warning, "rights", fmt.Sprintf("there is no user %q here", name), "the rights to the files were not looked at", "-user with "+strings.TrimPrefix(err.Error(), "expected "))
		return
	}
	before := len(d.found)
	for _, path := range d.settings.Files {
		d.right(who, path, "read", mayRead)
	}
	d.stateRights(who)
	d.logRights(who)
	if len(d.found) == before {
		d.ok("rights", "%s can read and write what the hooks need (access control lists are not looked at)", name)
	}
}

func (d *doctor) stateRights(who account) {
	if d.settings.TOTP == nil {
		return
	}
	dir := d.settings.TOTP.Rules().StateDir
	d.right(who, dir, "write to", mayRead|mayWrite|mayEnter)
	files, _ := filepath.Glob(filepath.Join(dir, "*.*")) // the pattern is a good one
	for _, path := range files {
		if ext := filepath.Ext(path); ext == ".state" || ext == ".lock" {
			d.right(who, path, "read and write", mayRead|mayWrite)
		}
	}
}

func (d *doctor) logRights(who account) {
	if d.settings.LogFile == "" {
		return
	}
	if _, err := os.Stat(d.settings.LogFile); err == nil {
		d.right(who, d.settings.LogFile, "write", mayWrite)
		return
	}
	d.right(who, filepath.Dir(d.settings.LogFile), "make the log file in", mayWrite|mayEnter)
}

// right tells of what stands in the way to a file, if it is not the file itself
// then the first directory that leads there.
func (d *doctor) right(who account, path, verb string, rights fs.FileMode) {
	file, err := filepath.EvalSymlinks(path)
	if err == nil {
		file, err = filepath.Abs(file)
	}
	if err != nil {
		return // who cannot look there cannot tell
	}
	in := file
	for dir := filepath.Dir(file); ; dir = filepath.Dir(dir) {
		if info, err := os.Stat(dir); err == nil && !who.may(info, mayEnter) {
			in = dir
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	info, err := os.Stat(in)
	if err != nil || in == file && who.may(info, rights) {
		return
	}
	uid, gid, _ := owner(info)
	d.add(doors.Problem, "rights", fmt.Sprintf("%s cannot %s %s", who.name, verb, path), "the hooks deny every login then, or lack what the file is for",
		fmt.Sprintf("chown or chmod %s, whose mode is %04o and whose owner %d:%d", in, info.Mode().Perm(), uid, gid))
}
