package control

import (
	"context"
	"net/http"
	"time"
)

// Clock is the clock of the application. Whether a token is right is decided by
// it.
func (c *Client) Clock(ctx context.Context) (Clock, error) {
	var clock Clock
	err := c.do(ctx, http.MethodGet, "clock", nil, nil, &clock)
	return clock, err
}

// SetClock sets the clock of the application, and leaves it standing or running
// as it was.
func (c *Client) SetClock(ctx context.Context, to time.Time) (Clock, error) {
	return c.setClock(ctx, SetClock{Time: to})
}

// FreezeClock stops the clock of the application.
func (c *Client) FreezeClock(ctx context.Context) (Clock, error) {
	frozen := true
	return c.setClock(ctx, SetClock{Frozen: &frozen})
}

// ResumeClock lets the clock of the application go on from where it stands.
func (c *Client) ResumeClock(ctx context.Context) (Clock, error) {
	frozen := false
	return c.setClock(ctx, SetClock{Frozen: &frozen})
}

// AdvanceClock moves the clock of the application, standing or running; back,
// if by is negative.
func (c *Client) AdvanceClock(ctx context.Context, by time.Duration) (Clock, error) {
	var clock Clock
	err := c.do(ctx, http.MethodPost, "clock/advance", nil, AdvanceClock{By: by.String()}, &clock)
	return clock, err
}

// ResetClock makes the clock of the application follow the mock's own again.
func (c *Client) ResetClock(ctx context.Context) error {
	return c.do(ctx, http.MethodDelete, "clock", nil, nil, nil)
}

// UserClock is the clock of the user's phone.
func (c *Client) UserClock(ctx context.Context, authyID int64) (UserClock, error) {
	var clock UserClock
	err := c.do(ctx, http.MethodGet, user(authyID)+"/clock", nil, nil, &clock)
	return clock, err
}

// SetUserClock sets the clock of the user's phone ahead of the application's by
// skew, or behind it. The phone's app then shows the tokens of another time.
func (c *Client) SetUserClock(ctx context.Context, authyID int64, skew time.Duration) (UserClock, error) {
	var clock UserClock
	err := c.do(ctx, http.MethodPut, user(authyID)+"/clock", nil, SetUserClock{Skew: skew.String()}, &clock)
	return clock, err
}

func (c *Client) setClock(ctx context.Context, set SetClock) (Clock, error) {
	var clock Clock
	err := c.do(ctx, http.MethodPut, "clock", nil, set, &clock)
	return clock, err
}
