// Package journal remembers what a mock Authy was asked, and what came of it,
// without the secrets that the requests carried.
package journal

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/bell"
)

// Entry is one request.
type Entry struct {
	// Number counts the requests of this journal, from 1, forgotten ones too.
	Number int64
	// Time is when the request arrived, by the journal's clock.
	Time time.Time
	// Method and Target are those of the request line, redacted, see [Redact].
	Method, Target string
	// Endpoint names what was asked, such as "verify"; "" where no endpoint
	// answers to the path and method.
	Endpoint string
	// Stray tells that the request came without any known API key. It belongs to
	// no application, so all of them are told of it.
	Stray bool
	// AuthyIDs are the users that the request names, wherever it does so: in
	// the path, the query or the body.
	AuthyIDs []int64
	// Fault names the fault that had its way with the request, or "".
	Fault string
	// Status is the HTTP status of the answer; 0 until and unless there is one.
	Status int
	// Outcome is the answer in Authy's words, the "message"; "" without one.
	Outcome string
	// Why explains a refusal, as far as the mock knows more than Authy says; nil
	// where it does not. It is asked for only when somebody reads the entry: to
	// look for a reason can take longer than to refuse.
	Why func() string
	// Request and Answer are what went over the wire, without secrets; nil where
	// nothing did. They are put together only when somebody reads the entry.
	Request, Answer func() Message
	// Took is how long it took, by the machine's clock.
	Took time.Duration
	// Ended tells whether the request is over, with an answer or without.
	Ended bool
}

// Journal keeps the newest entries, up to its capacity.
type Journal struct {
	capacity int
	now      func() time.Time
	ended    bell.Bell  // rung when a request got a fault or an end
	watcher  *bell.Bell // rung at every change

	mu      sync.Mutex
	entries []*Entry // a ring once it is full: the oldest is at (next-first)%capacity
	next    int64    // the number of entries ever begun
	first   int64    // of these, how many were forgotten by Clear
}

// New makes a journal of that capacity, which tells the time by now.
func New(capacity int, now func() time.Time) *Journal {
	return &Journal{capacity: capacity, now: now}
}

// Watch rings a bell at every change. It comes before the journal is used by more
// than one goroutine.
func (j *Journal) Watch(b *bell.Bell) { j.watcher = b }

// Record is an entry whose end is still to come, in each journal that has it.
type Record []place

type place struct {
	journal *Journal
	entry   *Entry
}

// Begin notes that a request has arrived, and numbers and dates it. So one that
// is never answered is found too. Of what is very long it keeps the beginning.
func Begin(e Entry, journals ...*Journal) Record {
	e = e.bounded()
	r := make(Record, 0, len(journals))
	for _, j := range journals {
		r = append(r, place{journal: j, entry: j.begin(e)})
	}
	return r
}

func (j *Journal) begin(e Entry) *Entry {
	defer j.watcher.Ring() // after the change
	j.mu.Lock()
	defer j.mu.Unlock()
	j.next++
	e.Number, e.Time = j.next, j.now()
	if len(j.entries) < j.capacity {
		j.entries = append(j.entries, &e)
	} else {
		j.entries[(e.Number-1-j.first)%int64(j.capacity)] = &e
	}
	return &e
}

// Fault notes which fault has its way with the request.
func (r Record) Fault(name string) {
	r.update(func(e *Entry) { e.Fault = name })
}

// Answer notes what was answered.
func (r Record) Answer(a func() Message) {
	r.update(func(e *Entry) { e.Answer = a })
}

// End notes what the request came to, and why.
func (r Record) End(status int, outcome string, why func() string, took time.Duration) {
	if why != nil {
		why = sync.OnceValue(why)
	}
	outcome = cut(outcome, maxOutcome)
	r.update(func(e *Entry) { e.Status, e.Outcome, e.Why, e.Took, e.Ended = status, outcome, why, took, true })
}

func (r Record) update(change func(*Entry)) {
	for _, p := range r {
		p.journal.mu.Lock()
		change(p.entry)
		p.journal.mu.Unlock()
		p.journal.ended.Ring()
		p.journal.watcher.Ring()
	}
}

// Entries are copies of the entries for which keep is true, oldest first.
func (j *Journal) Entries(keep func(Entry) bool) []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.find(keep)
}

// Wait is as Entries, but for entries that are over, and waits for the next one
// if there is none yet. It ends with ctx, then without any.
func (j *Journal) Wait(ctx context.Context, keep func(Entry) bool) []Entry {
	for {
		changed := j.ended.Next()
		found := j.Entries(func(e Entry) bool { return e.Ended && keep(e) })
		if len(found) > 0 {
			return found
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
}

func (j *Journal) find(keep func(Entry) bool) []Entry {
	var found []Entry
	oldest := 0
	if len(j.entries) == j.capacity {
		oldest = int((j.next - j.first) % int64(j.capacity))
	}
	for i := range j.entries {
		e := *j.entries[(oldest+i)%len(j.entries)]
		e.AuthyIDs = slices.Clone(e.AuthyIDs)
		if keep(e) {
			found = append(found, e)
		}
	}
	return found
}

// Clear forgets all entries, but not how many there have been: no number comes
// twice, for whoever waits for what comes after one.
func (j *Journal) Clear() {
	defer j.watcher.Ring()
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries, j.first = nil, j.next
}
