// Package fault makes a mock Authy misbehave on purpose. A fault is one file
// and one line in the catalogue.
package fault

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Fault has its way with a request: it answers in its own manner, or lets next
// answer, sooner or later, or does neither.
type Fault interface {
	Serve(w http.ResponseWriter, r *http.Request, next http.Handler)
}

// Parameters are what the faults of the catalogue can be given. Each fault
// names those it takes.
type Parameters struct {
	// Delay is how long a slow answer takes.
	Delay time.Duration
	// Status, ContentType and Body are an answer of one's own.
	Status      int
	ContentType string
	Body        string
}

// catalogue is all faults by name.
func catalogue() map[string]func(Parameters) (Fault, error) {
	return map[string]func(Parameters) (Fault, error){
		"answer":  newAnswer,
		"delay":   newDelay,
		"hang-up": newHangUp,
	}
}

// New makes the fault of that name.
func New(name string, p Parameters) (Fault, error) {
	known := catalogue()
	makeFault, ok := known[name]
	if !ok {
		return nil, fmt.Errorf("no fault is named %q: want one of %s", name, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
	}
	f, err := makeFault(p)
	if err != nil {
		return nil, fmt.Errorf("fault %s: %w", name, err)
	}
	return f, nil
}
