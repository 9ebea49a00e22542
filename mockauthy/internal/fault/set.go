package fault

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/bell"
)

// maxRules bounds how many rules can be in force at once.
const maxRules = 1000

// Rule says which requests a fault befalls.
type Rule struct {
	// ID of the rule, from 1 on. [Set.Add] gives it.
	ID int64
	// Name is the fault's name in the catalogue.
	Name string
	// Endpoint is the one it befalls; "" is every one.
	Endpoint string
	// AuthyID is the user whose requests it befalls; 0 is every one.
	AuthyID int64
	// Times is how many requests it still befalls; 0 is without end.
	Times int
	// Probability with which it befalls one, above 0 and at most 1; 0 stands
	// for 1.
	Probability float64
	// Seed of the chance: with the same one, the same of the requests are
	// befallen. 0 asks [Set.Add] for a random one, if there is a chance.
	Seed uint64
	// Parameters of the fault.
	Parameters Parameters
}

// Set is the rules in force.
type Set struct {
	watcher *bell.Bell

	mu     sync.Mutex
	rules  []*active
	lastID int64
}

// Watch rings a bell when other rules are in force, or one is in force less often.
// It comes before the set is used by more than one goroutine.
func (s *Set) Watch(b *bell.Bell) { s.watcher = b }

type active struct {
	rule   Rule
	fault  Fault
	chance *rand.Rand // nil for certainty
}

// Add puts a rule in force, and returns it as it is then. An error says what was
// expected.
func (s *Set) Add(r Rule) (Rule, error) {
	a, err := r.activate()
	if err != nil {
		return Rule{}, err
	}
	defer s.watcher.Ring()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.rules) == maxRules {
		return Rule{}, fmt.Errorf("%d faults are in force already: want some of them ended first", maxRules)
	}
	s.lastID++
	a.rule.ID = s.lastID
	s.rules = append(s.rules, a)
	return a.rule, nil
}

func (r Rule) activate() (*active, error) {
	f, err := New(r.Name, r.Parameters)
	if err != nil {
		return nil, err
	}
	if r.Times < 0 {
		return nil, fmt.Errorf("times %d: want 1 or more, or 0 for always", r.Times)
	}
	if !(r.Probability >= 0 && r.Probability <= 1) { // nor is it NaN
		return nil, fmt.Errorf("probability %v: want above 0 and at most 1", r.Probability)
	}
	a := &active{rule: r, fault: f}
	if r.Probability > 0 && r.Probability < 1 {
		if a.rule.Seed == 0 {
			a.rule.Seed = 1 + uint64(rand.Uint32()) //nolint:gosec // no secret; short, for people who note it down
		}
		a.chance = rand.New(rand.NewPCG(a.rule.Seed, 0)) //nolint:gosec // chaos that can be repeated
	}
	return a, nil
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

// Remove ends one rule. The result is false if it is not in force.
func (s *Set) Remove(id int64) bool {
	defer s.watcher.Ring()
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.rules)
	s.rules = slices.DeleteFunc(s.rules, func(a *active) bool { return a.rule.ID == id })
	return len(s.rules) < before
}

// Clear ends the rules of one user, or all with the Authy ID 0.
func (s *Set) Clear(authyID int64) {
	defer s.watcher.Ring()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = slices.DeleteFunc(s.rules, func(a *active) bool { return authyID == 0 || a.rule.AuthyID == authyID })
}

// Replace puts these rules in force, in this order, instead of all others. An
// error says what was expected; then nothing has changed.
func (s *Set) Replace(rules []Rule) error {
	if len(rules) > maxRules {
		return fmt.Errorf("%d faults: want at most %d", len(rules), maxRules)
	}
	all := make([]*active, 0, len(rules))
	for i, r := range rules {
		a, err := r.activate()
		if err != nil {
			return fmt.Errorf("fault %d of %d: %w", i+1, len(rules), err)
		}
		all = append(all, a)
	}
	defer s.watcher.Ring()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range all {
		s.lastID++
		a.rule.ID = s.lastID
	}
	s.rules = all
	return nil
}

// Next is the fault that befalls a request for that endpoint and about those
// users, with its name, or nil: the oldest rule that matches and is not used
// up, if chance is with it.
func (s *Set) Next(endpoint string, authyIDs []int64) (Fault, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, a := range s.rules {
		if !a.rule.matches(endpoint, authyIDs) {
			continue
		}
		if a.chance != nil && a.chance.Float64() >= a.rule.Probability {
			continue
		}
		if a.rule.Times > 0 {
			if a.rule.Times--; a.rule.Times == 0 {
				s.rules = slices.Delete(s.rules, i, i+1)
			}
			s.watcher.Ring()
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
