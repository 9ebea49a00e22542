package fault

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"
)

// endless gives an answer that never ends, and never is JSON.
type endless struct{}

// An endless answer comes in portions, so that it leaves time for others: about
// six MiB a second.
const (
	portion  = 64 << 10
	interval = 10 * time.Millisecond
)

func newEndless(Parameters) (Fault, error) {
	return endless{}, nil
}

func (endless) Serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	// A client that reads nothing makes a write wait, which no context ends but
	// a deadline does. Where none can be set no connection is filled but memory.
	connection := http.NewResponseController(w)
	if connection.SetWriteDeadline(time.Time{}) != nil {
		hangUp{}.Serve(w, r, next)
	}
	stop := context.AfterFunc(r.Context(), func() { _ = connection.SetWriteDeadline(time.Unix(1, 0)) })
	defer stop()

	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(http.StatusOK)
	_, err := io.WriteString(w, `{"message":"`)
	for more := strings.Repeat("x", portion); err == nil; _, err = io.WriteString(w, more) {
		wait(r.Context(), interval)
	}
	hangUp{}.Serve(w, r, next)
}
