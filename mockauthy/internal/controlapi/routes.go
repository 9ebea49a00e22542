package controlapi

import (
	"net/http"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/world"
)

// route is one line of the route table. Its path is below /mock/v1/.
type route struct {
	method, path string
	handle       handler
}

func routes(ca []byte) []route {
	return []route{
		{http.MethodGet, "", listRoutes},
		{http.MethodGet, "users", listUsers},
		{http.MethodPost, "users", addUser},
		{http.MethodGet, "users/{authy_id}", showUser},
		{http.MethodPatch, "users/{authy_id}", changeUser},
		{http.MethodDelete, "users/{authy_id}", deleteUser},
		{http.MethodPost, "users/{authy_id}/reset", resetUser},
		{http.MethodGet, "users/{authy_id}/token", showToken},
		{http.MethodGet, "messages", listMessages},
		{http.MethodGet, "approval_requests", listApprovals},
		{http.MethodPost, "approval_requests/{uuid}", answerApproval},
		{http.MethodGet, "users/{authy_id}/clock", showUserClock},
		{http.MethodPut, "users/{authy_id}/clock", setUserClock},
		{http.MethodPost, "reset", reset},
		{http.MethodGet, "snapshot", showSnapshot},
		{http.MethodPut, "snapshot", restoreSnapshot},
		{http.MethodGet, "clock", showClock},
		{http.MethodPut, "clock", setClock},
		{http.MethodDelete, "clock", resetClock},
		{http.MethodPost, "clock/advance", advanceClock},
		{http.MethodGet, "faults", listFaults},
		{http.MethodPost, "faults", addFault},
		{http.MethodDelete, "faults", heal},
		{http.MethodGet, "faults/catalogue", listCatalogue},
		{http.MethodDelete, "faults/{id}", healOne},
		{http.MethodGet, "requests", listRequests},
		{http.MethodDelete, "requests", forget},
		{http.MethodGet, "requests/count", countRequests},
		{http.MethodGet, "ca", showCA(ca)},
	}
}

// listRoutes tells a person who looks for a route which there are.
func listRoutes(*http.Request, *world.Worlds, *world.World) (any, error) {
	var all []string
	for _, rt := range routes(nil) {
		all = append(all, rt.method+" /mock/v1/"+rt.path)
	}
	return all, nil
}
