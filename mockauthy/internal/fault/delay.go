package fault

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// late gives the true answer; what is late about it is the delay that every
// fault takes.
type late struct{}

func newLate(p Parameters) (Fault, error) {
	if p.Delay == 0 {
		return nil, errors.New("the delay 0s: want more than nothing and at most an hour")
	}
	return late{}, nil
}

func (late) Serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	next.ServeHTTP(w, r)
}

// delay lets another fault come late.
type delay struct {
	by   time.Duration
	then Fault
}

func newDelay(by time.Duration, then Fault) (Fault, error) {
	if by < 0 || by > time.Hour {
		return nil, fmt.Errorf("the delay %s: want more than nothing and at most an hour", by)
	}
	return delay{by: by, then: then}, nil
}

func (d delay) Serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	wait(r.Context(), d.by)
	d.then.Serve(w, r, next)
}

// wait lets time pass, and drops the connection once the client has given up or
// the server stops.
func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		hangUp{}.Serve(nil, nil, nil)
	}
}
