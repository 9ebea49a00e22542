package mockauthy

import (
	"fmt"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/controlapi"
)

// Snapshot puts the first application aside.
func (s *Server) Snapshot() control.Snapshot {
	return controlapi.TellSnapshot(s.meant.Snapshot())
}

// Restore brings the first application back to a snapshot. An error says what is
// wrong with it; then nothing has changed. With [WithData] it can also say that
// the change is not on disk.
func (s *Server) Restore(snapshot control.Snapshot) error {
	read, err := controlapi.ReadSnapshot(snapshot)
	if err == nil {
		err = s.meant.Restore(read)
	}
	if err == nil {
		err = s.worlds.Flush()
	}
	if err != nil {
		return fmt.Errorf("mockauthy: snapshot: %w", err)
	}
	return nil
}

// Reset brings the first application back to what it was when the server was
// made: users, faults, clock, and an empty journal. With [WithData] an error can say
// that the change is not on disk.
func (s *Server) Reset() error {
	err := s.meant.Reset()
	if err == nil {
		err = s.worlds.Flush()
	}
	if err != nil {
		return fmt.Errorf("mockauthy: reset: %w", err)
	}
	return nil
}
