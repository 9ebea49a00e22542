package controlapi

import (
	"fmt"
	"net/http"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/fault"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/world"
)

func listFaults(_ *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	faults := []control.Fault{}
	for _, rule := range w.Faults.Rules() {
		f := control.Fault{
			Name:        rule.Name,
			Endpoint:    rule.Endpoint,
			AuthyID:     rule.AuthyID,
			Times:       rule.Times,
			Status:      rule.Parameters.Status,
			ContentType: rule.Parameters.ContentType,
			Body:        rule.Parameters.Body,
		}
		if rule.Parameters.Delay != 0 {
			f.Delay = rule.Parameters.Delay.String()
		}
		faults = append(faults, f)
	}
	return faults, nil
}

func addFault(r *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	var f control.Fault
	if err := read(r, &f); err != nil {
		return nil, err
	}
	if f.Times < 0 {
		return nil, fmt.Errorf("times %d: want 1 or more, or 0 for always", f.Times)
	}
	var delay time.Duration
	if f.Delay != "" {
		var err error
		if delay, err = time.ParseDuration(f.Delay); err != nil {
			return nil, fmt.Errorf("delay %q: want a duration such as 3s or 250ms", f.Delay)
		}
	}
	return nil, w.Faults.Add(fault.Rule{
		Name:     f.Name,
		Endpoint: f.Endpoint,
		AuthyID:  f.AuthyID,
		Times:    f.Times,
		Parameters: fault.Parameters{
			Delay:       delay,
			Status:      f.Status,
			ContentType: f.ContentType,
			Body:        f.Body,
		},
	})
}

func heal(r *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	id, err := number(r, "authy_id")
	if err != nil {
		return nil, err
	}
	w.Faults.Clear(id)
	return nil, nil
}
