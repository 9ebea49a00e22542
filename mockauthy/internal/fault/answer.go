package fault

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
)

// What HTTP can carry (RFC 9110 sections 5.1 and 5.5).
var (
	headerName  = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
	headerValue = regexp.MustCompile(`^[^\x00-\x08\x0a-\x1f\x7f]*$`)
)

// answer says what it was told to say, whatever was asked.
type answer struct {
	status int
	header http.Header
	body   string
}

func newAnswer(p Parameters) (Fault, error) {
	a := answer{status: p.Status, header: http.Header{}, body: p.Body}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	if a.status < 200 || a.status > 599 {
		return nil, fmt.Errorf("the status %d: want 200 to 599", a.status)
	}
	a.header.Set("Content-Type", "application/json;charset=utf-8")
	if p.ContentType != "" {
		a.header.Set("Content-Type", p.ContentType)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Headers)) {
		if !headerName.MatchString(name) || !headerValue.MatchString(p.Headers[name]) {
			return nil, fmt.Errorf("the header %q: want a name and a value that HTTP can carry", name)
		}
		a.header.Set(name, p.Headers[name])
	}
	return a, nil
}

func (a answer) Serve(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	maps.Copy(w.Header(), a.header.Clone())
	w.WriteHeader(a.status)
	_, _ = io.WriteString(w, a.body) // a client that is gone needs no answer
}
