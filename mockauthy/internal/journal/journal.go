// Package journal remembers what a mock Authy was asked, and what came of it,
// without the secrets that the requests carried.
package journal

import (
	"slices"
	"sync"
	"time"
)

// Entry is one request.
type Entry struct {
	// Number counts the requests of this journal, from 1.
	Number int64
	// Time is when the request arrived.
	Time time.Time
	// Method and Target are those of the request line, redacted, see [Redact].
	Method, Target string
	// Endpoint names what was asked, such as "verify"; "" where no endpoint
	// answers to the path and method.
	Endpoint string
	// AuthyIDs are the users that the request names, wherever it does so: in
	// the path, the query or the body.
	AuthyIDs []int64
	// Fault names the fault that had its way with the request, or "".
	Fault string
	// Status is the HTTP status of the answer; 0 until and unless there is one.
	Status int
	// Outcome is the answer in Authy's words, the "message"; "" without one.
	Outcome string
}

// Journal keeps the newest entries, up to its capacity.
type Journal struct {
	mu       sync.Mutex
	capacity int
	entries  []*Entry // a ring once it is full: the oldest is at next%capacity
	next     int64    // the number of entries ever begun
}

// New makes a journal of that capacity.
func New(capacity int) *Journal {
	return &Journal{capacity: capacity}
}

// Record is an entry whose end is still to come.
type Record struct {
	journal *Journal
	entry   *Entry
}

// Begin notes that a request has arrived. So one that is never answered is
// found too.
func (j *Journal) Begin(e Entry) Record {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.next++
	e.Number = j.next
	if len(j.entries) < j.capacity {
		j.entries = append(j.entries, &e)
	} else {
		j.entries[(e.Number-1)%int64(j.capacity)] = &e
	}
	return Record{journal: j, entry: &e}
}

// Fault notes which fault has its way with the request.
func (r Record) Fault(name string) {
	r.journal.mu.Lock()
	defer r.journal.mu.Unlock()
	r.entry.Fault = name
}

// End notes what the request came to.
func (r Record) End(status int, outcome string) {
	r.journal.mu.Lock()
	defer r.journal.mu.Unlock()
	r.entry.Status, r.entry.Outcome = status, outcome
}

// Entries are copies of the entries for which keep is true, oldest first.
func (j *Journal) Entries(keep func(Entry) bool) []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	var found []Entry
	oldest := 0
	if len(j.entries) == j.capacity {
		oldest = int(j.next % int64(j.capacity))
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

// Clear forgets all entries.
func (j *Journal) Clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries, j.next = nil, 0
}
