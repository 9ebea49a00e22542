package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// authy is a client of Authy's verify. Whatever a mistake may change is a field.
type authy struct {
	url, key string
	client   *http.Client

	// path of the request.
	path func(id, token string) string
	// most is how many bytes of an answer are read.
	most int64
	// judge is nil for the answer to the right token.
	judge func(status int, body []byte) error
	// verify does it all.
	verify func(id, token string) error
}

func newAuthy(url, key string, deadline time.Duration) *authy {
	a := &authy{
		url: url, key: key,
		client: &http.Client{
			Timeout:       deadline,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			// A request on a kept connection may be sent twice.
			Transport: &http.Transport{DisableKeepAlives: true, Proxy: http.ProxyFromEnvironment},
		},
		path: func(id, token string) string { return "/protected/json/verify/" + token + "/" + id + "?force=true" },
		most: 64 << 10,
	}
	a.judge = func(status int, body []byte) error {
		if status != http.StatusOK {
			return statusError(status)
		}
		return agrees(body)
	}
	a.verify = a.ask
	return a
}

// statusError is an answer of Authy's that is not 200.
type statusError int

func (s statusError) Error() string { return fmt.Sprintf("Authy answers with status %d", int(s)) }

func (a *authy) ask(id, token string) error {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, a.url+a.path(id, token), nil)
	if err != nil {
		return errors.New("Authy cannot be asked this")
	}
	request.Header.Set("X-Authy-API-Key", a.key)
	response, err := a.client.Do(request)
	if err != nil {
		return unreachable{err}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, a.most+1))
	switch {
	case err != nil:
		return unreachable{err}
	case int64(len(body)) > a.most:
		return errors.New("Authy's answer is too long")
	}
	return a.judge(response.StatusCode, body)
}

// unreachable is no answer, or half of one. What it says leaves out the URL, in
// which the token is.
type unreachable struct{ cause error }

func (u unreachable) Error() string {
	var withURL *url.Error
	if errors.As(u.cause, &withURL) {
		return fmt.Sprintf("no answer from Authy: %v", withURL.Err)
	}
	return fmt.Sprintf("no answer from Authy: %v", u.cause)
}

func (u unreachable) Unwrap() error { return u.cause }

// agrees wants both signs of a right token: Authy writes success as a string.
func agrees(body []byte) error {
	var answer struct {
		Success any `json:"success"`
		Token   any `json:"token"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return errors.New("Authy's answer is no JSON")
	}
	if (answer.Success == "true" || answer.Success == true) && answer.Token == "is valid" {
		return nil
	}
	return errors.New("Authy does not say that the token is valid")
}
