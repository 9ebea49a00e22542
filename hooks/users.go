package hooks

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Users is the [Directory] kept in a users file: SFTPGo user name to Authy ID.
// Names are compared exactly, case included.
type Users map[string]AuthyID

// AuthyID implements [Directory].
func (u Users) AuthyID(_ context.Context, account Account) (AuthyID, error) {
	id, ok := u[account.Username]
	if !ok {
		return "", ErrNoAuthyID
	}
	return id, nil
}

// ParseUsers reads the lines of a users file:
//
//	# sftpgo user, authy id
//	alice,1001
//	bob,  1002
//
// Blank lines and lines that start with # are skipped, spaces around a column
// are trimmed, quotes are not supported. One wrong line makes the whole file
// wrong, so that a slip of the pen is seen by its author and not by the user who
// cannot log in one day. file is the name to use in errors, which say
// "file:line".
func ParseUsers(file string, data []byte) (Users, error) {
	if err := checkText(data); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	users := make(Users)
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := users.addLine(line); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, number, err)
		}
	}
	return users, nil
}

func (u Users) addLine(line string) error {
	if strings.Contains(line, `"`) {
		return errors.New(`expected "sftpgo user,authy id" without quotes`)
	}
	columns := strings.Split(line, ",")
	if len(columns) != 2 {
		return fmt.Errorf(`expected two columns, "sftpgo user,authy id", found %d`, len(columns))
	}
	name := strings.TrimSpace(columns[0])
	if name == "" {
		return errors.New("the user name is empty")
	}
	if _, ok := u[name]; ok {
		return errors.New("the user appears a second time")
	}
	id, err := ParseAuthyID(strings.TrimSpace(columns[1]))
	if err != nil {
		return err
	}
	u[name] = id
	return nil
}

// checkText refuses what an editor can add to a file without showing it, and
// what would make the first name of the file another one.
func checkText(data []byte) error {
	if !utf8.Valid(data) {
		return errors.New("the file is not UTF-8 text")
	}
	if strings.HasPrefix(string(data), "\ufeff") {
		return errors.New("the file starts with a byte order mark, save it as UTF-8 without one")
	}
	return nil
}
