package controlapi_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/controlapi"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/guard"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/store"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/world"
)

// disk is a store whose Flush ends when it is told how.
type disk chan error

func (d disk) Load(string) (store.Record, bool, error)    { return store.Record{}, false, nil }
func (d disk) Keep(string, store.Source) (changed func()) { return func() {} }
func (d disk) Flush() error                               { return <-d }

// Nothing goes out before it is on disk, whatever the answer would be; and what
// is not there is not told.
func TestAnswersWait(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		target string
		flush  error
		status int
		body   string
	}{
		{"users", nil, http.StatusOK, "[]\n"},
		{"users/1", nil, http.StatusNotFound, "{\n  \"error\": \"the application \\\"A\\\" has no user 1\"\n}\n"},
		{"users", errors.New("full"), http.StatusInternalServerError, "{\n  \"error\": \"what has changed is in memory only: full\"\n}\n"},
		{"users/1", errors.New("full"), http.StatusInternalServerError, "{\n  \"error\": \"what has changed is in memory only: full\"\n}\n"},
	} {
		t.Run(test.target, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				worlds, d := world.New(time.Now), make(disk)
				if _, err := worlds.Add(authy.Settings{Name: "A", APIKey: "k"}); err != nil {
					t.Fatal(err)
				}
				if _, err := worlds.Keep(d); err != nil {
					t.Fatal(err)
				}
				api := controlapi.New(worlds, nil, new(guard.Guard))
				request := httptest.NewRequest(http.MethodGet, "/mock/v1/"+test.target, http.NoBody)
				request.Header.Set("X-Authy-API-Key", "k")
				answer := httptest.NewRecorder()
				go api.ServeHTTP(answer, request)
				synctest.Wait()
				if len(answer.Header()) > 0 || answer.Body.Len() > 0 {
					t.Errorf("answered while nothing is on disk: %v %s", answer.Header(), answer.Body)
				}
				d <- test.flush
				synctest.Wait()
				if answer.Code != test.status || answer.Body.String() != test.body {
					t.Errorf("%d %s, want %d %s", answer.Code, answer.Body, test.status, test.body)
				}
			})
		})
	}
}
