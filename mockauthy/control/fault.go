package control

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
)

// Fault makes the Authy API misbehave on purpose.
type Fault struct {
	// ID by which a fault in force can be ended, from 1 on. The mock gives it.
	ID int64 `json:"id,omitempty"`
	// Name of the fault, one of those that [Client.FaultCatalogue] lists, such
	// as "hang-up".
	Name string `json:"name"`
	// Endpoint that it befalls, such as "verify"; "" is every one.
	Endpoint string `json:"endpoint,omitempty"`
	// AuthyID is the user whose requests it befalls; 0 is everybody's.
	AuthyID int64 `json:"authy_id,omitempty"`
	// Times is how many requests it still befalls; 0 is every one until it is
	// healed.
	Times int `json:"times,omitempty"`
	// Probability with which it befalls a request, above 0 and at most 1. 0
	// stands for 1.
	Probability float64 `json:"probability,omitempty"`
	// Seed of the chance: with the same one, the same of the requests are
	// befallen. 0 asks for a random one, which the mock tells.
	Seed uint64 `json:"seed,omitempty"`

	// Delay before the fault sets in, such as "3s" (Go's time.ParseDuration),
	// at most an hour. Every fault takes it; the one named delay does nothing
	// else.
	Delay string `json:"delay,omitempty"`
	// Interval between two bytes of the fault drip, such as "250ms". "" stands
	// for a second.
	Interval string `json:"interval,omitempty"`
	// Status, ContentType, Headers and Body of the fault answer. 0 and "" stand
	// for 200 and Authy's own content type.
	Status      int               `json:"status,omitempty"`
	ContentType string            `json:"content_type,omitempty"`
	Headers     map[string]string `json:"headers,omitempty"`
	Body        string            `json:"body,omitempty"`
	// After how many bytes of the true answer's body the faults reset, cut-off,
	// cut-chunk and stall set in. nil stands for half of it; for reset, before
	// the answer.
	After *int `json:"after,omitempty"`
	// Length that the fault wrong-length announces, in bytes. nil stands for
	// half of the true one.
	Length *int `json:"length,omitempty"`
	// Fields that the fault set-fields sets in the true answer.
	Fields map[string]json.RawMessage `json:"fields,omitempty"`
	// Names of the fields that the fault drop-fields leaves out.
	Names []string `json:"names,omitempty"`
}

// FaultKind is a fault that the mock knows.
type FaultKind struct {
	// Name of the fault.
	Name string `json:"name"`
	// Does tells what it does.
	Does string `json:"does"`
	// Takes names the parameters that it can be given.
	Takes []string `json:"takes"`
}

// AddFault puts a fault in force, and returns it with its ID.
func (c *Client) AddFault(ctx context.Context, fault Fault) (Fault, error) {
	var added Fault
	err := c.do(ctx, http.MethodPost, "faults", nil, fault, &added)
	return added, err
}

// Faults are those in force, oldest first. The oldest one that matches a request
// befalls it.
func (c *Client) Faults(ctx context.Context) ([]Fault, error) {
	var faults []Fault
	err := c.do(ctx, http.MethodGet, "faults", nil, nil, &faults)
	return faults, err
}

// FaultCatalogue is all faults that the mock knows, by name.
func (c *Client) FaultCatalogue(ctx context.Context) ([]FaultKind, error) {
	var kinds []FaultKind
	err := c.do(ctx, http.MethodGet, "faults/catalogue", nil, nil, &kinds)
	return kinds, err
}

// Heal ends the faults of one user, or all of them with the Authy ID 0.
func (c *Client) Heal(ctx context.Context, authyID int64) error {
	return c.do(ctx, http.MethodDelete, "faults", aboutUser(authyID), nil, nil)
}

// HealOne ends the fault with that ID. An error says that it is not in force.
func (c *Client) HealOne(ctx context.Context, id int64) error {
	return c.do(ctx, http.MethodDelete, "faults/"+strconv.FormatInt(id, 10), nil, nil, nil)
}
