package fault

import (
	"fmt"
	"net/http"
	"time"
)

// delay lets the true answer come late.
type delay struct {
	by time.Duration
}

func newDelay(p Parameters) (Fault, error) {
	if p.Delay <= 0 || p.Delay > time.Hour {
		return nil, fmt.Errorf("the delay %s: want more than nothing and at most an hour", p.Delay)
	}
	return delay{by: p.Delay}, nil
}

func (d delay) Serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	timer := time.NewTimer(d.by)
	defer timer.Stop()
	select {
	case <-timer.C:
		next.ServeHTTP(w, r)
	case <-r.Context().Done(): // the client has given up, or the server stops
		panic(http.ErrAbortHandler)
	}
}
