package bell_test

import (
	"sync"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/bell"
)

func rung(next <-chan struct{}) bool {
	select {
	case <-next:
		return true
	default:
		return false
	}
}

func TestBell(t *testing.T) {
	t.Parallel()
	var b bell.Bell
	b.Ring() // nobody hears it
	first, same := b.Next(), b.Next()
	if rung(first) {
		t.Error("rung before anything has changed")
	}
	b.Ring()
	if !rung(first) || !rung(same) {
		t.Error("somebody who waits has not heard it")
	}
	if rung(b.Next()) {
		t.Error("an old change is told once more")
	}
	(*bell.Bell)(nil).Ring()
}

// Nobody misses the last change, however many there are at once.
func TestBellInParallel(t *testing.T) {
	t.Parallel()
	var b bell.Bell
	var all sync.WaitGroup
	for range 8 {
		next := b.Next()
		all.Go(func() {
			for range 1000 {
				b.Ring()
			}
		})
		all.Go(func() { <-next })
	}
	all.Wait()
}
