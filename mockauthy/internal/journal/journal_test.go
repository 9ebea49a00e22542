package journal_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/journal"
)

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
			j := journal.New(3)
			for range begun {
				j.Begin(journal.Entry{})
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
	j := journal.New(3)
	first := j.Begin(journal.Entry{Method: "GET"})
	second := j.Begin(journal.Entry{Method: "POST"})
	want := []journal.Entry{{Number: 1, Method: "GET"}, {Number: 2, Method: "POST"}}
	if diff := cmp.Diff(want, j.Entries(all)); diff != "" {
		t.Errorf("begun (-want +got):\n%s", diff)
	}
	second.Fault("delay")
	second.End(200, "done")
	first.End(401, "refused")
	want = []journal.Entry{
		{Number: 1, Method: "GET", Status: 401, Outcome: "refused"},
		{Number: 2, Method: "POST", Fault: "delay", Status: 200, Outcome: "done"},
	}
	if diff := cmp.Diff(want, j.Entries(all)); diff != "" {
		t.Errorf("ended (-want +got):\n%s", diff)
	}
}

// The end of an entry that is gone by then changes no other.
func TestRecordOutlived(t *testing.T) {
	t.Parallel()
	j := journal.New(1)
	old := j.Begin(journal.Entry{Method: "old"})
	j.Begin(journal.Entry{Method: "new"})
	old.End(200, "done")
	want := []journal.Entry{{Number: 2, Method: "new"}}
	if diff := cmp.Diff(want, j.Entries(all)); diff != "" {
		t.Errorf("pushed out (-want +got):\n%s", diff)
	}
	cleared := j.Begin(journal.Entry{Method: "cleared"})
	j.Clear()
	j.Begin(journal.Entry{Method: "after"})
	cleared.End(200, "done")
	want = []journal.Entry{{Number: 1, Method: "after"}}
	if diff := cmp.Diff(want, j.Entries(all)); diff != "" {
		t.Errorf("cleared (-want +got):\n%s", diff)
	}
}

func TestClearFull(t *testing.T) {
	t.Parallel()
	j := journal.New(2)
	for range 5 {
		j.Begin(journal.Entry{})
	}
	j.Clear()
	if got := j.Entries(all); len(got) != 0 {
		t.Errorf("entries %+v, want none", got)
	}
	for range 3 {
		j.Begin(journal.Entry{})
	}
	if diff := cmp.Diff([]int64{2, 3}, numbers(j.Entries(all))); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

func TestEntriesChosen(t *testing.T) {
	t.Parallel()
	j := journal.New(10)
	for range 6 {
		j.Begin(journal.Entry{})
	}
	got := j.Entries(func(e journal.Entry) bool { return e.Number%2 == 0 })
	if diff := cmp.Diff([]int64{2, 4, 6}, numbers(got)); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

// Whoever is handed entries may do with them what he likes.
func TestEntriesAreCopies(t *testing.T) {
	t.Parallel()
	j := journal.New(1)
	j.Begin(journal.Entry{AuthyIDs: []int64{1000}})
	got := j.Entries(all)
	got[0].Status, got[0].AuthyIDs[0] = 500, 7
	want := []journal.Entry{{Number: 1, AuthyIDs: []int64{1000}}}
	if diff := cmp.Diff(want, j.Entries(all)); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	j := journal.New(10)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			record := j.Begin(journal.Entry{})
			record.Fault("delay")
			record.End(200, "done")
			j.Entries(all)
		})
	}
	wg.Wait()
	if diff := cmp.Diff([]int64{41, 42, 43, 44, 45, 46, 47, 48, 49, 50}, numbers(j.Entries(all))); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}
