package contract

import (
	"bytes"
	"context"
	"encoding/json"
	"path"

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
func (s *site) externalAuth(ctx context.Context, c *client, keyboard bool) (string, error) {
	r := externalAuthRequest{Username: c.login.Username, IP: address, Protocol: string(c.login.Protocol)}
	if keyboard {
		r.KeyboardInteractive = "1"
	} else {
		r.Password = c.login.Password
	}
	stored := s.accounts.find(r.Username)
	if stored != nil {
		r.User = stored.record
	}
	output, err := s.caller.externalAuth(ctx, r)
	if err != nil {
		return "", err
	}
	if len(bytes.TrimSpace(output)) == 0 {
		err = s.nothingSaid(stored, r)
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

// nothingSaid is an empty answer: SFTPGo takes it for "let in, and change
// nothing" (checkPasswordAfterEmptyExtAuthResponse).
func (s *site) nothingSaid(stored *account, r externalAuthRequest) error {
	if stored == nil {
		return refuse("there is no user %s, and the hook's answer is empty", r.Username)
	}
	if r.Password == "" {
		return nil
	}
	return stored.setPassword(r.Password)
}

// answeredUser are the fields of the answer without which a user is not stored
// or not let in (ValidateUser, CheckLoginConditions).
type answeredUser struct {
	Username    string              `json:"username"`
	Password    string              `json:"password"`
	Status      int                 `json:"status"`
	HomeDir     string              `json:"home_dir"`
	Permissions map[string][]string `json:"permissions"`
}

// replaceUser stores the user of the answer, in the place of the one there was.
func (s *site) replaceUser(output []byte, stored *account, r externalAuthRequest) (*account, error) {
	var user answeredUser
	if err := json.Unmarshal(output, &user); err != nil {
		return nil, refuse("the hook's answer is no JSON that SFTPGo understands: %v", err)
	}
	var record map[string]any
	if err := json.Unmarshal(output, &record); err != nil {
		return nil, refuse("the hook's answer is no JSON object: %v", err)
	}
	switch {
	case user.Username == "":
		return nil, refuse("the hook's answer has no user name, which denies")
	case len(user.Permissions["/"]) == 0:
		return nil, refuse("the user of the hook's answer has no permissions for /")
	case user.HomeDir != "" && !path.IsAbs(user.HomeDir):
		return nil, refuse("the user of the hook's answer has the home folder %q", user.HomeDir)
	}
	if user.Username != r.Username {
		stored = s.accounts.find(user.Username)
	}
	if user.HomeDir == "" {
		record["home_dir"] = path.Join(usersBase, user.Username)
	}
	if stored == nil {
		stored = &account{record: map[string]any{"id": float64(len(s.accounts) + 1)}}
		s.accounts[user.Username] = stored
	}
	stored.replace(record)
	if err := stored.setTyped(r.Password, user.Password); err != nil {
		return nil, err
	}
	if user.Status < 1 {
		return nil, refuse("the user of the hook's answer is disabled (status %d)", user.Status)
	}
	return stored, nil
}

// setTyped stores what was typed as the password
// (updateUserFromExtAuthResponse), or keeps what the answer says.
func (a *account) setTyped(typed, answered string) error {
	if typed == "" {
		// A hash stays as it is; nobody answers a password in clear.
		if answered == "" {
			delete(a.record, "password")
		}
		return nil
	}
	return a.setPassword(typed)
}
