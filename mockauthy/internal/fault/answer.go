package fault

import (
	"fmt"
	"io"
	"net/http"
)

// answer says what it was told to say, whatever was asked.
type answer struct {
	status            int
	contentType, body string
}

func newAnswer(p Parameters) (Fault, error) {
	a := answer{status: p.Status, contentType: p.ContentType, body: p.Body}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	if a.status < 200 || a.status > 599 {
		return nil, fmt.Errorf("the status %d: want 200 to 599", a.status)
	}
	if a.contentType == "" {
		a.contentType = "application/json;charset=utf-8"
	}
	return a, nil
}

func (a answer) Serve(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	w.Header().Set("Content-Type", a.contentType)
	w.WriteHeader(a.status)
	_, _ = io.WriteString(w, a.body) // a client that is gone needs no answer
}
