package mockauthy

import (
	"errors"
	"fmt"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/store"
)

// WithData keeps the users of all applications, with their secrets, used tokens,
// codes and QR codes, and the clocks in a file, which is made, for its owner's
// eyes only, if there is none. So they survive a restart: nothing is answered
// before what it tells is on disk, and where that fails the answer has the status
// 500. The folder must exist, and no other server may have the file open.
//
// An application is known to the file by its API key. Once it is, its users and
// its clock are those of the file, and not those of [WithApplications] or a seed,
// which are what [Server.Reset] goes back to. Settings and faults are those that
// the server is given at each start. What has happened is not kept: the journal,
// messages, OneTouch requests, verifications of phones, statistics.
//
// The server has to be closed, by [Server.Close].
func WithData(file string) Option {
	return func(c *config) error {
		if file == "" {
			return errors.New("WithData: no file")
		}
		c.data = file
		return nil
	}
}

// Close releases the file of [WithData]; without one it does nothing. Requests
// should be over by then: what they change is not kept any more, and they say so.
func (s *Server) Close() error {
	if s.store == nil {
		return nil
	}
	if err := s.store.Close(); err != nil {
		return fmt.Errorf("mockauthy: %w", err)
	}
	return nil
}

// keep opens the file of the server and brings its worlds back from there.
func (s *Server) keep(c config) error {
	opened, err := store.Open(c.data, c.log)
	if err != nil {
		return err
	}
	known, err := s.worlds.Keep(opened)
	if err != nil {
		err = fmt.Errorf("data file %s: %w", c.data, err)
	} else {
		err = s.worlds.Flush()
	}
	if err != nil {
		_ = opened.Close() // it could not say anything else
		return err
	}
	for _, w := range known {
		c.log.Info("the data file has this application: its users and clock are those of the file, and those given now count for a reset only",
			"file", c.data, "application", w.Application.Settings().Name, "users", len(w.Application.Users()))
	}
	s.store = opened
	return nil
}
