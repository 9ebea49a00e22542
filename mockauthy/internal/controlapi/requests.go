package controlapi

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authyapi"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/journal"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/world"
)

// maxWait bounds how long one question may wait for a request.
const maxWait = 10 * time.Minute

// listRequests tells what the application was asked, and what was asked without
// any known API key. It may wait for it.
func listRequests(r *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	match, err := filter(r)
	if err != nil {
		return nil, err
	}
	wait, err := patience(r)
	if err != nil {
		return nil, err
	}
	var found []journal.Entry
	if wait == 0 {
		found = w.Journal.Entries(match)
	} else {
		ctx, cancel := context.WithTimeout(r.Context(), wait) // ends with the client, and with the server
		defer cancel()
		found = w.Journal.Wait(ctx, match)
	}
	requests := []control.Request{}
	for _, e := range found {
		requests = append(requests, tellRequest(e))
	}
	return requests, nil
}

func countRequests(r *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	match, err := filter(r)
	if err != nil {
		return nil, err
	}
	return control.Count{Count: len(w.Journal.Entries(match))}, nil
}

func forget(_ *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	w.Journal.Clear()
	return nil, nil
}

// filter reads which entries are wanted from the query.
func filter(r *http.Request) (func(journal.Entry) bool, error) {
	q := r.URL.Query()
	if err := authyapi.CheckEndpoint(q.Get("endpoint")); err != nil {
		return nil, err
	}
	authyID, err := number(r, "authy_id")
	if err != nil {
		return nil, err
	}
	after, err := number(r, "after")
	if err != nil {
		return nil, err
	}
	status, err := number(r, "status")
	if err != nil {
		return nil, err
	}
	f := journal.Filter{After: after, AuthyID: authyID, Endpoint: asked(q, "endpoint"), Outcome: asked(q, "outcome")}
	if q.Has("status") {
		code := int(status)
		f.Status = &code
	}
	return f.Match, nil
}

// asked is what the query asks for, or nil.
func asked(q url.Values, name string) *string {
	if !q.Has(name) {
		return nil
	}
	value := q.Get(name)
	return &value
}

// patience reads how long the query is ready to wait; 0 is not at all.
func patience(r *http.Request) (time.Duration, error) {
	query := r.URL.Query()
	if !query.Has("wait") {
		return 0, nil
	}
	text := query.Get("wait")
	wait, err := duration("wait", text)
	if err == nil && (wait < 0 || wait > maxWait) {
		err = fmt.Errorf("wait %s: want nothing to %s", wait, maxWait)
	}
	return wait, err
}

func tellRequest(e journal.Entry) control.Request {
	ids := e.AuthyIDs
	if ids == nil {
		ids = []int64{}
	}
	var why string
	if e.Why != nil {
		why = e.Why()
	}
	return control.Request{
		Number:   e.Number,
		Time:     e.Time,
		Method:   e.Method,
		Target:   e.Target,
		Endpoint: e.Endpoint,
		AuthyIDs: ids,
		Known:    !e.Stray,
		Fault:    e.Fault,
		Status:   e.Status,
		Outcome:  e.Outcome,
		Why:      why,
	}
}
