// Package fault makes a mock Authy misbehave on purpose. A fault is one file
// and one entry of the catalogue.
package fault

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Fault has its way with a request: it answers in its own manner, or lets next
// answer, sooner or later, or does neither. One that waits ends with the
// request's context, so when the client is gone or the server stops.
type Fault interface {
	Serve(w http.ResponseWriter, r *http.Request, next http.Handler)
}

// Parameters are what the faults of the catalogue can be given. What is left out
// has the zero value.
type Parameters struct {
	// Delay before the fault sets in.
	Delay time.Duration
	// Interval between two bytes.
	Interval time.Duration
	// Status, ContentType, Headers and Body are an answer of one's own.
	Status      int
	ContentType string
	Headers     map[string]string
	Body        string
	// After how many bytes of the body it sets in.
	After *int
	// Length that is announced.
	Length *int
	// Fields of the true answer that are set, by name.
	Fields map[string]json.RawMessage
	// Names of fields of the true answer that are dropped.
	Names []string
}

// given are the names of the parameters that are not left out.
func (p Parameters) given() []string {
	var names []string
	for _, one := range []struct {
		name  string
		given bool
	}{
		{"delay", p.Delay != 0},
		{"interval", p.Interval != 0},
		{"status", p.Status != 0},
		{"content_type", p.ContentType != ""},
		{"headers", len(p.Headers) > 0},
		{"body", p.Body != ""},
		{"after", p.After != nil},
		{"length", p.Length != nil},
		{"fields", len(p.Fields) > 0},
		{"names", len(p.Names) > 0},
	} {
		if one.given {
			names = append(names, one.name)
		}
	}
	return names
}

// Kind is an entry of the catalogue.
type Kind struct {
	// Name of the fault.
	Name string
	// Does tells people what it does.
	Does string
	// Takes names its parameters. Every fault takes a delay besides.
	Takes []string

	build func(Parameters) (Fault, error)
}

// New makes the fault of that name. An error says what is wrong with the name or
// a parameter, and what was expected.
func New(name string, p Parameters) (Fault, error) {
	kinds := Catalogue()
	i := slices.IndexFunc(kinds, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		var names []string
		for _, k := range kinds {
			names = append(names, k.Name)
		}
		return nil, fmt.Errorf("no fault is named %q: want one of %s", name, strings.Join(names, ", "))
	}
	f, err := kinds[i].make(p)
	if err != nil {
		return nil, fmt.Errorf("fault %s: %w", name, err)
	}
	return f, nil
}

func (k Kind) make(p Parameters) (Fault, error) {
	takes := append([]string{"delay"}, k.Takes...)
	for _, name := range p.given() {
		if !slices.Contains(takes, name) {
			return nil, fmt.Errorf("it has no parameter %s: want %s", name, strings.Join(takes, ", "))
		}
	}
	if p.After != nil && *p.After < 0 {
		return nil, fmt.Errorf("after %d: want 0 or more bytes", *p.After)
	}
	f, err := k.build(p)
	if err != nil || p.Delay == 0 {
		return f, err
	}
	return newDelay(p.Delay, f)
}
