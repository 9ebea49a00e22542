package controlapi

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/world"
)

// route is one line of the route table. Its path is below /mock/v1/.
type route struct {
	method, path string
	handle       handler
	takes        takes
}

// takes is what a route may be sent. All else is refused: it would be lost
// without a word, and with it perhaps whom the request is about.
type takes struct {
	query []string // names of parameters, besides that of every route
	body  bool
}

func nothing() takes              { return takes{} }
func body() takes                 { return takes{body: true} }
func query(names ...string) takes { return takes{query: names} }

// everywhere is the query parameter of every route: it names an application, as
// the header X-Authy-API-Key does.
const everywhere = "api_key"

// chosen are the query parameters that choose requests of the journal.
func chosen() []string {
	return []string{"authy_id", "endpoint", "status", "outcome", "after"}
}

func routes(ca []byte) []route {
	return []route{
		{http.MethodGet, "", listRoutes, nothing()},
		{http.MethodGet, "users", listUsers, nothing()},
		{http.MethodPost, "users", addUser, body()},
		{http.MethodGet, "users/{authy_id}", showUser, nothing()},
		{http.MethodPatch, "users/{authy_id}", changeUser, body()},
		{http.MethodDelete, "users/{authy_id}", deleteUser, nothing()},
		{http.MethodPost, "users/{authy_id}/reset", resetUser, nothing()},
		{http.MethodGet, "users/{authy_id}/token", showToken, query("step", "at", "of")},
		{http.MethodGet, "messages", listMessages, query("authy_id")},
		{http.MethodGet, "approval_requests", listApprovals, nothing()},
		{http.MethodPost, "approval_requests/{uuid}", answerApproval, body()},
		{http.MethodGet, "users/{authy_id}/clock", showUserClock, nothing()},
		{http.MethodPut, "users/{authy_id}/clock", setUserClock, body()},
		{http.MethodPost, "reset", reset, nothing()},
		{http.MethodGet, "snapshot", showSnapshot, nothing()},
		{http.MethodPut, "snapshot", restoreSnapshot, body()},
		{http.MethodGet, "clock", showClock, nothing()},
		{http.MethodPut, "clock", setClock, body()},
		{http.MethodDelete, "clock", resetClock, nothing()},
		{http.MethodPost, "clock/advance", advanceClock, body()},
		{http.MethodGet, "faults", listFaults, nothing()},
		{http.MethodPost, "faults", addFault, body()},
		{http.MethodDelete, "faults", heal, query("authy_id")},
		{http.MethodGet, "faults/catalogue", listCatalogue, nothing()},
		{http.MethodDelete, "faults/{id}", healOne, nothing()},
		{http.MethodGet, "requests", listRequests, query(append(chosen(), "wait")...)},
		{http.MethodDelete, "requests", forget, nothing()},
		{http.MethodGet, "requests/count", countRequests, query(chosen()...)},
		{http.MethodGet, "ca", showCA(ca), nothing()},
	}
}

// Route is a line of the route table for those who describe the API.
type Route struct {
	Method string
	Path   string   // with {name} where it varies
	Query  []string // the names of its query parameters
	Body   bool     // whether it takes one
}

// Routes is the route table, in its order.
func Routes() []Route {
	var all []Route
	for _, rt := range routes(nil) {
		all = append(all, Route{Method: rt.method, Path: prefix + rt.path, Query: rt.known(), Body: rt.takes.body})
	}
	return all
}

// known are the names of all query parameters of the route.
func (rt route) known() []string {
	return append([]string{everywhere}, rt.takes.query...)
}

// refuse says what a request has that the route does not take.
func (rt route) refuse(r *http.Request) error {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return fmt.Errorf("the query: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		switch {
		case !slices.Contains(rt.known(), name):
			return fmt.Errorf("the parameter %q is not known: want one of %q", name, rt.known())
		case len(values[name]) > 1:
			return fmt.Errorf("the parameter %s comes %d times: want it once", name, len(values[name]))
		}
	}
	if rt.takes.body {
		return nil
	}
	if n, _ := io.ReadFull(r.Body, make([]byte, 1)); n > 0 {
		return fmt.Errorf("%s %s%s takes no body: want none", rt.method, prefix, rt.path)
	}
	return nil
}

// listRoutes tells a person who looks for a route which there are.
func listRoutes(*http.Request, *world.Worlds, *world.World) (any, error) {
	var all []string
	for _, rt := range routes(nil) {
		all = append(all, rt.method+" "+prefix+rt.path)
	}
	return all, nil
}
