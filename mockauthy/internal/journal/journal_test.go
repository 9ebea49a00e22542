package journal_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/journal"
)

// noon is the time of all entries here: the zero time, which need not be said.
func noon() time.Time { return time.Time{} }

func all(journal.Entry) bool { return true }

// numbers are those of the entries.
func numbers(entries []journal.Entry) []int64 {
	var n []int64
	for _, e := range entries {
		n = append(n, e.Number)
	}
	return n
}

func TestRing(t *testing.T) {
	t.Parallel()
	for begun, want := range [][]int64{
		0: nil,
		1: {1},
		2: {1, 2},
		3: {1, 2, 3},
		4: {2, 3, 4},
		5: {3, 4, 5},
		6: {4, 5, 6},
		7: {5, 6, 7},
	} {
		t.Run(fmt.Sprint(begun), func(t *testing.T) {
			t.Parallel()
			j := journal.New(3, noon)
			for range begun {
				journal.Begin(journal.Entry{}, j)
			}
			if diff := cmp.Diff(want, numbers(j.Entries(all))); diff != "" {
				t.Errorf("entries (-want +got):\n%s", diff)
			}
		})
	}
}

// An entry is there from its beginning, and told its end later.
func TestRecord(t *testing.T) {
	t.Parallel()
	j := journal.New(3, noon)
	first := journal.Begin(journal.Entry{Method: "GET"}, j)
	second := journal.Begin(journal.Entry{Method: "POST"}, j)
	want := []journal.Entry{{Number: 1, Method: "GET"}, {Number: 2, Method: "POST"}}
	if diff := cmp.Diff(want, j.Entries(all)); diff != "" {
		t.Errorf("begun (-want +got):\n%s", diff)
	}
	second.Fault("delay")
	second.End(200, "done", nil, 0)
	first.End(401, "refused", nil, 0)
	want = []journal.Entry{
		{Number: 1, Method: "GET", Status: 401, Outcome: "refused", Ended: true},
		{Number: 2, Method: "POST", Fault: "delay", Status: 200, Outcome: "done", Ended: true},
	}
	if diff := cmp.Diff(want, j.Entries(all)); diff != "" {
		t.Errorf("ended (-want +got):\n%s", diff)
	}
}

// The end of an entry that is gone by then changes no other.
func TestRecordOutlived(t *testing.T) {
	t.Parallel()
	j := journal.New(1, noon)
	old := journal.Begin(journal.Entry{Method: "old"}, j)
	journal.Begin(journal.Entry{Method: "new"}, j)
	old.End(200, "done", nil, 0)
	want := []journal.Entry{{Number: 2, Method: "new"}}
	if diff := cmp.Diff(want, j.Entries(all)); diff != "" {
		t.Errorf("pushed out (-want +got):\n%s", diff)
	}
	cleared := journal.Begin(journal.Entry{Method: "cleared"}, j)
	j.Clear()
	journal.Begin(journal.Entry{Method: "after"}, j)
	cleared.End(200, "done", nil, 0)
	want = []journal.Entry{{Number: 4, Method: "after"}}
	if diff := cmp.Diff(want, j.Entries(all)); diff != "" {
		t.Errorf("cleared (-want +got):\n%s", diff)
	}
}

// What belongs to several journals is counted in each, and ends in each; to
// clear one leaves the others.
func TestBeginInMany(t *testing.T) {
	t.Parallel()
	one, other := journal.New(3, noon), journal.New(3, noon)
	journal.Begin(journal.Entry{}, one)
	record := journal.Begin(journal.Entry{Stray: true}, one, other)
	one.Clear()
	record.End(401, "refused", nil, 0)
	if diff := cmp.Diff([]journal.Entry{{Number: 1, Stray: true, Status: 401, Outcome: "refused", Ended: true}}, other.Entries(all)); diff != "" {
		t.Errorf("entries of the other (-want +got):\n%s", diff)
	}
	if got := one.Entries(all); len(got) != 0 {
		t.Errorf("entries of the cleared one %+v, want none", got)
	}
}

func TestClearFull(t *testing.T) {
	t.Parallel()
	j := journal.New(2, noon)
	for range 5 {
		journal.Begin(journal.Entry{}, j)
	}
	j.Clear()
	if got := j.Entries(all); len(got) != 0 {
		t.Errorf("entries %+v, want none", got)
	}
	for range 3 {
		journal.Begin(journal.Entry{}, j)
	}
	if diff := cmp.Diff([]int64{7, 8}, numbers(j.Entries(all))); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

func TestEntriesChosen(t *testing.T) {
	t.Parallel()
	j := journal.New(10, noon)
	for range 6 {
		journal.Begin(journal.Entry{}, j)
	}
	got := j.Entries(func(e journal.Entry) bool { return e.Number%2 == 0 })
	if diff := cmp.Diff([]int64{2, 4, 6}, numbers(got)); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

// Whoever is handed entries may do with them what he likes.
func TestEntriesAreCopies(t *testing.T) {
	t.Parallel()
	j := journal.New(1, noon)
	journal.Begin(journal.Entry{AuthyIDs: []int64{1000}}, j)
	got := j.Entries(all)
	got[0].Status, got[0].AuthyIDs[0] = 500, 7
	want := []journal.Entry{{Number: 1, AuthyIDs: []int64{1000}}}
	if diff := cmp.Diff(want, j.Entries(all)); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	j := journal.New(10, noon)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			record := journal.Begin(journal.Entry{}, j)
			record.Fault("delay")
			record.End(200, "done", nil, 0)
			j.Entries(all)
		})
	}
	wg.Wait()
	if diff := cmp.Diff([]int64{41, 42, 43, 44, 45, 46, 47, 48, 49, 50}, numbers(j.Entries(all))); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

// Whoever waits is told of the first match that is over, also if it was there
// before.
func TestWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		j := journal.New(3, noon)
		after := func(n int64) func(journal.Entry) bool {
			return func(e journal.Entry) bool { return e.Number > n }
		}
		found := make(chan []journal.Entry, 1)
		go func() { found <- j.Wait(t.Context(), after(1)) }()
		first := journal.Begin(journal.Entry{}, j)
		second := journal.Begin(journal.Entry{}, j)
		first.End(200, "one", nil, 0)
		synctest.Wait()
		select {
		case early := <-found:
			t.Fatalf("told too early: %+v", early)
		default:
		}
		asked := 0
		second.End(401, "two", func() string { asked++; return "because" }, 0)
		explained := func(entries []journal.Entry) []journal.Entry {
			for i := range entries {
				if why := entries[i].Why(); why != "because" {
					t.Errorf("why: %q", why)
				}
				entries[i].Why = nil
			}
			return entries
		}
		want := []journal.Entry{{Number: 2, Status: 401, Outcome: "two", Ended: true}}
		if diff := cmp.Diff(want, explained(<-found)); diff != "" {
			t.Errorf("after waiting (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(want, explained(j.Wait(t.Context(), after(1)))); diff != "" {
			t.Errorf("without waiting (-want +got):\n%s", diff)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if got := j.Wait(ctx, after(2)); got != nil {
			t.Errorf("got %+v, want nothing in time", got)
		}
		if asked != 1 {
			t.Errorf("the reason was looked for %d times, want once", asked)
		}
	})
}
