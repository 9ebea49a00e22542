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
