package places_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/places"
)

func TestPool(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	var restored []string
	pool := places.NewPool(func(_ context.Context, place string) error {
		restored = append(restored, place)
		if place == "b" {
			return broken
		}
		return nil
	}, "a", "b")
	if pool.Count() != 2 {
		t.Errorf("%d places", pool.Count())
	}
	for _, want := range []string{"a", "b"} {
		if got, err := pool.Take(t.Context()); err != nil || got != want {
			t.Fatalf("took %q, %v, want %q", got, err, want)
		}
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := pool.Take(over); !errors.Is(err, context.Canceled) {
		t.Errorf("with all places taken: %v", err)
	}
	if err := pool.GiveBack(t.Context(), "b"); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	if got, err := pool.Take(t.Context()); err != nil || got != "b" {
		t.Errorf("took %q, %v", got, err)
	}
	if err := pool.GiveBack(t.Context(), "a"); err != nil || !slices.Equal(restored, []string{"b", "a"}) {
		t.Errorf("%v, restored %v", err, restored)
	}
}
