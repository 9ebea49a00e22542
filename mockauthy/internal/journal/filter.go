package journal

import "slices"

// Filter chooses entries; its zero value chooses all.
type Filter struct {
	// After is the number after which entries are chosen.
	After int64
	// AuthyID of a user whom the request names; 0 is anybody.
	AuthyID int64
	// Endpoint, Outcome and Status are those of the entry; nil is any.
	Endpoint, Outcome *string
	Status            *int
}

// Match tells whether an entry is chosen.
func (f Filter) Match(e Entry) bool {
	return e.Number > f.After &&
		(f.AuthyID == 0 || slices.Contains(e.AuthyIDs, f.AuthyID)) &&
		is(f.Endpoint, e.Endpoint) && is(f.Outcome, e.Outcome) && is(f.Status, e.Status)
}

func is[V comparable](want *V, got V) bool {
	return want == nil || *want == got
}
