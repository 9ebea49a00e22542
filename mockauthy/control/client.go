// Package control is a client of the mock's control API: what a test needs that
// has no Authy app on a phone.
//
// The control API belongs to the mock; Authy has nothing like it. It lives below
// /mock/v1 and speaks JSON, so curl does as well.
package control

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// maxAnswer is the largest answer that is read, in bytes: a full journal fits.
const maxAnswer = 16 << 20

// Client talks to the control API of one mock about one application. It is
// safe for concurrent use.
type Client struct {
	base   *url.URL
	apiKey string
	token  string
	http   *http.Client
}

// Option changes what [New] makes.
type Option func(*Client)

// WithAPIKey names the application by its API key. Without it the mock's first
// one is meant.
func WithAPIKey(key string) Option {
	return func(c *Client) { c.apiKey = key }
}

// WithToken sends the token that the mock's control API wants, if it wants one.
func WithToken(token string) Option {
	return func(c *Client) { c.token = token }
}

// WithHTTPClient sends the requests by a client of one's own.
func WithHTTPClient(client *http.Client) Option {
	return func(c *Client) { c.http = client }
}

// New makes a client of the control API at a URL such as http://127.0.0.1:2884:
// that of the mock, or that of the control API where it has a listener of its
// own.
func New(mockURL string, opts ...Option) (*Client, error) {
	base, err := url.Parse(mockURL)
	if err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") {
		return nil, fmt.Errorf("the mock's URL %q: want http://HOST:PORT", mockURL)
	}
	c := &Client{base: base, http: http.DefaultClient}
	for _, opt := range opts {
		opt(c)
	}
	return c, nil
}

// Token is the user's token, step steps away from the current one.
func (c *Client) Token(ctx context.Context, authyID, step int64) (Token, error) {
	var token Token
	query := url.Values{"step": {strconv.FormatInt(step, 10)}}
	err := c.do(ctx, http.MethodGet, user(authyID)+"/token", query, nil, &token)
	return token, err
}

// TokenAt is the token that the user's app shows at some time of the
// application's clock.
func (c *Client) TokenAt(ctx context.Context, authyID int64, at time.Time) (Token, error) {
	var token Token
	query := url.Values{"at": {at.Format(time.RFC3339Nano)}}
	err := c.do(ctx, http.MethodGet, user(authyID)+"/token", query, nil, &token)
	return token, err
}

// QRToken is the token of another authenticator that the user has set up by the
// QR code of Authy's users/secret: 6 digits, a new one every 30 seconds.
func (c *Client) QRToken(ctx context.Context, authyID, step int64) (Token, error) {
	var token Token
	query := url.Values{"step": {strconv.FormatInt(step, 10)}, "of": {"qr"}}
	err := c.do(ctx, http.MethodGet, "users/"+strconv.FormatInt(authyID, 10)+"/token", query, nil, &token)
	return token, err
}

// Users are all users of the application, by Authy ID.
func (c *Client) Users(ctx context.Context) ([]User, error) {
	var users []User
	err := c.do(ctx, http.MethodGet, "users", nil, nil, &users)
	return users, err
}

// User is the one with that Authy ID.
func (c *Client) User(ctx context.Context, authyID int64) (User, error) {
	var found User
	err := c.do(ctx, http.MethodGet, user(authyID), nil, nil, &found)
	return found, err
}

// AddUser adds a user.
func (c *Client) AddUser(ctx context.Context, user NewUser) (User, error) {
	var added User
	err := c.do(ctx, http.MethodPost, "users", nil, user, &added)
	return added, err
}

// ChangeUser changes a user, and returns the user as he is then.
func (c *Client) ChangeUser(ctx context.Context, authyID int64, change ChangeUser) (User, error) {
	var changed User
	err := c.do(ctx, http.MethodPatch, user(authyID), nil, change, &changed)
	return changed, err
}

// DeleteUser removes a user at once, with the faults of that user.
func (c *Client) DeleteUser(ctx context.Context, authyID int64) error {
	return c.do(ctx, http.MethodDelete, user(authyID), nil, nil, nil)
}

// CA is the certificate of the mock's authority, in PEM: a program that trusts
// it takes the mock for api.authy.com.
func (c *Client) CA(ctx context.Context) ([]byte, error) {
	target := c.base.JoinPath("mock", "v1", "ca")
	certificate, err := c.fetch(ctx, http.MethodGet, target, nil)
	if err != nil {
		return nil, err
	}
	if block, _ := pem.Decode(certificate); block == nil || block.Type != "CERTIFICATE" {
		return nil, notFromMock(http.MethodGet, target, errors.New("want a certificate in PEM"))
	}
	return certificate, nil
}

// Live tells whether the mock answers: nil if it does.
func (c *Client) Live(ctx context.Context) error {
	_, err := c.fetch(ctx, http.MethodGet, c.base.JoinPath("livez"), nil)
	return err
}

func aboutUser(authyID int64) url.Values {
	if authyID == 0 {
		return nil
	}
	return url.Values{"authy_id": {strconv.FormatInt(authyID, 10)}}
}

// user is the path of a user.
func user(authyID int64) string {
	return "users/" + strconv.FormatInt(authyID, 10)
}

func (c *Client) do(ctx context.Context, method, path string, query url.Values, in, out any) error {
	target := c.base.JoinPath("mock", "v1", path)
	target.RawQuery = query.Encode()
	raw, err := c.fetch(ctx, method, target, in)
	if err != nil || out == nil {
		return err
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return notFromMock(method, target, err)
	}
	return nil
}

func notFromMock(method string, target *url.URL, err error) error {
	return fmt.Errorf("control API: %s %s: the answer is not from a mock: %w", method, target.Redacted(), err)
}

// fetch is the body of the answer.
func (c *Client) fetch(ctx context.Context, method string, target *url.URL, in any) ([]byte, error) {
	var body bytes.Buffer
	if in != nil {
		if err := json.NewEncoder(&body).Encode(in); err != nil {
			return nil, fmt.Errorf("control API: %w", err)
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, target.String(), &body)
	if err != nil {
		return nil, fmt.Errorf("control API: %w", err)
	}
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.apiKey != "" {
		r.Header.Set("X-Authy-API-Key", c.apiKey)
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return nil, fmt.Errorf("control API: %w", err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if err == nil && len(raw) > maxAnswer {
		err = fmt.Errorf("the answer is larger than %d MiB", maxAnswer>>20)
	}
	if err != nil {
		return nil, fmt.Errorf("control API: %s %s: %w", method, target.Redacted(), err)
	}
	if answer.StatusCode/100 != 2 {
		var problem Problem
		if json.Unmarshal(raw, &problem) != nil || problem.Message == "" {
			return nil, fmt.Errorf("control API: %s %s: %s", method, target.Redacted(), answer.Status)
		}
		return nil, fmt.Errorf("control API: %s", problem.Message)
	}
	return raw, nil
}
