package fault

import (
	"fmt"
	"net/http"
)

// cutOff hangs up in the middle of the body.
type cutOff struct {
	after *int
}

func newCutOff(p Parameters) (Fault, error) {
	return cutOff{after: p.After}, nil
}

func (f cutOff) Serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	a := listenTo(next, r)
	a.begin(w, a.body.Len(), a.part(f.after))
	panic(http.ErrAbortHandler)
}

// cutChunk hangs up in the middle of a chunk (RFC 9112 section 7.1).
type cutChunk struct {
	after *int
}

func newCutChunk(p Parameters) (Fault, error) {
	return cutChunk{after: p.After}, nil
}

func (f cutChunk) Serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	a := listenTo(next, r)
	a.begin(w, chunked, 0)
	lastWords(w, fmt.Sprintf("%x\r\n%s", a.body.Len(), a.body.Bytes()[:a.part(f.after)]))
}
