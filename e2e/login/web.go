package login

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
)

// WebDAV makes one request to the WebDAV server at the URL: it lists the user's
// root folder. Clients of WebDAV send user and password with each request.
func WebDAV(ctx context.Context, base, username, password string) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "PROPFIND", base+"/", http.NoBody)
	if err != nil {
		return fmt.Errorf("WebDAV: %w", err)
	}
	r.SetBasicAuth(username, password)
	r.Header.Set("Depth", "0")
	client, done := newClient()
	defer done()
	status, _, _, err := send(client, r)
	switch {
	case err != nil:
		return fmt.Errorf("WebDAV: %w", err)
	case status == http.StatusUnauthorized, status == http.StatusForbidden: // the latter where the user may not use WebDAV
		return ErrRefused
	case status != http.StatusMultiStatus:
		return fmt.Errorf("WebDAV: PROPFIND: want the status %d or %d, got %d", http.StatusMultiStatus, http.StatusUnauthorized, status)
	}
	return nil
}

// formToken is how SFTPGo makes sure that a form comes from its own page.
var formToken = regexp.MustCompile(`name="_form_token" value="([^"]+)"`)

// WebClient logs in on the page of SFTPGo's web client, below the URL, as a
// browser does.
func WebClient(ctx context.Context, base, username, password string) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	client, done := newClient()
	defer done()
	page := base + "/web/client/login"
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, page, http.NoBody)
	if err != nil {
		return fmt.Errorf("web client: %w", err)
	}
	status, _, body, err := send(client, r)
	if err != nil {
		return fmt.Errorf("web client: %w", err)
	}
	if status == http.StatusNotFound { // there is no web client
		return ErrRefused
	}
	token := formToken.FindStringSubmatch(body)
	if token == nil {
		return fmt.Errorf("web client: the login page (status %d) has no form token", status)
	}
	form := url.Values{"username": {username}, "password": {password}, "_form_token": {token[1]}}
	r, err = http.NewRequestWithContext(ctx, http.MethodPost, page, strings.NewReader(form.Encode()))
	if err != nil {
		return fmt.Errorf("web client: %w", err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	status, to, _, err := send(client, r)
	switch {
	case err != nil:
		return fmt.Errorf("web client: %w", err)
	case status == http.StatusOK: // the form again
		return ErrRefused
	case status != http.StatusFound || !strings.HasPrefix(to, "/web/client/files"):
		return fmt.Errorf("web client: want the user's files, got the status %d and %q", status, to)
	}
	return nil
}

// REST asks for an access token of a user at the REST API below the URL.
func REST(ctx context.Context, base, username, password string) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/api/v2/user/token", http.NoBody)
	if err != nil {
		return fmt.Errorf("REST API: %w", err)
	}
	r.SetBasicAuth(username, password)
	client, done := newClient()
	defer done()
	status, _, body, err := send(client, r)
	switch {
	case err != nil:
		return fmt.Errorf("REST API: %w", err)
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusNotFound: // the last where users cannot log in
		return ErrRefused
	case status != http.StatusOK || !strings.Contains(body, `"access_token"`):
		return fmt.Errorf("REST API: want an access token, got the status %d", status)
	}
	return nil
}

// newClient is an HTTP client that shares nothing with another one: a login must
// not ride on the cookies or the connection of the last.
func newClient() (client *http.Client, done func()) {
	jar, _ := cookiejar.New(nil) // its error is always nil
	transport := &http.Transport{}
	return &http.Client{
		Transport: transport,
		Jar:       jar,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}, transport.CloseIdleConnections
}

// send tells status, Location and body of the answer.
func send(client *http.Client, r *http.Request) (status int, to, body string, err error) {
	answer, err := client.Do(r)
	if err != nil {
		return 0, "", "", err
	}
	content, err := io.ReadAll(answer.Body)
	return answer.StatusCode, answer.Header.Get("Location"), string(content), errors.Join(err, answer.Body.Close())
}
