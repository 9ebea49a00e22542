package controlapi

import (
	"net/http"
	"strings"
)

// route is one line of the route table. Its path is below /mock/v1/.
type route struct {
	method, path string
	handle       handler
}

func routes(ca []byte) []route {
	return []route{
		{http.MethodGet, "users", listUsers},
		{http.MethodPost, "users", addUser},
		{http.MethodGet, "users/{authy_id}", showUser},
		{http.MethodGet, "users/{authy_id}/token", showToken},
		{http.MethodGet, "messages", listMessages},
		{http.MethodGet, "approval_requests", listApprovals},
		{http.MethodPost, "approval_requests/{uuid}", answerApproval},
		{http.MethodGet, "faults", listFaults},
		{http.MethodPost, "faults", addFault},
		{http.MethodDelete, "faults", heal},
		{http.MethodGet, "requests", listRequests},
		{http.MethodDelete, "requests", forget},
		{http.MethodGet, "ca", showCA(ca)},
	}
}

// paths lists the routes for a person who looked for one.
func paths(all []route) string {
	var lines []string
	for _, rt := range all {
		lines = append(lines, rt.method+" /mock/v1/"+rt.path)
	}
	return strings.Join(lines, ", ")
}
