package fault

import (
	"net/http"
	"strings"
	"time"
)

// magicPrefix is what comes before the last two digits of a cellphone that
// selects a fault. North America reserves 555-01XX for fiction, and has never
// given 555-09XX to anybody.
const magicPrefix = "55509"

// MagicUser is a cellphone by which its user asks for a fault, so that a person
// can try it with nothing but a client that logs in.
type MagicUser struct {
	// Ending is what the cellphone ends in.
	Ending string
	// Name of the fault, and its parameters.
	Name       string
	Parameters Parameters
}

// MagicUsers are all of them, by ending.
func MagicUsers() []MagicUser {
	status := func(status int) Parameters { return Parameters{Status: status} }
	return []MagicUser{
		{"5550900", "hang-up", Parameters{}},
		{"5550901", "delay", Parameters{Delay: 3 * time.Second}},
		{"5550902", "delay", Parameters{Delay: time.Minute}},
		{"5550903", "silence", Parameters{}},
		{"5550904", "stall", Parameters{}},
		{"5550905", "drip", Parameters{}},
		{"5550906", "reset", Parameters{}},
		{"5550907", "cut-off", Parameters{}},
		{"5550908", "garbage", Parameters{}},
		{"5550909", "endless", Parameters{}},
		{"5550910", "contradict", Parameters{}},
		{"5550911", "wrong-types", Parameters{}},
		{"5550912", "drop-fields", Parameters{Names: []string{"token"}}},
		{"5550913", "answer", Parameters{}},
		{"5550914", "answer", status(http.StatusTooManyRequests)},
		{"5550915", "answer", status(http.StatusInternalServerError)},
		{"5550916", "answer", Parameters{Status: http.StatusBadGateway, ContentType: "text/html", Body: "<html><body><h1>502 Bad Gateway</h1></body></html>"}},
		{"5550917", "answer", status(http.StatusServiceUnavailable)},
	}
}

// Magic is the fault that a cellphone selects, with its name, or nil.
func Magic(cellphone string) (Fault, string) {
	if len(cellphone) < 7 || !strings.HasPrefix(cellphone[len(cellphone)-7:], magicPrefix) {
		return nil, ""
	}
	for _, m := range MagicUsers() {
		if strings.HasSuffix(cellphone, m.Ending) {
			f, err := New(m.Name, m.Parameters)
			if err != nil {
				return nil, "" // a test makes all of them
			}
			return f, m.Name
		}
	}
	return nil, ""
}
