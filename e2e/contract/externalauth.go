package contract

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

// externalAuthRequest is what SFTPGo tells the external authentication hook.
type externalAuthRequest struct {
	Username            string         `json:"username"`
	IP                  string         `json:"ip"`
	Password            string         `json:"password"`
	PublicKey           string         `json:"public_key"`
	Protocol            string         `json:"protocol"`
	KeyboardInteractive string         `json:"keyboard_interactive"`
	TLSCert             string         `json:"tls_cert"`
	User                map[string]any `json:"user,omitempty"`
}

// externalAuth is SFTPGo's doExternalAuth, and what follows. The scope is 5:
// passwords and keyboard-interactive.
func (s *site) externalAuth(ctx context.Context, c client, keyboard bool) (string, error) {
	r := externalAuthRequest{Username: c.Login.Username, IP: address, Protocol: string(c.Login.Protocol)}
	if keyboard {
		r.KeyboardInteractive = "1"
	} else {
		r.Password = c.Login.Password
	}
	stored := s.accounts.find(r.Username)
	r.User = stored
	output, err := s.caller.externalAuth(ctx, r)
	if err != nil {
		return "", err
	}
	if isEmpty(output) {
		stored, err = s.nothingSaid(stored, r)
	} else {
		stored, err = s.replaceUser(output, stored, r)
	}
	if err != nil {
		return "", err
	}
	password := r.Password
	if keyboard { // the hook has not asked anything: SFTPGo does
		if password, err = c.builtin(); err != nil {
			return "", err
		}
	}
	return stored.username(), s.checkUserAndPass(ctx, stored, password, driver.Protocol(r.Protocol))
}

// isEmpty is SFTPGo's IsByteArrayEmpty: a line end counts for nothing, and blanks
// do not.
func isEmpty(output []byte) bool {
	return len(output) == 0 || string(output) == "\n" || string(output) == "\r\n"
}

// nothingSaid is an empty answer: SFTPGo takes it for "let in, and change
// nothing" but for the password (checkPasswordAfterEmptyExtAuthResponse).
func (s *site) nothingSaid(stored account, r externalAuthRequest) (account, error) {
	if stored == nil {
		return nil, refuse("there is no user %s, and the hook's answer is empty", r.Username)
	}
	if r.Password == "" || stored.passwordIs(r.Password) {
		return stored, nil
	}
	changed, err := stored.withPassword(r.Password)
	if err != nil {
		return nil, err
	}
	return s.accounts.put(changed), nil
}

// answeredUser are the fields of the answer without which a user is not stored
// (ValidateUser).
type answeredUser struct {
	Username    string              `json:"username"`
	Password    string              `json:"password"`
	Status      int                 `json:"status"`
	HomeDir     string              `json:"home_dir"`
	Permissions map[string][]string `json:"permissions"`
}

func (u answeredUser) validate() error {
	switch {
	case u.Username == "":
		return refuse("the hook's answer has no user name, which denies")
	case len(u.Permissions["/"]) == 0:
		return refuse("the user of the hook's answer has no permissions for /")
	case u.HomeDir != "" && !path.IsAbs(u.HomeDir):
		return refuse("the user of the hook's answer has the home folder %q", u.HomeDir)
	}
	return nil
}

// replaceUser stores the user of the answer, in the place of the one there was.
func (s *site) replaceUser(output []byte, stored account, r externalAuthRequest) (account, error) {
	user, next, err := decodeUser(output)
	if err != nil {
		return nil, err
	}
	if err := user.validate(); err != nil {
		return nil, err
	}
	if user.Username != r.Username { // many names may stand for one user
		stored = s.accounts.find(user.Username)
	}
	if user.HomeDir == "" {
		next["home_dir"] = path.Join(usersBase, user.Username)
	}
	// What was typed becomes the password (updateUserFromExtAuthResponse).
	if next, err = next.replacing(stored).withPassword(cmp.Or(r.Password, user.Password)); err != nil {
		return nil, err
	}
	return s.accounts.put(next), nil
}

// decodeUser reads the answer as SFTPGo does, to whom the case of the fields does
// not matter, and of two that are the same the last one counts.
func decodeUser(output []byte) (answeredUser, account, error) {
	var user answeredUser
	if err := json.Unmarshal(output, &user); err != nil {
		return user, nil, refuse("the hook's answer is no user in JSON: %v", err)
	}
	record := account{}
	d := json.NewDecoder(bytes.NewReader(output))
	if start, err := d.Token(); start != json.Delim('{') {
		return user, record, err // null
	}
	for d.More() {
		field, err := d.Token()
		if err != nil {
			return user, nil, err
		}
		var value any
		if err := d.Decode(&value); err != nil {
			return user, nil, err
		}
		if value != nil {
			record[strings.ToLower(fmt.Sprint(field))] = value
		}
	}
	return user, record, nil
}
