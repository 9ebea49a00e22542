package places_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/places"
)

// rounds of two places; restored are those that came back last.
func rounds(apart bool, restored *[]string) *places.Rounds[string] {
	r := places.NewRounds(apart, func(_ context.Context, place string) error {
		*restored = append(*restored, place)
		return nil
	})
	r.Add("a")
	r.Add("b")
	return r
}

func take(t *testing.T, r *places.Rounds[string], want string) {
	t.Helper()
	if got, err := r.Take(t.Context()); err != nil || got != want {
		t.Fatalf("took %q, %v, want %q", got, err, want)
	}
}

func giveBack(t *testing.T, r *places.Rounds[string], place string) {
	t.Helper()
	if err := r.GiveBack(t.Context(), place); err != nil {
		t.Fatal(err)
	}
}

func TestPlacesInRounds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var restored []string
		r := rounds(false, &restored)
		take(t, r, "a")
		take(t, r, "b")
		next := make(chan string)
		go func() {
			place, _ := r.Take(t.Context()) // "" is an error
			next <- place
		}()
		giveBack(t, r, "a")
		synctest.Wait()
		select {
		case place := <-next:
			t.Fatalf("took %s in the same round", place)
		default:
		}
		if len(restored) > 0 {
			t.Fatalf("restored while somebody is at a place")
		}
		giveBack(t, r, "b")
		if got := <-next; got != "a" || len(restored) != 1 || restored[0] != "b" {
			t.Errorf("took %q, restored %v", got, restored)
		}
		// A round may end before all places were taken.
		giveBack(t, r, "a")
		take(t, r, "a")
		take(t, r, "b")
	})
}

func TestPlacesApart(t *testing.T) {
	t.Parallel()
	var restored []string
	r := rounds(true, &restored)
	take(t, r, "a")
	take(t, r, "b")
	giveBack(t, r, "a")
	take(t, r, "a")
	if len(restored) != 1 || restored[0] != "a" || r.Count() != 2 {
		t.Errorf("restored %v of %d", restored, r.Count())
	}
}

func TestTakeEndsWithItsContext(t *testing.T) {
	t.Parallel()
	r := places.NewRounds(false, func(context.Context, string) error { return nil })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Take(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestGiveBackTellsWhatFailed(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	r := places.NewRounds(false, func(context.Context, string) error { return broken })
	r.Add("a")
	take(t, r, "a")
	if err := r.GiveBack(t.Context(), "a"); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	take(t, r, "a")
}
