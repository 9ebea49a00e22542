package fault

import "net/http"

// hangUp closes the connection without a word, as a server does that is going
// down.
type hangUp struct{}

func newHangUp(Parameters) (Fault, error) {
	return hangUp{}, nil
}

func (hangUp) Serve(http.ResponseWriter, *http.Request, http.Handler) {
	panic(http.ErrAbortHandler) // net/http's own way to drop a connection
}
