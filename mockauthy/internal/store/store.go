// Package store keeps applications in a file, so that their users and clocks
// survive a restart, however the process ended.
//
// Nobody writes to the file when something changes: the change is marked, and
// whoever wants to answer calls [Store.Flush] first. One of those who wait then
// writes down all that is marked, in one transaction.
package store

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// lockWithin bounds how long a file is waited for that another process has.
const lockWithin = time.Second

// version of the format of the file. A file of another one is refused.
const version = "1"

// The buckets and keys of the file:
//
//	meta
//	  version                the format
//	applications
//	  SHA-256 of an API key  so that any key fits, and the file does not tell it
//	    application          what is kept beside the users
//	    users
//	      Authy ID           as 8 bytes, most significant first
const (
	metaBucket         = "meta"
	versionKey         = "version"
	applicationsBucket = "applications"
	applicationKey     = "application"
	usersBucket        = "users"
)

// Store is an open file. It is safe for concurrent use, and starts no goroutine.
type Store struct {
	path   string
	file   os.FileInfo // of the file that was opened
	log    *slog.Logger
	db     *bbolt.DB
	update func(func(*bbolt.Tx) error) error // of db, unless a test wants to be in the way

	mu      sync.Mutex
	marked  uint64 // how many changes there were
	kept    uint64 // how many of them are on disk
	changed map[*account]struct{}
	running *round
}

// Open opens a file that an earlier Open has made, and makes it, for its owner's
// eyes only, if there is none. An error names the file and says what was
// expected: that the folder exists, that nobody else has the file open, that it
// is one of a mock, of the same format. What cannot be kept later is told to log.
func Open(path string, log *slog.Logger) (*Store, error) {
	s := &Store{path: path, log: log, changed: make(map[*account]struct{})}
	if err := s.open(); err != nil {
		return nil, fmt.Errorf("data file %s: %w", path, err)
	}
	return s, nil
}

func (s *Store) open() error {
	path, err := filepath.Abs(s.path) // the process may change its folder
	if err != nil {
		return err
	}
	options := *bbolt.DefaultOptions
	options.Timeout = lockWithin
	options.OpenFile = func(name string, flag int, mode os.FileMode) (*os.File, error) {
		f, err := os.OpenFile(name, flag, mode)
		if err == nil {
			s.file, err = f.Stat()
		}
		return f, err
	}
	err = guard(func() (err error) {
		s.db, err = bbolt.Open(path, 0o600, &options)
		return err
	})
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return errors.New("it is in use by another mockauthy")
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrVersionMismatch), errors.Is(err, berrors.ErrChecksum):
		return fmt.Errorf("%w: want a file that mockauthy made, or none", err)
	case errors.Is(err, os.ErrNotExist):
		return errors.New("its folder does not exist: want one that does")
	case err != nil:
		return err
	}
	s.path, s.update = path, s.db.Update
	if err := guard(s.begin); err != nil {
		return errors.Join(err, s.db.Close())
	}
	return nil
}

// begin checks whose file it is, and makes a new one the mock's.
func (s *Store) begin() error {
	var made string
	var others bool
	if err := s.db.View(func(tx *bbolt.Tx) error {
		if meta := tx.Bucket([]byte(metaBucket)); meta != nil {
			made = string(meta.Get([]byte(versionKey)))
		}
		name, _ := tx.Cursor().First()
		others = name != nil
		return nil
	}); err != nil {
		return err
	}
	switch {
	case made == version:
		return nil
	case made != "":
		return fmt.Errorf("its format is of version %q: want version %s", made, version)
	case others:
		return errors.New("it is a bbolt database of another program: want a file that mockauthy made, or none")
	}
	return s.db.Update(func(tx *bbolt.Tx) error {
		if _, err := tx.CreateBucket([]byte(applicationsBucket)); err != nil {
			return err
		}
		meta, err := tx.CreateBucket([]byte(metaBucket))
		if err != nil {
			return err
		}
		return meta.Put([]byte(versionKey), []byte(version))
	})
}

// Close keeps what is not kept yet and releases the file. Changes after it are
// not kept, and [Store.Flush] says so.
func (s *Store) Close() error {
	return errors.Join(s.Flush(), s.db.Close())
}

// guard calls f and makes errors of its panics and faults: bbolt has no other
// word for a file that is damaged.
func guard(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true)) // a file that was cut off ends before its map
	defer func() {
		if damage := recover(); damage != nil {
			err = fmt.Errorf("it is damaged: %v", damage)
		}
	}()
	return f()
}
