package store

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"go.etcd.io/bbolt"
)

// Source is an application that is kept.
type Source interface {
	// Changes are what has changed since they were asked for last.
	Changes() Record
	// PutBack says that the changes could not be kept: they will be asked for
	// again.
	PutBack(Record)
}

// account is where an application is kept.
type account struct {
	bucket []byte
	source Source
}

// Keep begins to keep an application. Whenever the source has got changes it
// calls changed, which does not block: it may be called under locks, but for
// those that [Source.Changes] takes.
func (s *Store) Keep(apiKey string, source Source) (changed func()) {
	a := &account{bucket: bucketOf(apiKey), source: source}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.marked++
		s.changed[a] = struct{}{}
	}
}

// round is one transaction, and those who wait for it.
type round struct {
	upTo uint64 // the changes it keeps
	done chan struct{}
	err  error // once it is done
}

// Flush waits until all that was changed before is on disk. An error says why it
// is not. Then the changes are still wanted, and the next Flush tries again.
//
// Who comes first writes, for all that have something to be written by then;
// those who come meanwhile wait, and one of them writes for the rest. So the
// more want to write, the fewer transactions are needed for each.
func (s *Store) Flush() error {
	s.mu.Lock()
	want := s.marked
	for s.kept < want {
		r := s.running
		if r == nil {
			return s.lead() // unlocks
		}
		s.mu.Unlock()
		<-r.done
		if r.upTo >= want {
			return r.err
		}
		s.mu.Lock()
	}
	s.mu.Unlock()
	return nil
}

// lead writes down all that is marked. It is called with the lock held, and
// returns without it.
func (s *Store) lead() error {
	r := &round{upTo: s.marked, done: make(chan struct{})}
	accounts := slices.Collect(maps.Keys(s.changed))
	clear(s.changed)
	s.running = r
	s.mu.Unlock()

	r.err = s.write(accounts)

	s.mu.Lock()
	if r.err == nil {
		s.kept = r.upTo
	} else {
		for _, a := range accounts {
			s.changed[a] = struct{}{}
		}
	}
	s.running = nil
	s.mu.Unlock()
	close(r.done)
	return r.err
}

// write keeps the changes of the accounts, all or none.
func (s *Store) write(accounts []*account) error {
	records := make([]Record, len(accounts))
	for i, a := range accounts {
		records[i] = a.source.Changes()
	}
	err := guard(func() error {
		if err := s.inPlace(); err != nil {
			return err
		}
		return s.update(func(tx *bbolt.Tx) error {
			for i, a := range accounts {
				if err := records[i].write(tx, a.bucket); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err == nil {
		return nil
	}
	for i, a := range accounts {
		a.source.PutBack(records[i])
	}
	err = fmt.Errorf("data file %s: %w", s.path, err)
	s.log.Error("what has changed is not kept yet", "error", err)
	return err
}

// inPlace tells whether the file is still the one that was opened. If it was
// removed, all could be written, and nobody would ever find it.
func (s *Store) inPlace() error {
	file, err := os.Stat(s.path)
	if err != nil {
		return err
	}
	if !os.SameFile(file, s.file) {
		return errors.New("another file has taken its place since it was opened")
	}
	return nil
}
