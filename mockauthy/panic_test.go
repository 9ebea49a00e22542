package mockauthy_test

import (
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// Wherever a request panics, the mock lives: nothing stays locked, and no entry
// of the journal stays open. The clock is asked everywhere, so here it panics
// when it is asked for the n-th time.
func TestPanic(t *testing.T) {
	t.Parallel()
	for name, ask := range map[string]asked{
		"verify":            verifyForced("1234567", alice),
		"sms":               reading("/protected/json/sms/1000"),
		"users/new":         newUserForm("user@domain.com", "317-338-9302", "1"),
		"app/stats":         reading("/protected/json/app/stats"),
		"phones":            post("/protected/json/phones/verification/start", "via=sms&country_code=1&phone_number=317-338-9302"),
		"approval_requests": post("/onetouch/json/users/1000/approval_requests", "message=Hello"),
		"a clock":           {method: "POST", target: "/mock/v1/clock/advance", body: `{"by":"1s"}`},
		"a token":           {target: "/mock/v1/users/1000/token"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n := int64(1); ; n++ {
				if n > 50 {
					t.Fatal("it panics for ever")
				}
				if !panicsAt(t, n, ask) {
					if n == 1 {
						t.Error("it has never panicked")
					}
					return
				}
			}
		})
	}
}

// panicsAt tells whether the request asks the clock n times, and so panicked.
func panicsAt(t *testing.T, n int64, ask asked) bool {
	t.Helper()
	var left atomic.Int64
	left.Store(-1)
	mock := mockauthy.ForTest(t, mockauthy.WithApplications(docsApplication()), mockauthy.WithClock(func() time.Time {
		if left.Add(-1) == 0 {
			panic(fmt.Sprintf("the clock, asked for the time No. %d", n))
		}
		return noon
	}))
	server := httptest.NewUnstartedServer(mock)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(server.Close)
	r := &rig{clock: newClock(), mock: mock, client: checked(t, server.Client()), base: server.URL}
	left.Store(n)
	_, err := r.try(t, ask)
	panicked := left.Load() <= 0
	left.Store(-1)
	if panicked != (err != nil) {
		t.Fatalf("time No. %d: panicked: %v, error %v", n, panicked, err)
	}
	// All can still be asked, and all that was asked is over.
	r.expectVerify(t, r.native(t, bobSecret, 0), bob, tokenValid)
	r.expect(t, newUserForm("new@domain.com", "317-338-9303", "1"), r.ask(t, newUserForm("new@domain.com", "317-338-9303", "1")))
	over, err := r.control(t).WaitForRequests(t.Context(), control.Filter{}, time.Minute)
	if all := r.requests(t, 0); err != nil || len(over) != len(all) {
		t.Errorf("time No. %d: %d of %d requests are over, %v", n, len(over), len(all), err)
	}
	if err := r.control(t).Reset(t.Context()); err != nil {
		t.Errorf("time No. %d: %v", n, err)
	}
	return panicked
}
