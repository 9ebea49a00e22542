package mockauthy

import (
	"fmt"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/controlapi"
)

// AddFault lets the first application's Authy misbehave as [control.Fault]
// tells, and returns the fault with its ID. An error says what is wrong with it,
// and what was expected.
func (s *Server) AddFault(f control.Fault) (control.Fault, error) {
	rule, err := controlapi.ReadFault(f)
	if err == nil {
		rule, err = s.meant.Faults.Add(rule)
	}
	if err != nil {
		return control.Fault{}, fmt.Errorf("mockauthy: %w", err)
	}
	return controlapi.TellFault(rule), nil
}

// RemoveFault ends the fault with that ID. An error says that it is not in
// force.
func (s *Server) RemoveFault(id int64) error {
	if !s.meant.Faults.Remove(id) {
		return fmt.Errorf("mockauthy: no fault in force has the ID %d", id)
	}
	return nil
}

// ClearFaults ends all faults of the first application.
func (s *Server) ClearFaults() {
	s.meant.Faults.Clear(0)
}
