package fault

import (
	"fmt"
	"net/http"
	"time"
)

// drip gives the true answer byte by byte.
type drip struct {
	interval time.Duration
}

func newDrip(p Parameters) (Fault, error) {
	d := drip{interval: p.Interval}
	if d.interval == 0 {
		d.interval = time.Second
	}
	if d.interval < 0 || d.interval > time.Hour {
		return nil, fmt.Errorf("the interval %s: want more than nothing and at most an hour", d.interval)
	}
	return d, nil
}

func (d drip) Serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	a := listenTo(next, r)
	a.begin(w, a.body.Len(), 0)
	for i := range a.body.Len() {
		wait(r.Context(), d.interval)
		_, _ = w.Write(a.body.Bytes()[i : i+1]) // a client that is gone ends the wait
		flush(w)
	}
}

// silence never answers.
type silence struct{}

func newSilence(Parameters) (Fault, error) {
	return silence{}, nil
}

func (silence) Serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	<-r.Context().Done()
	hangUp{}.Serve(w, r, next)
}

// stall never comes to an end.
type stall struct {
	after *int
}

func newStall(p Parameters) (Fault, error) {
	return stall{after: p.After}, nil
}

func (f stall) Serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	a := listenTo(next, r)
	a.begin(w, a.body.Len(), a.part(f.after))
	silence{}.Serve(w, r, next)
}
