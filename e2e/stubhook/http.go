package stubhook

import (
	"encoding/json"
	"io"
	"net/http"
)

// Handler is the hook over HTTP, which finds in the folder what to do. It is
// whichever of the three hooks SFTPGo asks for: all of its requests name the user,
// and those of a dialogue the step, from 1.
func Handler(folder string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var login struct {
			Username string `json:"username"`
			Step     int    `json:"step"`
		}
		err := json.NewDecoder(r.Body).Decode(&login)
		var a Answer
		if err == nil {
			a, err = read(folder, login.Username)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusTeapot)
			return
		}
		a.write(w, r, max(login.Step, 1))
	})
}

// redirected is in the address of a request that was redirected.
const redirected = "redirected"

func (a Answer) write(w http.ResponseWriter, r *http.Request, step int) {
	status := a.Status
	if r.URL.Query().Has(redirected) {
		status = http.StatusOK
	}
	if status == 0 {
		<-r.Context().Done()
		return
	}
	w.Header().Set("Location", r.URL.Path+"?"+redirected)
	w.WriteHeader(status)
	if step <= len(a.Outputs) {
		_, _ = io.WriteString(w, a.Outputs[step-1]) // SFTPGo may have read enough
	}
}
