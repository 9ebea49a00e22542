package controlapi

import (
	"net/http"
	"strconv"
	"time"

	"github.com/gorilla/mux"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authyapi"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/fault"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/world"
)

func listCatalogue(*http.Request, *world.Worlds, *world.World) (any, error) {
	var kinds []control.FaultKind
	for _, k := range fault.Catalogue() {
		kinds = append(kinds, control.FaultKind{Name: k.Name, Does: k.Does, Takes: append([]string{"delay"}, k.Takes...)})
	}
	return kinds, nil
}

func listFaults(_ *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	faults := []control.Fault{}
	for _, rule := range w.Faults.Rules() {
		faults = append(faults, TellFault(rule))
	}
	return faults, nil
}

func addFault(r *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	var f control.Fault
	if err := read(r, &f); err != nil {
		return nil, err
	}
	rule, err := ReadFault(f)
	if err != nil {
		return nil, err
	}
	added, err := w.Faults.Add(rule)
	if err != nil {
		return nil, err
	}
	return TellFault(added), nil
}

func heal(r *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	id, err := number(r, "authy_id")
	if err != nil {
		return nil, err
	}
	w.Faults.Clear(id)
	return nil, nil
}

func healOne(r *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	text := mux.Vars(r)["id"]
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || !w.Faults.Remove(id) {
		return nil, problem(http.StatusNotFound, "no fault in force has the id %q", text)
	}
	return nil, nil
}

// ReadFault is the rule that a fault on the wire says.
func ReadFault(f control.Fault) (fault.Rule, error) {
	rule := fault.Rule{
		Name:        f.Name,
		Endpoint:    f.Endpoint,
		AuthyID:     f.AuthyID,
		Times:       f.Times,
		Probability: f.Probability,
		Seed:        f.Seed,
		Parameters: fault.Parameters{
			Status:      f.Status,
			ContentType: f.ContentType,
			Headers:     f.Headers,
			Body:        f.Body,
			After:       f.After,
			Length:      f.Length,
			Fields:      f.Fields,
			Names:       f.Names,
		},
	}
	err := authyapi.CheckEndpoint(f.Endpoint)
	if err != nil {
		return fault.Rule{}, err
	}
	if f.Delay != "" {
		if rule.Parameters.Delay, err = duration("delay", f.Delay); err != nil {
			return fault.Rule{}, err
		}
	}
	if f.Interval != "" {
		if rule.Parameters.Interval, err = duration("interval", f.Interval); err != nil {
			return fault.Rule{}, err
		}
	}
	return rule, nil
}

// TellFault is a rule on the wire.
func TellFault(r fault.Rule) control.Fault {
	return control.Fault{
		ID:          r.ID,
		Name:        r.Name,
		Endpoint:    r.Endpoint,
		AuthyID:     r.AuthyID,
		Times:       r.Times,
		Probability: r.Probability,
		Seed:        r.Seed,
		Delay:       tellDuration(r.Parameters.Delay),
		Interval:    tellDuration(r.Parameters.Interval),
		Status:      r.Parameters.Status,
		ContentType: r.Parameters.ContentType,
		Headers:     r.Parameters.Headers,
		Body:        r.Parameters.Body,
		After:       r.Parameters.After,
		Length:      r.Parameters.Length,
		Fields:      r.Parameters.Fields,
		Names:       r.Parameters.Names,
	}
}

// tellDuration is a duration on the wire, where nothing is left out.
func tellDuration(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.String()
}
