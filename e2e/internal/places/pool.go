// Package places is what the drivers have in common: places that scenarios take,
// the people there, and what happens there.
package places

import "context"

// Pool hands places out, each to one scenario at a time.
type Pool[P any] struct {
	restore func(context.Context, P) error
	free    chan P
}

// NewPool makes a pool of these places. Restore puts one back to how it was, when a
// scenario has left it.
func NewPool[P any](restore func(context.Context, P) error, all ...P) *Pool[P] {
	p := &Pool[P]{restore: restore, free: make(chan P, len(all))}
	for _, place := range all {
		p.free <- place
	}
	return p
}

// Count is how many places there are.
func (p *Pool[P]) Count() int { return cap(p.free) }

// Take waits for a place.
func (p *Pool[P]) Take(ctx context.Context) (place P, err error) {
	select {
	case place = <-p.free:
		return place, nil
	case <-ctx.Done():
		return place, ctx.Err()
	}
}

// GiveBack returns a place that was taken. An error is that of the restoring; the
// place is handed out again all the same.
func (p *Pool[P]) GiveBack(ctx context.Context, place P) error {
	err := p.restore(ctx, place)
	p.free <- place
	return err
}
