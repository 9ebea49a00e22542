// Package bell tells those who wait that something has changed.
package bell

import "sync/atomic"

// Bell is rung at each change. It costs next to nothing while nobody waits. The
// zero value is ready, and nil is one that nobody hears.
type Bell struct {
	next atomic.Pointer[chan struct{}] // closed at the next change; nil if nobody waits for it
}

// Ring tells all who wait.
func (b *Bell) Ring() {
	if b == nil {
		return
	}
	if next := b.next.Load(); next != nil && b.next.CompareAndSwap(next, nil) {
		close(*next)
	}
}

// Next is closed at the next change. Whoever asks for it before he looks misses
// none.
func (b *Bell) Next() <-chan struct{} {
	made := make(chan struct{})
	for {
		if next := b.next.Load(); next != nil {
			return *next
		}
		if b.next.CompareAndSwap(nil, &made) {
			return made
		}
	}
}
