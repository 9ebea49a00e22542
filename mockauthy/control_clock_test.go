package mockauthy_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// The clock as curl sees it.
func TestControlAPIClock(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		r := connect(newRig(t))
		shows := func(time, frozen, own string) said {
			return said{200, "application/json", "{\n  \"time\": \"" + time + "\",\n  \"frozen\": " + frozen + ",\n  \"own\": " + own + "\n}\n"}
		}
		for _, step := range []struct {
			name, method, target, body string
			want                       said
		}{
			{"untouched", "GET", "clock", "", shows("2026-11-22T12:00:03Z", "false", "false")},
			{"frozen", "PUT", "clock", `{"frozen":true}`, shows("2026-11-22T12:00:03Z", "true", "true")},
			{"set", "PUT", "clock", `{"time":"2027-03-21T07:00:00+01:00"}`, shows("2027-03-21T06:00:00Z", "true", "true")},
			{"advanced", "POST", "clock/advance", `{"by":"1m10s"}`, shows("2027-03-21T06:01:10Z", "true", "true")},
			{"moved back", "POST", "clock/advance", `{"by":"-10s"}`, shows("2027-03-21T06:01:00Z", "true", "true")},
			{"resumed", "PUT", "clock", `{"frozen":false}`, shows("2027-03-21T06:01:00Z", "false", "true")},
			{"read", "GET", "clock", "", shows("2027-03-21T06:01:00Z", "false", "true")},
			{"reset", "DELETE", "clock", "", said{204, "", ""}},
			{"after the reset", "GET", "clock", "", shows("2026-11-22T12:00:03Z", "false", "false")},
			{"of a user", "PUT", "users/1000/clock", `{"skew":"-30s"}`, said{200, "application/json", `{
  "authy_id": 1000,
  "time": "2026-11-22T11:59:33Z",
  "skew": "-30s"
}
`}},
			{"token at a time", "GET", "users/1001/token?at=2027-03-21T06:01:03Z", "", said{200, "application/json", `{
  "authy_id": 1001,
  "token": "` + totp(t, bobSecret, time.Date(2027, 3, 21, 6, 1, 3, 0, time.UTC), 10*time.Second, 7) + `",
  "step": 0,
  "from": "2027-03-21T06:01:00Z",
  "until": "2027-03-21T06:01:10Z"
}
`}},
		} {
			t.Run(step.name, func(t *testing.T) {
				r.expect(t, asked{method: step.method, target: "/mock/v1/" + step.target, body: step.body}, step.want)
			})
		}
	})
}

// Whether a token is right is decided by the clock of its application.
func TestClockDecides(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	c := r.control(t)
	ctx := t.Context()
	before := r.native(t, aliceSecret, 0)
	if _, err := c.AdvanceClock(ctx, 20*time.Second); err != nil {
		t.Fatal(err)
	}
	r.expectVerify(t, before, alice, tokenInvalid)
	r.expectVerify(t, r.native(t, aliceSecret, 2), alice, tokenValid)
	if got, err := r.mock.Token(alice); err != nil || got != r.native(t, aliceSecret, 2) {
		t.Errorf("Token: %q, %v; want that of two steps later", got, err)
	}
	// Back in time, the older token is refused all the same.
	if _, err := c.SetClock(ctx, noon); err != nil {
		t.Fatal(err)
	}
	r.expectVerify(t, before, alice, tokenReused)
	requests := r.requests(t, alice)
	times := []time.Time{requests[0].Time, requests[1].Time, requests[2].Time}
	if diff := cmp.Diff([]time.Time{noon.Add(20 * time.Second), noon.Add(20 * time.Second), noon}, times); diff != "" {
		t.Errorf("times in the journal (-want +got):\n%s", diff)
	}
}

// A phone whose clock is wrong shows the tokens of another time.
func TestUserClock(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	c := r.control(t)
	ctx := t.Context()
	if _, err := c.SetUserClock(ctx, alice, -30*time.Second); err != nil {
		t.Fatal(err)
	}
	want := control.Token{AuthyID: alice, Token: r.native(t, aliceSecret, -3), From: noon.Add(-3 * time.Second), Until: noon.Add(7 * time.Second)}
	got, err := c.Token(ctx, alice, 0)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("token (-want +got):\n%s", diff)
	}
	r.expectVerify(t, got.Token, alice, tokenInvalid)
	r.expectVerify(t, r.native(t, bobSecret, 0), bob, tokenValid) // his is right
	if _, err := c.SetUserClock(ctx, alice, 10*time.Second); err != nil {
		t.Fatal(err)
	}
	ahead, err := r.mock.Token(alice)
	if err != nil {
		t.Fatal(err)
	}
	r.expectVerify(t, ahead, alice, tokenValid) // one step is within the window
	if clock, err := c.UserClock(ctx, alice); err != nil || clock.Skew != "10s" || !clock.Time.Equal(noon.Add(10*time.Second)) {
		t.Errorf("clock %+v, %v", clock, err)
	}
}

// The clock of one application is not that of another.
func TestClocksNeverMeet(t *testing.T) {
	t.Parallel()
	r := newRig(t, docsApplication(), mockauthy.Application{Name: "Sandbox App 1", APIKey: otherKey})
	if _, err := r.control(t).SetClock(t.Context(), noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	other := r.control(t, control.WithAPIKey(otherKey))
	if got, err := other.Clock(t.Context()); err != nil || got != (control.Clock{Time: noon}) {
		t.Errorf("the other application's clock %+v, %v; want it untouched", got, err)
	}
	if _, err := other.FreezeClock(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.move(time.Minute)
	if got, want := r.mock.Clock().Now(), noon.Add(61*time.Minute); !got.Equal(want) {
		t.Errorf("the first application's clock %s, want %s", got, want)
	}
}

func TestClockOfLibrary(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	clock := r.mock.Clock()
	for _, step := range []struct {
		name string
		do   func() error
		want time.Time
	}{
		{"Freeze", clock.Freeze, noon},
		{"Advance", func() error { return clock.Advance(time.Hour) }, noon.Add(time.Hour)},
		{"Resume", clock.Resume, noon.Add(2 * time.Hour)},
		{"Set", func() error { return clock.Set(noon) }, noon.Add(time.Hour)},
		{"Reset", clock.Reset, noon.Add(5 * time.Hour)},
	} {
		if err := step.do(); err != nil {
			t.Errorf("%s: %v", step.name, err)
		}
		r.move(time.Hour)
		if got := clock.Now(); !got.Equal(step.want) {
			t.Errorf("an hour after %s: %s, want %s", step.name, got, step.want)
		}
	}
	for want, do := range map[string]func() error{
		"mockauthy: the clock: want a time, got the zero time":                                                   func() error { return clock.Set(time.Time{}) },
		"mockauthy: the clock: the time 1926-11-22T17:00:03Z: want 1970-01-01T00:00:00Z to 9000-01-01T00:00:00Z": func() error { return clock.Advance(-36525 * 24 * time.Hour) },
	} {
		if err := do(); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
