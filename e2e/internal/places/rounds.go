// Package places is what the drivers have in common: places that scenarios take,
// the people there, and what happens there.
package places

import (
	"context"
	"sync"
)

// Rounds hands places out: each of them once, and, when all that were taken are
// back, again. Between two rounds nobody is at any place, so that what they share
// can be put back to how it was.
type Rounds[P any] struct {
	restore func(context.Context, P) error
	apart   bool

	mu     sync.Mutex
	all    []P
	unused []P
	taken  int
	next   chan struct{} // is closed when there is an unused place again
}

// NewRounds makes rounds without places. Restore is called between two rounds,
// with the place that came back last. Places that are apart share nothing: each is
// restored and handed out again at once.
func NewRounds[P any](apart bool, restore func(context.Context, P) error) *Rounds[P] {
	return &Rounds[P]{restore: restore, apart: apart}
}

// Add adds a place, before any is taken.
func (r *Rounds[P]) Add(place P) {
	r.all = append(r.all, place)
	r.unused = append(r.unused, place)
}

// Count is how many places there are.
func (r *Rounds[P]) Count() int { return len(r.all) }

// Take waits for a place of this round, or of the next one.
func (r *Rounds[P]) Take(ctx context.Context) (place P, err error) {
	for {
		place, next := r.try()
		if next == nil {
			return place, nil
		}
		select {
		case <-next:
		case <-ctx.Done():
			return place, ctx.Err()
		}
	}
}

// try takes an unused place, or says when to try again.
func (r *Rounds[P]) try() (place P, next <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.unused) > 0 {
		place, r.unused = r.unused[0], r.unused[1:]
		r.taken++
		return place, nil
	}
	if r.next == nil {
		r.next = make(chan struct{})
	}
	return place, r.next
}

// GiveBack returns a place that was taken. An error is that of the restoring; the
// place is handed out again all the same.
func (r *Rounds[P]) GiveBack(ctx context.Context, place P) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.taken--
	var err error
	switch {
	case r.apart:
		err = r.restore(ctx, place)
		r.unused = append(r.unused, place)
	case r.taken == 0:
		err = r.restore(ctx, place)
		r.unused = append(r.unused[:0:0], r.all...)
	default:
		return nil
	}
	if r.next != nil {
		close(r.next)
		r.next = nil
	}
	return err
}
