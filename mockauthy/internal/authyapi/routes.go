package authyapi

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// route is one line of the route table.
type route struct {
	name   string // the endpoint, as the journal and faults call it
	method string
	path   string
	handle func(*call) answer
}

// routes is the whole Authy API.
func routes() []route {
	const (
		get       = http.MethodGet
		post      = http.MethodPost
		protected = "/protected/{format:json|xml}/"
		oneTouch  = "/onetouch/{format:json|xml}/"
	)
	return []route{
		// The router looks at one after the other, and this is what nearly all of
		// them ask.
		{"verify", get, protected + "verify/{token}/{authy_id}", verify},
		{"app/details", get, protected + "app/details", appDetails},
		{"app/stats", get, protected + "app/stats", appStats},
		{"users/new", post, protected + "users/new", usersNew},
		{"users/status", get, protected + "users/{authy_id}/status", ofUser(usersStatus)},
		{"users/update", post, protected + "users/{authy_id}/update", ofUser(usersUpdate)},
		// All three spellings of delete are live: official clients use each.
		{"users/delete", post, protected + "users/delete/{authy_id}", ofUser(usersDelete)},
		{"users/delete", post, protected + "users/{authy_id}/delete", ofUser(usersDelete)},
		{"users/delete", post, protected + "users/{authy_id}/remove", ofUser(usersDelete)},
		{"users/register_activity", post, protected + "users/{authy_id}/register_activity", ofUser(registerActivity)},
		{"users/secret", post, protected + "users/{authy_id}/secret", ofUser(usersSecret)},
		{"sms", get, protected + "sms/{authy_id}", ofUser(sms)},
		{"call", get, protected + "call/{authy_id}", ofUser(phoneCall)},
		{"email", post, protected + "email/{authy_id}", ofUser(email)},
		{"phones/verification/start", post, protected + "phones/verification/start", verificationStart},
		{"phones/verification/check", get, protected + "phones/verification/check", verificationCheck},
		{"phones/verification/status", get, protected + "phones/verification/status", verificationStatus},
		{"phones/info", get, protected + "phones/info", phonesInfo},
		{"approval_requests/new", post, oneTouch + "users/{authy_id}/approval_requests", withOneTouch(ofUser(approvalRequestNew))},
		{"approval_requests/show", get, oneTouch + "approval_requests/{uuid}", withOneTouch(approvalRequestShow)},
	}
}

// unknownRoute answers where no endpoint is, in the text that three projects
// have recorded. The status 401 is the only one that any source gives.
func unknownRoute(*call) answer {
	return text(http.StatusUnauthorized, "Requested URL was not found. Please check http://docs.authy.com/ to see the valid URLs")
}

// Endpoint is a line of the route table for those who describe the API.
type Endpoint struct {
	Name   string // as the journal and faults call it
	Method string
	Path   string // with {name} where it varies
}

// Endpoints is the route table, in its order.
func Endpoints() []Endpoint {
	var endpoints []Endpoint
	for _, r := range routes() {
		endpoints = append(endpoints, Endpoint{r.name, r.method, strings.Replace(r.path, "{format:json|xml}", "{format}", 1)})
	}
	return endpoints
}

// CheckEndpoint refuses a name that no endpoint has; "" stands for all of them. A
// misspelt one would be waited for in vain.
func CheckEndpoint(name string) error {
	names := []string{""}
	for _, r := range routes() {
		names = append(names, r.name)
	}
	if slices.Contains(names, name) {
		return nil
	}
	return fmt.Errorf("no endpoint is named %q: want one of %s", name, strings.Join(slices.Compact(names[1:]), ", "))
}
