package mockauthy_test

import (
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
)

// Promise 14: of many logins with the same token exactly one succeeds.
func TestVerifyInParallel(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		const logins = 50
		// The clock, which is asked in the middle of a verification, lets the
		// others go first: who does not hold a lock then is found out.
		mock := mockauthy.ForTest(t, mockauthy.WithApplications(docsApplication()), mockauthy.WithClock(func() time.Time {
			runtime.Gosched()
			return noon
		}))
		r := connect(&rig{clock: newClock(), mock: mock, client: noRedirects(mock.Client()), base: "https://api.authy.com"})
		ask := verifyForced(r.native(t, aliceSecret, 0), alice)
		answers := make([]said, logins)
		errs := make([]error, logins)
		inParallel(logins, func(i int) { answers[i], errs[i] = r.try(t, ask) })
		count := map[said]int{}
		for i, answer := range answers {
			if errs[i] != nil {
				t.Fatal(errs[i])
			}
			count[answer]++
		}
		if count[tokenValid] != 1 || count[tokenReused] != logins-1 {
			t.Errorf("want one success and %d reused tokens, got %v", logins-1, count)
		}
	})
}

// While users come, verify and are listed, each answer is right. That nothing
// races is for the race detector to say.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	wrong, right, control := r.wrongToken(t), r.native(t, carolSecret, 0), r.control(t)
	inParallel(8, func(i int) {
		for j := range 50 {
			// Each is the first to add some users, and adds all others again.
			ask := newUserForm(fmt.Sprintf("user%d@domain.com", i), fmt.Sprintf("317-338-93%02d", (j+i*7)%50), "1")
			if got, err := r.try(t, ask); err != nil || got.status != http.StatusOK {
				t.Errorf("users/new: %v, %v", got, err)
			}
			if got, err := r.try(t, verifyForced(wrong, alice)); err != nil || got != tokenInvalid {
				t.Errorf("verify: %v, %v", got, err)
			}
			if got, err := r.try(t, verifyForced(right, carol)); err != nil || got != tokenValid && got != tokenReused {
				t.Errorf("verify: %v, %v", got, err)
			}
			if _, err := control.User(t.Context(), carol); err != nil {
				t.Error(err)
			}
		}
		if _, err := control.Users(t.Context()); err != nil {
			t.Error(err)
		}
		r.requests(t, carol)
	})
	users, err := control.Users(t.Context())
	if err != nil || len(users) != 3+50 {
		t.Errorf("%d users, %v; want 53", len(users), err)
	}
}

// inParallel does something n times at once.
func inParallel(n int, do func(i int)) {
	var (
		wg    sync.WaitGroup
		start = make(chan struct{})
	)
	for i := range n {
		wg.Go(func() {
			<-start
			do(i)
		})
	}
	close(start)
	wg.Wait()
}
