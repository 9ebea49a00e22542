package control

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Request is one that the Authy API was asked, from the journal.
type Request struct {
	// Number counts the requests of the application, from 1, those forgotten
	// too.
	Number int64 `json:"number"`
	// Time when it arrived, by the application's clock.
	Time   time.Time `json:"time"`
	Method string    `json:"method"`
	// Target is that of the request line, at most 4 KiB of it. API keys and
	// tokens are blotted out.
	Target string `json:"target"`
	// Endpoint such as "verify"; "" where there is none.
	Endpoint string `json:"endpoint"`
	// AuthyIDs are the users whom the request names, wherever it does so, at most
	// 64 of them.
	AuthyIDs []int64 `json:"authy_ids"`
	// Known tells whether the request came with the application's API key.
	// Without one it belongs to no application, and all of them see it.
	Known bool `json:"known_api_key"`
	// Fault that befell the request, or "".
	Fault string `json:"fault,omitempty"`
	// Status of the answer; 0 as long as there is none.
	Status int `json:"status"`
	// Outcome is the message of the answer, such as "Token is invalid".
	Outcome string `json:"outcome"`
	// Why explains a refusal that Authy would leave unexplained, such as "this
	// token was right 2 steps ago; 1 step is accepted"; "" where there is no
	// more to say. It never has a token.
	Why string `json:"why,omitempty"`
}

// Filter says which requests of the journal are meant: those for which all hold
// that is not left out.
type Filter struct {
	// AuthyID of a user whom the request names, wherever it does so.
	AuthyID int64
	// Endpoint such as "verify".
	Endpoint string
	// Status of the answer, such as 401.
	Status int
	// Outcome is the message of the answer, the whole of it.
	Outcome string
	// After is the number of a request; those with a greater one are meant.
	After int64
}

func (f Filter) query() url.Values {
	q := url.Values{}
	for name, n := range map[string]int64{"authy_id": f.AuthyID, "status": int64(f.Status), "after": f.After} {
		if n != 0 {
			q.Set(name, strconv.FormatInt(n, 10))
		}
	}
	for name, text := range map[string]string{"endpoint": f.Endpoint, "outcome": f.Outcome} {
		if text != "" {
			q.Set(name, text)
		}
	}
	return q
}

// Count is a number of requests.
type Count struct {
	Count int `json:"count"`
}

// Requests are those of the journal that are meant, oldest first. The mock
// remembers the newest 1000.
func (c *Client) Requests(ctx context.Context, f Filter) ([]Request, error) {
	return c.requests(ctx, f.query())
}

// CountRequests counts the requests of the journal that are meant.
func (c *Client) CountRequests(ctx context.Context, f Filter) (int, error) {
	var count Count
	err := c.do(ctx, http.MethodGet, "requests/count", f.query(), nil, &count)
	return count.Count, err
}

// WaitForRequests is as Requests, but for those that are over, answered or not.
// If there is none yet it waits for the next, up to so long, at most 10 minutes;
// none in time is no error.
func (c *Client) WaitForRequests(ctx context.Context, f Filter, wait time.Duration) ([]Request, error) {
	q := f.query()
	q.Set("wait", wait.String())
	return c.requests(ctx, q)
}

// Forget empties the journal of the application.
func (c *Client) Forget(ctx context.Context) error {
	return c.do(ctx, http.MethodDelete, "requests", nil, nil, nil)
}

func (c *Client) requests(ctx context.Context, q url.Values) ([]Request, error) {
	var requests []Request
	err := c.do(ctx, http.MethodGet, "requests", q, nil, &requests)
	return requests, err
}
