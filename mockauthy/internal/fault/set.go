package fault

import (
	"slices"
	"sync"
)

// Rule says which requests a fault befalls.
type Rule struct {
	// Name is the fault's name in the catalogue.
	Name string
	// Endpoint is the one it befalls; "" is every one.
	Endpoint string
	// AuthyID is the user whose requests it befalls; 0 is every one.
	AuthyID int64
	// Times is how often it befalls one; 0 is without end.
	Times int
	// Parameters of the fault.
	Parameters Parameters
}

// Set is the rules in force.
type Set struct {
	mu    sync.Mutex
	rules []*active
}

type active struct {
	rule  Rule
	fault Fault
	left  int
}

// Add puts a rule in force.
func (s *Set) Add(r Rule) error {
	f, err := New(r.Name, r.Parameters)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = append(s.rules, &active{rule: r, fault: f, left: r.Times})
	return nil
}

// Rules are the rules in force, in the order they were added.
func (s *Set) Rules() []Rule {
	s.mu.Lock()
	defer s.mu.Unlock()
	rules := make([]Rule, 0, len(s.rules))
	for _, a := range s.rules {
		rules = append(rules, a.rule)
	}
	return rules
}

// Clear ends the rules of one user, or of all with the Authy ID 0.
func (s *Set) Clear(authyID int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var kept []*active
	for _, a := range s.rules {
		if authyID != 0 && a.rule.AuthyID != authyID {
			kept = append(kept, a)
		}
	}
	s.rules = kept
}

// Next is the fault that befalls a request for that endpoint and about those
// users, with its name, or nil: the oldest rule that matches and is not used
// up.
func (s *Set) Next(endpoint string, authyIDs []int64) (Fault, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, a := range s.rules {
		if !a.rule.matches(endpoint, authyIDs) {
			continue
		}
		if a.rule.Times > 0 {
			if a.left--; a.left == 0 {
				s.rules = slices.Delete(s.rules, i, i+1)
			}
		}
		return a.fault, a.rule.Name
	}
	return nil, ""
}

func (r Rule) matches(endpoint string, authyIDs []int64) bool {
	if r.Endpoint != "" && r.Endpoint != endpoint {
		return false
	}
	return r.AuthyID == 0 || slices.Contains(authyIDs, r.AuthyID)
}
