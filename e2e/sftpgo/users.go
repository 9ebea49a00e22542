package sftpgo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// User is a user of SFTPGo, as its REST API takes and gives one: the fields
// that tests of login hooks need.
type User struct {
	Username       string              `json:"username"`
	Password       string              `json:"password,omitempty"`
	Status         int                 `json:"status"`
	Permissions    map[string][]string `json:"permissions"`
	AdditionalInfo string              `json:"additional_info,omitempty"`
	Description    string              `json:"description,omitempty"`
	Email          string              `json:"email,omitempty"`
	PublicKeys     []string            `json:"public_keys,omitempty"`
	QuotaFiles     int                 `json:"quota_files,omitempty"`
	Filters        map[string]any      `json:"filters,omitempty"`
	Groups         []Membership        `json:"groups,omitempty"`
}

// Membership makes a user one of a group.
type Membership struct {
	Name string `json:"name"`
	Type int    `json:"type"`
}

// Primary is the type of membership in the group whose settings are the user's own.
const Primary = 1

// Group is a group of SFTPGo: the fields that tests of login hooks need.
type Group struct {
	Name     string        `json:"name"`
	Settings GroupSettings `json:"user_settings"`
}

// GroupSettings are those of the members.
type GroupSettings struct {
	Filters map[string]any `json:"filters,omitempty"`
}

// Data is what [Server.Load] takes.
type Data struct {
	Users  []User  `json:"users,omitempty"`
	Groups []Group `json:"groups,omitempty"`
}

// backup is data in the format of SFTPGo's backups. Releases before that of the
// version take it, too.
type backup struct {
	Version int   `json:"version"`
	Admins  []any `json:"admins,omitempty"`
	Data
}

const backupVersion = 17

// Load adds groups and users as SFTPGo's backups have them, or changes those there
// are. What an administrator may not set over the REST API can be set so, such as
// "totp_config" in the filters of a user.
func (s *Server) Load(ctx context.Context, data Data) error {
	body, err := json.Marshal(backup{Version: backupVersion, Data: data})
	if err != nil {
		return fmt.Errorf("sftpgo: load: %w", err)
	}
	_, err = s.admin.do(ctx, http.MethodPost, "/api/v2/loaddata?mode=0", body)
	return err
}

// AddUser adds a user over SFTPGo's REST API.
func (s *Server) AddUser(ctx context.Context, user User) error {
	body, err := json.Marshal(user)
	if err != nil {
		return fmt.Errorf("sftpgo: user %s: %w", user.Username, err)
	}
	_, err = s.admin.do(ctx, http.MethodPost, "/api/v2/users", body)
	return err
}

// UserRecord is all that SFTPGo tells of a user over its REST API.
func (s *Server) UserRecord(ctx context.Context, username string) (map[string]any, error) {
	var record map[string]any
	return record, s.get(ctx, "/api/v2/users/"+url.PathEscape(username), &record)
}

// RemoveUser removes a user, if there is one of that name.
func (s *Server) RemoveUser(ctx context.Context, username string) error {
	_, err := s.admin.do(ctx, http.MethodDelete, "/api/v2/users/"+url.PathEscape(username), nil)
	var refused *statusError
	if errors.As(err, &refused) && refused.code == http.StatusNotFound {
		return nil
	}
	return err
}

// get asks the REST API.
func (s *Server) get(ctx context.Context, path string, to any) error {
	answer, err := s.admin.do(ctx, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(answer, to); err != nil {
		return fmt.Errorf("sftpgo: GET %s: %w", path, err)
	}
	return nil
}
