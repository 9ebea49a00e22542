package contract

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/mock"
)

// place is a mock and the people whom the hook knows. One scenario at a time
// takes it.
type place struct {
	mock   *mock.Mock
	alone  bool // whether no other place has the mock
	caFile string
	events *events
	users  []driver.Person
	next   int // of the users
}

// places are handed out in rounds: each of them once, and, when all that were
// taken are back, again. Between two rounds nobody asks a mock, so that all can be
// put back to how they were.
type places struct {
	mu     sync.Mutex
	all    []*place
	unused []*place
	taken  int
	round  chan struct{} // is closed when the next round begins
}

func (p *places) add(one *place) {
	p.all = append(p.all, one)
	p.unused = append(p.unused, one)
}

func (p *places) count() int { return len(p.all) }

// take waits for a place of this round, or of the next one.
func (p *places) take(ctx context.Context) (*place, error) {
	for {
		one, next := p.try()
		if one != nil {
			return one, nil
		}
		select {
		case <-next:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (p *places) try() (one *place, next <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.unused) > 0 {
		one, p.unused = p.unused[0], p.unused[1:]
		p.taken++
		return one, nil
	}
	if p.round == nil {
		p.round = make(chan struct{})
	}
	return nil, p.round
}

// giveBack returns a place. One whose mock is its own is put back to how it was
// at once.
func (p *places) giveBack(ctx context.Context, one *place) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken--
	var err error
	switch {
	case one.alone:
		err = one.restore(ctx)
		p.unused = append(p.unused, one)
	case p.taken == 0:
		err = one.restore(ctx)
		p.unused = append(p.unused[:0], p.all...)
	default:
		return nil
	}
	if p.round != nil {
		close(p.round)
		p.round = nil
	}
	return err
}

// afterwards is how far the mock's clock goes on between two scenarios: no token
// of one is any good in the next, not even to a hook that remembers tokens itself.
const afterwards = time.Minute

// restore puts the mock back to how it was, but for its clock.
func (p *place) restore(ctx context.Context) error {
	if err := p.mock.Up(ctx); err != nil {
		return err
	}
	clock, err := p.mock.Control.Clock(ctx)
	if err != nil {
		return err
	}
	if err := errors.Join(p.mock.Control.Reset(ctx), p.mock.Control.Forget(ctx)); err != nil {
		return err
	}
	_, err = p.mock.Control.SetClock(ctx, clock.Time.Add(afterwards))
	return err
}
