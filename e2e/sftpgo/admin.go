package sftpgo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/poll"
)

// The administrator of the server.
const (
	// AdminName and AdminPassword log in to its web interface and its REST API.
	AdminName     = "admin"
	AdminPassword = "an administrator of a test server"
)

// administrator is as backups have one.
func administrator() any {
	return map[string]any{"username": AdminName, "password": AdminPassword, "status": 1, "permissions": []string{"*"}}
}

// admin is a client of the REST API.
type admin struct {
	base  string
	http  *http.Client
	token string
}

// newAdmin logs the administrator in. SFTPGo starts its servers side by side, so
// the web server may come after the SSH server and is waited for. The token is
// good for twenty minutes, longer than any suite runs.
func newAdmin(ctx context.Context, base string) (*admin, error) {
	a := &admin{base: base, http: &http.Client{Transport: &http.Transport{}}}
	var answer []byte
	err := poll.Until(ctx, startWithin, func(ctx context.Context) (hopeless bool, err error) {
		answer, err = a.send(ctx, http.MethodGet, "/api/v2/token", nil, func(r *http.Request) {
			r.SetBasicAuth(AdminName, AdminPassword)
		})
		return false, err
	})
	if err != nil {
		return nil, err
	}
	var granted struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal(answer, &granted); err != nil {
		return nil, fmt.Errorf("sftpgo: GET /api/v2/token: %w", err)
	}
	a.token = granted.Token
	return a, nil
}

func (a *admin) do(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	return a.send(ctx, method, path, body, func(r *http.Request) {
		r.Header.Set("Authorization", "Bearer "+a.token)
		r.Header.Set("Content-Type", "application/json")
	})
}

func (a *admin) send(ctx context.Context, method, path string, body []byte, prepare func(*http.Request)) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, a.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("sftpgo: %w", err)
	}
	prepare(r)
	answer, err := a.http.Do(r)
	if err != nil {
		return nil, fmt.Errorf("sftpgo: %w", err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, fmt.Errorf("sftpgo: %s %s: %w", method, path, err)
	}
	if answer.StatusCode/100 != 2 {
		return nil, fmt.Errorf("sftpgo: %s %s: %w", method, path, &statusError{answer.StatusCode, content})
	}
	return content, nil
}

// statusError is an answer with another status than was hoped for.
type statusError struct {
	code    int
	content []byte
}

func (e *statusError) Error() string {
	return fmt.Sprintf("%d %s: %s", e.code, http.StatusText(e.code), e.content)
}
