package fault

import (
	"fmt"
	"net/http"
)

// wrongLength announces a length that the body has not. Of a longer body, the
// rest comes behind the answer; after a shorter one it hangs up.
type wrongLength struct {
	length *int
}

func newWrongLength(p Parameters) (Fault, error) {
	if p.Length != nil && *p.Length < 0 {
		return nil, fmt.Errorf("length %d: want 0 or more bytes", *p.Length)
	}
	return wrongLength{length: p.Length}, nil
}

func (f wrongLength) Serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	a := listenTo(next, r)
	length := a.body.Len() / 2
	if f.length != nil {
		length = *f.length
	}
	n := min(length, a.body.Len())
	a.begin(w, length, n)
	lastWords(w, string(a.body.Bytes()[n:]))
}
