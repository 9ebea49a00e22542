package authyapi

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/journal"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/world"
)

// call is a request, read.
type call struct {
	request  *http.Request
	now      authy.Clock
	endpoint string            // of the route table, or ""
	segments map[string]string // the variable parts of the path, as they were sent
	params   parameters
	body     []byte // as it came
	apiKey   string
	// malformed is the answer to parameters that cannot be read, or nil.
	malformed *answer
	world     *world.World  // of the API key, or nil
	authyIDs  []int64       // of the users whom the request names
	fault     string        // that befell it, or ""
	outcome   string        // the message of the answer
	why       func() string // what the mock knows more about a refusal, or nil
	redactor  *journal.Redactor
}

func (api *API) newCall(r *http.Request, endpoint string, segments map[string]string) *call {
	c := &call{request: r, now: api.clock, endpoint: endpoint, segments: segments}
	c.params, c.body, c.malformed = readParameters(r)
	c.apiKey = r.Header.Get("X-Authy-API-Key")
	if c.apiKey == "" {
		c.apiKey = c.params["api_key"]
	}
	c.world = api.worlds.Of(c.apiKey)
	c.authyIDs = c.namedUsers(api.worlds)
	c.redactor = api.redactor
	if c.world == nil && c.apiKey != "" {
		c.redactor = journal.NewRedactor(append(api.worlds.APIKeys(), c.apiKey)...)
	}
	return c
}

// protected tells whether the path is one for which Authy wants an API key.
func (c *call) protected() bool {
	path := c.request.URL.Path
	return strings.HasPrefix(path, "/protected/") || strings.HasPrefix(path, "/onetouch/")
}

// format is the one that the path asks for; where there is none, JSON.
func (c *call) format() string {
	if format := c.segments["format"]; format != "" {
		return format
	}
	return formatJSON
}

// segment is a variable part of the path, unescaped.
func (c *call) segment(name string) string {
	escaped := c.segments[name]
	plain, err := url.PathUnescape(escaped)
	if err != nil {
		return escaped // net/http refuses such a path before it comes here
	}
	return plain
}

// namedUsers finds the users whom the request names, wherever it does so. A
// client that builds its URL carelessly names them in odd places, and whoever
// tests it wants to know that nothing about a user was asked at all.
func (c *call) namedUsers(worlds *world.Worlds) []int64 {
	known := func(id int64) bool { return c.world.Application.User(id) != nil }
	if c.world == nil {
		known = func(id int64) bool {
			return slices.ContainsFunc(worlds.All(), func(w *world.World) bool { return w.Application.User(id) != nil })
		}
	}
	var ids []int64 // in order: a target has room for thousands
	look := func(text string) {
		for run := range journal.DigitRuns(text) {
			id, err := strconv.ParseInt(run, 10, 64)
			if err != nil {
				continue
			}
			if at, found := slices.BinarySearch(ids, id); !found && known(id) {
				ids = slices.Insert(ids, at, id)
			}
		}
	}
	look(c.request.URL.Path)
	look(c.request.URL.RawQuery)
	for name, value := range c.params {
		look(name)
		look(value)
	}
	return ids
}

// oneOf tells of digits whether they are one of these Authy IDs, which are sorted.
func oneOf(authyIDs []int64) func(digits string) bool {
	return func(digits string) bool {
		id, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || digits[0] == '0' { // with a zero before it, it is no Authy ID as clients write them
			return false
		}
		_, named := slices.BinarySearch(authyIDs, id)
		return named
	}
}
