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

// Where the web client has its pages.
const (
	webLogin     = "/web/client/login"
	webTwoFactor = "/web/client/twofactor"
	webFiles     = "/web/client/files"
)

// WebClient logs in on the page of SFTPGo's web client, below the URL, as a
// browser does. The passcode of SFTPGo's own two-factor authentication is typed if
// it is asked for; "" is none.
func WebClient(ctx context.Context, base, username, password, passcode string) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	client, done := newClient()
	defer done()
	to, err := fillIn(ctx, client, base+webLogin, url.Values{"username": {username}, "password": {password}})
	if err == nil && strings.HasPrefix(to, webTwoFactor) {
		if passcode == "" {
			return ErrRefused
		}
		to, err = fillIn(ctx, client, base+webTwoFactor, url.Values{"passcode": {passcode}})
	}
	if err != nil {
		return fmt.Errorf("web client: %w", err)
	}
	if !strings.HasPrefix(to, webFiles) {
		return fmt.Errorf("web client: want the user's files, was led to %q", to)
	}
	return nil
}

// fillIn sends the form of a page, and tells where that leads to.
func fillIn(ctx context.Context, client *http.Client, page string, form url.Values) (to string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, page, http.NoBody)
	if err != nil {
		return "", err
	}
	status, _, body, err := send(client, r)
	if err != nil {
		return "", err
	}
	if status == http.StatusNotFound { // there is no web client
		return "", ErrRefused
	}
	token := formToken.FindStringSubmatch(body)
	if token == nil {
		return "", fmt.Errorf("the page %s (status %d) has no form token", page, status)
	}
	form.Set("_form_token", token[1])
	r, err = http.NewRequestWithContext(ctx, http.MethodPost, page, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	status, to, _, err = send(client, r)
	switch {
	case err != nil:
		return "", err
	case status == http.StatusOK: // the form again
		return "", ErrRefused
	case status != http.StatusFound:
		return "", fmt.Errorf("the page %s: want the status %d, got %d", page, http.StatusFound, status)
	}
	return to, nil
}

// REST asks for an access token of a user at the REST API below the URL. The
// passcode is that of SFTPGo's own two-factor authentication; "" is none.
func REST(ctx context.Context, base, username, password, passcode string) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/api/v2/user/token", http.NoBody)
	if err != nil {
		return fmt.Errorf("REST API: %w", err)
	}
	r.SetBasicAuth(username, password)
	if passcode != "" {
		r.Header.Set("X-SFTPGO-OTP", passcode)
	}
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
