package hooks

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Users is the [Directory] kept in a users file, by SFTPGo user name. Names are
// compared exactly, case included.
type Users map[string]Enrolment

// Find implements [Directory].
func (u Users) Find(_ context.Context, account Account) (Enrolment, error) {
	enrolment, ok := u[account.Username]
	if !ok {
		return Enrolment{}, ErrNoAuthyID
	}
	return enrolment, nil
}

// ParseUsers reads the lines of a users file:
//
//	# sftpgo user, authy id, options
//	alice,1001
//	bob,  1002, digits=6
//	carol,1003, no-token-from=10.0.0.0/8, no-token-from=2001:db8::/32
//	robot,,     no-token
//
// The options are the length of this user's tokens, networks from which a login
// needs no token, and an exception of all the user's logins.
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
	for i := range columns {
		columns[i] = strings.TrimSpace(columns[i])
	}
	if len(columns) < 2 {
		return errors.New(`expected two columns or more, "sftpgo user,authy id,option...", found 1`)
	}
	name := columns[0]
	if name == "" {
		return errors.New("the user name is empty")
	}
	if _, ok := u[name]; ok {
		return errors.New("the user appears a second time")
	}
	enrolment, err := parseEnrolment(columns[1], columns[2:])
	if err != nil {
		return err
	}
	u[name] = enrolment
	return nil
}

func parseEnrolment(id string, options []string) (e Enrolment, err error) {
	if id != "" {
		if e.AuthyID, err = ParseAuthyID(id); err != nil {
			return Enrolment{}, err
		}
	}
	for _, option := range options {
		if err := e.set(parseOption(option)); err != nil {
			return Enrolment{}, err
		}
	}
	return e, e.check()
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
