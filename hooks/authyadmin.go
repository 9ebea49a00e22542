package hooks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// ErrUserNotValid says that Authy takes no user with these data (error code
// 60027).
var ErrUserNotValid = errors.New("these data of a user were not accepted by Authy")

// AuthyUser is a user to create at Authy, who is known there by country code and
// cellphone.
type AuthyUser struct {
	Email       string
	Cellphone   string
	CountryCode string
}

// AuthyUserStatus is what Authy tells about a user (Authy API, users/status).
// The texts are from outside and may hold anything.
type AuthyUserStatus struct {
	// Registered says that the user has the Authy app.
	Registered bool
	// Confirmed says that the user has given a right token before.
	Confirmed bool
	// Disabled says that the account was suspended.
	Disabled bool
	// CountryCode and Phone name the cellphone; of Phone only the last digits.
	CountryCode, Phone string
	Devices            []string
}

// AuthyDetails is what Authy tells about the application of an API key (Authy
// API, app/details).
type AuthyDetails struct {
	// Name of the application, a text from outside.
	Name string
	// Date is Authy's clock, to the second; zero if it did not tell.
	Date time.Time
}

// CreateUser creates a user and returns the Authy ID. For a cellphone that Authy
// knows this is the ID that it has (Authy API, users/new).
func (c *AuthyClient) CreateUser(ctx context.Context, user AuthyUser) (AuthyID, error) {
	form := url.Values{"user[email]": {user.Email}, "user[cellphone]": {user.Cellphone}, "user[country_code]": {user.CountryCode}}
	members, _, err := c.call(ctx, http.MethodPost, strings.NewReader(form.Encode()), "users", "new")
	if err != nil {
		return "", err
	}
	created, err := parseObject(members["user"])
	if err != nil {
		return "", fmt.Errorf("%w: there is no user in it", ErrMalformedAnswer)
	}
	id, err := ParseAuthyID(unquote(created["id"]))
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrMalformedAnswer, err)
	}
	return id, nil
}

// UserStatus returns what Authy knows of the user with that ID.
func (c *AuthyClient) UserStatus(ctx context.Context, id AuthyID) (AuthyUserStatus, error) {
	if _, err := ParseAuthyID(string(id)); err != nil {
		return AuthyUserStatus{}, err
	}
	members, _, err := c.call(ctx, http.MethodGet, nil, "users", string(id), "status")
	if err != nil {
		return AuthyUserStatus{}, err
	}
	status, err := parseObject(members["status"])
	if err != nil {
		return AuthyUserStatus{}, fmt.Errorf("%w: there is no status in it", ErrMalformedAnswer)
	}
	if unquote(status["authy_id"]) != string(id) {
		return AuthyUserStatus{}, fmt.Errorf("%w: it is about another user than the one asked for", ErrMalformedAnswer)
	}
	answer := AuthyUserStatus{
		Registered: isTrue(status["registered"]), Confirmed: isTrue(status["confirmed"]), Disabled: isTrue(status["account_disabled"]),
		CountryCode: unquote(status["country_code"]), Phone: unquote(status["phone_number"]),
	}
	if json.Unmarshal(status["devices"], &answer.Devices) != nil {
		answer.Devices = nil
	}
	return answer, nil
}

// Details asks about the application of the API key. Without an error the key
// was accepted.
func (c *AuthyClient) Details(ctx context.Context) (AuthyDetails, error) {
	members, answer, err := c.call(ctx, http.MethodGet, nil, "app", "details")
	if err != nil {
		return AuthyDetails{}, err
	}
	app, err := parseObject(members["app"])
	if err != nil {
		return AuthyDetails{}, fmt.Errorf("%w: there is no application in it", ErrMalformedAnswer)
	}
	date, _ := http.ParseTime(answer.header.Get("Date"))
	return AuthyDetails{Name: unquote(app["name"]), Date: date}, nil
}

// call sends one request of an administrator. The segments are not escaped: none
// comes from outside.
func (c *AuthyClient) call(ctx context.Context, method string, form io.Reader, segments ...string) (map[string]json.RawMessage, response, error) {
	target := c.base.JoinPath(append([]string{"protected", "json"}, segments...)...)
	request, err := http.NewRequestWithContext(ctx, method, target.String(), form)
	if err != nil {
		return nil, response{}, fmt.Errorf("%w: the request cannot be built", ErrUnreachable)
	}
	c.identify(request)
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := authyServer().exchange(c.transport, request)
	if err != nil {
		return nil, response{}, err
	}
	members, err := parseObject(answer.body)
	switch {
	case answer.status != http.StatusOK && errorCode(members) == "60027":
		return nil, response{}, fmt.Errorf("%w: look at %s", ErrUserNotValid, wrongFields(members))
	case answer.status != http.StatusOK:
		return nil, response{}, refusal(answer.status, errorCode(members))
	case err != nil:
		return nil, response{}, fmt.Errorf("%w: %w", ErrMalformedAnswer, err)
	case !isTrue(members["success"]):
		return nil, response{}, fmt.Errorf("%w: HTTP status 200 without success", ErrMalformedAnswer)
	}
	return members, answer, nil
}

// wrongFields names what Authy does not accept, without its texts.
func wrongFields(members map[string]json.RawMessage) string {
	var wrong []string
	for _, field := range []string{"email", "cellphone", "country_code"} {
		if _, ok := members[field]; ok {
			wrong = append(wrong, field)
		}
	}
	if wrong == nil {
		return "email, cellphone and country_code"
	}
	return strings.Join(wrong, ", ")
}
