package sftpgo

import (
	"context"
	"encoding/json"
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

// RemoveUsers removes all users, whoever has added them.
func (s *Server) RemoveUsers(ctx context.Context) error {
	for {
		var users []User
		if err := s.get(ctx, "/api/v2/users?limit=500", &users); err != nil || len(users) == 0 {
			return err
		}
		for _, user := range users {
			if _, err := s.admin.do(ctx, http.MethodDelete, "/api/v2/users/"+url.PathEscape(user.Username), nil); err != nil {
				return err
			}
		}
	}
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
