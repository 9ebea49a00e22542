package authyapi

import "net/http"

// route is one line of the route table.
type route struct {
	name   string // the endpoint, as the journal and faults call it
	method string
	path   string
	handle func(*call) answer
}

// routes is the whole Authy API as far as the mock has it.
func routes() []route {
	return []route{
		{"app/details", http.MethodGet, "/protected/{format:json|xml}/app/details", appDetails},
		{"users/new", http.MethodPost, "/protected/{format:json|xml}/users/new", usersNew},
		{"verify", http.MethodGet, "/protected/{format:json|xml}/verify/{token}/{authy_id}", verify},
	}
}

// unknownRoute answers where no endpoint is, in the text that three projects
// have recorded. The status 401 is the only one that any source gives.
func unknownRoute(*call) answer {
	return text(http.StatusUnauthorized, "Requested URL was not found. Please check http://docs.authy.com/ to see the valid URLs")
}
