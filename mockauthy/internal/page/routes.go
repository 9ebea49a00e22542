package page

import (
	"net/http"
)

// route is one line of the route table.
type route struct {
	method, path string
	handle       handler
	// again shows the page that a form is on, where handle has refused it.
	again handler
}

// handler answers a visit. What it changes is on disk before the reply goes out.
type handler func(p *Page, v *visit) (reply, error)

// of is the path of a page of one application, which is counted from 1.
const of = prefix + "{app:[0-9]{1,9}}/"

func routes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/", showUsers, nil},
		{get, prefix, toUsers, nil},
		{get, of + "users", showUsers, nil},
		{post, of + "users", addUser, showUsers},
		{get, of + "users/{authy_id}", showUser, nil},
		{post, of + "users/{authy_id}/change", changeUser, showUser},
		{post, of + "users/{authy_id}/clock", setSkew, showUser},
		{post, of + "users/{authy_id}/qr", makeQR, showUser},
		{post, of + "users/{authy_id}/reset", resetUser, showUser},
		{post, of + "users/{authy_id}/delete", deleteUser, showUser},
		{get, of + "users/{authy_id}/qr.png", drawQR, nil},
		{get, of + "requests", showRequests, nil},
		{get, of + "requests/{number}", showRequest, nil},
		{post, of + "requests/forget", forgetRequests, showRequests},
		{get, of + "faults", showFaults, nil},
		{post, of + "faults", addFault, showFaults},
		{post, of + "faults/heal", heal, showFaults},
		{post, of + "faults/{id}/end", endFault, showFaults},
		{get, of + "clock", showClock, nil},
		{post, of + "clock/set", setClock, showClock},
		{post, of + "clock/run", runClock, showClock},
		{post, of + "clock/advance", advanceClock, showClock},
		{post, of + "clock/follow", followClock, showClock},
		{post, of + "clock/skew", setSkewOf, showClock},
		{get, of + "messages", showMessages, nil},
		{post, of + "approvals/{uuid}", answerApproval, showMessages},
		{get, of + "start", showStart, nil},
		{get, of + "events", tellEvents, nil},
	}
}
