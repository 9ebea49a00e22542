package mockauthy_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// With a clock of one's own, real time may pass as it likes.
func TestInjectedClockAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // real time is the bubble's
		r := newRig(t)
		want := control.Token{
			AuthyID: alice, Token: r.native(t, aliceSecret, 0),
			From: noon.Add(-3 * time.Second), Until: noon.Add(7 * time.Second),
		}
		for range 3 {
			got, err := r.control(t).Token(t.Context(), alice, 0)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("token (-want +got):\n%s", diff)
			}
			if got, err := r.mock.Token(alice); err != nil || got != want.Token {
				t.Errorf("Token: %q, %v; want %q", got, err, want.Token)
			}
			pass(time.Hour)
		}
		r.expectVerify(t, want.Token, alice, tokenValid)
		pass(time.Hour)
		r.expectVerify(t, want.Token, alice, tokenReused)
		for _, request := range r.requests(t, alice) {
			if !request.Time.Equal(noon) {
				t.Errorf("the journal has the time %s, want %s", request.Time, noon)
			}
		}
	})
}

// Without one, it is real time that counts.
func TestRealClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // begins at midnight, so with a step
		mock := mockauthy.ForTest(t, mockauthy.WithApplications(docsApplication()))
		r := &rig{mock: mock, client: noRedirects(mock.Client()), base: "https://api.authy.com"}
		now := func() string { return totp(t, aliceSecret, time.Now(), 10*time.Second, 7) }
		first := now()
		if got, err := mock.Token(alice); err != nil || got != first {
			t.Errorf("Token: %q, %v; want %q", got, err, first)
		}
		r.expectVerify(t, first, alice, tokenValid)
		pass(10*time.Second - 1)
		if now() != first {
			t.Fatal("the test's own step is not 10 s")
		}
		pass(1)
		if got, err := mock.Token(alice); err != nil || got != now() || got == first {
			t.Errorf("Token: %q, %v; want %q", got, err, now())
		}
		r.expectVerify(t, first, alice, tokenReused)
		r.expectVerify(t, now(), alice, tokenValid)
		pass(time.Minute)
		r.expectVerify(t, first, alice, tokenInvalid)
	})
}

// pass lets time pass in a bubble, where nobody waits for it.
func pass(d time.Duration) { <-time.After(d) }

func TestToken(t *testing.T) {
	t.Parallel()
	r := newRig(t, docsApplication(), mockauthy.Application{Name: "Sandbox App 1", APIKey: otherKey, Users: []mockauthy.User{
		{AuthyID: 7, Email: "other@example.com", Cellphone: "201-555-0100", CountryCode: 1},
	}})
	for _, id := range []int64{7, 0, -1, 9999} { // 7 is another application's
		if got, err := r.mock.Token(id); err == nil || got != "" {
			t.Errorf("Token(%d): %q, %v; want an error", id, got, err)
		}
	}
	_, err := r.mock.Token(9999)
	if want := "mockauthy: no user 9999"; err == nil || err.Error() != want {
		t.Errorf("got the error %v, want %s", err, want)
	}
	// To look at a token is not to spend it.
	token, err := r.mock.Token(bob)
	if err != nil || token != r.native(t, bobSecret, 0) {
		t.Errorf("Token: %q, %v; want %q", token, err, r.native(t, bobSecret, 0))
	}
	r.expectVerify(t, token, bob, tokenValid)
}
