package controlapi

import (
	"net/http"
	"slices"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/journal"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/world"
)

// listRequests tells what the application was asked, and what was asked without
// any known API key.
func listRequests(r *http.Request, worlds *world.Worlds, w *world.World) (any, error) {
	id, err := number(r, "authy_id")
	if err != nil {
		return nil, err
	}
	about := func(e journal.Entry) bool { return id == 0 || slices.Contains(e.AuthyIDs, id) }
	requests := []control.Request{}
	for _, e := range w.Journal.Entries(about) {
		requests = append(requests, tell(e, true))
	}
	for _, e := range worlds.Strays.Entries(about) {
		requests = append(requests, tell(e, false))
	}
	slices.SortStableFunc(requests, func(a, b control.Request) int { return a.Time.Compare(b.Time) })
	return requests, nil
}

func forget(_ *http.Request, worlds *world.Worlds, w *world.World) (any, error) {
	w.Journal.Clear()
	worlds.Strays.Clear()
	return nil, nil
}

func tell(e journal.Entry, known bool) control.Request {
	ids := e.AuthyIDs
	if ids == nil {
		ids = []int64{}
	}
	return control.Request{
		Number:   e.Number,
		Time:     e.Time,
		Method:   e.Method,
		Target:   e.Target,
		Endpoint: e.Endpoint,
		AuthyIDs: ids,
		Known:    known,
		Fault:    e.Fault,
		Status:   e.Status,
		Outcome:  e.Outcome,
	}
}
