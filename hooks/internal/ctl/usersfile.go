package ctl

import (
	"context"
	"errors"

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

// write appends a line; what is in the file stays, byte by byte.
func (f *usersFile) write(_ context.Context, e hooks.Enrolment) error {
	return replaceFile(f.path, func(content []byte) ([]byte, error) { return f.add(content, e) })
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
	text := appendLine(string(content), f.line(e))
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
