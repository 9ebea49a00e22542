package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/clock"
)

// Record is what is kept of an application, or what has changed of it.
type Record struct {
	// Step of the application's tokens, by which the used steps of its users
	// count.
	Step  time.Duration
	Clock clock.Kept
	Users authy.Changes
}

// bucketOf is the name of the bucket of an application.
func bucketOf(apiKey string) []byte {
	sum := sha256.Sum256([]byte(apiKey))
	return sum[:]
}

// write writes the record into the bucket of an application.
func (r Record) write(tx *bbolt.Tx, name []byte) error {
	bucket, err := tx.Bucket([]byte(applicationsBucket)).CreateBucketIfNotExists(name)
	if err != nil {
		return err
	}
	application, err := encodeApplication(r)
	if err != nil {
		return err
	}
	if !bytes.Equal(bucket.Get([]byte(applicationKey)), application) {
		if err := bucket.Put([]byte(applicationKey), application); err != nil {
			return err
		}
	}
	if r.Users.All && bucket.Bucket([]byte(usersBucket)) != nil {
		if err := bucket.DeleteBucket([]byte(usersBucket)); err != nil {
			return err
		}
	}
	users, err := bucket.CreateBucketIfNotExists([]byte(usersBucket))
	if err != nil {
		return err
	}
	for _, id := range r.Users.Gone {
		if err := users.Delete(userKey(id)); err != nil {
			return err
		}
	}
	for _, u := range r.Users.Users {
		text, err := encodeUser(u)
		if err != nil {
			return fmt.Errorf("user %d: %w", u.ID, err)
		}
		if err := users.Put(userKey(u.ID), text); err != nil {
			return err
		}
	}
	return nil
}

// Load is what the file has of an application. The second result is false where
// it has nothing. An error says what is wrong with the file; whether the users
// go together is left to [authy.Application.Restore].
func (s *Store) Load(apiKey string) (Record, bool, error) {
	var r Record
	var known bool
	err := guard(func() error {
		return s.db.View(func(tx *bbolt.Tx) (err error) {
			all := tx.Bucket([]byte(applicationsBucket))
			if all == nil {
				return fmt.Errorf("it is damaged: want a bucket %q", applicationsBucket)
			}
			bucket := all.Bucket(bucketOf(apiKey))
			if bucket == nil {
				return nil
			}
			known = true
			r, err = read(bucket)
			return err
		})
	})
	if err != nil {
		return Record{}, false, err
	}
	return r, known, nil
}

func read(bucket *bbolt.Bucket) (Record, error) {
	r, err := decodeApplication(bucket.Get([]byte(applicationKey)))
	if err != nil {
		return Record{}, fmt.Errorf("%q: %w", applicationKey, err)
	}
	users := bucket.Bucket([]byte(usersBucket))
	if users == nil {
		return Record{}, fmt.Errorf("it is damaged: want a bucket %q", usersBucket)
	}
	r.Users.All = true
	err = users.ForEach(func(key, text []byte) error {
		id, err := readUserKey(key)
		if err != nil {
			return err
		}
		user, err := decodeUser(id, text)
		if err != nil {
			return fmt.Errorf("user %d: %w", id, err)
		}
		r.Users.Users = append(r.Users.Users, user)
		return nil
	})
	return r, err
}

// userKey sorts as the Authy IDs do.
func userKey(id int64) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(id)) //nolint:gosec // Authy IDs are positive
}

func readUserKey(key []byte) (int64, error) {
	if len(key) != 8 {
		return 0, errors.New("a key of a user: want an Authy ID of 8 bytes")
	}
	return int64(binary.BigEndian.Uint64(key)), nil //nolint:gosec // a negative one is refused with the user
}
