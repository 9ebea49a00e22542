package mockauthy_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

func TestJournal(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		r := connect(newRig(t))
		r.expectVerify(t, r.native(t, aliceSecret, 0), alice, tokenValid)
		r.move(10 * time.Second)
		r.expect(t, asked{target: "/protected/json/app/details?api_key=" + docsKey}, appDetails)
		r.expect(t, newUserForm("user@domain.com", "317-338-9302", "1"), created(1003))
		r.expect(t, asked{method: http.MethodPut, target: "/protected/json/users/1001", key: docsKey}, unknownRoute)
		r.fault(t, control.Fault{Name: "hang-up", Endpoint: "verify", AuthyID: bob})
		r.expectHangUp(t, verifyForced("1234567", bob))
		r.fault(t, control.Fault{Name: "answer", Status: 503, Endpoint: "app/details", Times: 1})
		r.expect(t, details, said{503, jsonType, ""})
		r.expect(t, asked{target: "/livez"}, said{200, "text/plain;charset=utf-8", "ok\n"}) // is nobody's request to Authy

		later := noon.Add(10 * time.Second)
		want := []control.Request{
			{Number: 1, Time: noon, Method: "GET", Target: "/protected/json/verify/[token]/1000?force=true", Endpoint: "verify", AuthyIDs: []int64{alice}, Known: true, Status: 200, Outcome: "Token is valid."},
			{Number: 2, Time: later, Method: "GET", Target: "/protected/json/app/details?api_key=[key]", Endpoint: "app/details", AuthyIDs: []int64{}, Known: true, Status: 200, Outcome: "Application information."},
			{Number: 3, Time: later, Method: "POST", Target: "/protected/json/users/new", Endpoint: "users/new", AuthyIDs: []int64{}, Known: true, Status: 200, Outcome: "User created successfully."},
			{Number: 4, Time: later, Method: "PUT", Target: "/protected/json/users/1001", AuthyIDs: []int64{bob}, Known: true, Status: 401, Outcome: unknownRoute.body},
			{Number: 5, Time: later, Method: "GET", Target: "/protected/json/verify/[token]/1001?force=true", Endpoint: "verify", AuthyIDs: []int64{bob}, Known: true, Fault: "hang-up"},
			{Number: 6, Time: later, Method: "GET", Target: "/protected/json/app/details", Endpoint: "app/details", AuthyIDs: []int64{}, Known: true, Fault: "answer", Status: 503},
		}
		got := r.requests(t, 0)
		// Go's HTTP client repeats a GET on a connection that was good before.
		if len(got) == 7 && got[5].Fault == "hang-up" {
			got = append(got[:5], got[6])
			got[5].Number = 6
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("journal (-want +got):\n%s", diff)
		}

		if err := r.control(t).Forget(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := r.requests(t, 0); len(got) != 0 {
			t.Errorf("after Forget: %+v", got)
		}
		r.expect(t, details, appDetails)
		if got := r.requests(t, 0); len(got) != 1 || got[0].Number <= want[len(want)-1].Number {
			t.Errorf("after Forget and a request: %+v, want a new number", got)
		}
	})
}

// Whoever tests a client wants to know that nothing about a user was asked,
// not even by a URL that went wrong.
func TestJournalNamesUsers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		ask  asked
		want []int64
	}{
		"path":                       {asked{target: "/protected/json/verify/1234567/1000"}, []int64{alice}},
		"path, escaped":              {asked{target: "/protected/json/verify/1234567/%31000"}, []int64{alice}},
		"path, space escaped before": {asked{target: "/protected/json/verify/1234567/%201000"}, []int64{alice}},
		"path, slash escaped":        {asked{target: "/protected/json/verify/1234567%2f1000"}, []int64{alice}},
		"path, twice":                {asked{target: "/protected/json/verify/1000/1000"}, []int64{alice}},
		"path, two users":            {asked{target: "/protected/json/verify/1001/1000"}, []int64{alice, bob}},
		"path that climbs":           {asked{target: "/protected/json/verify/1234567/../users/1000/status"}, []int64{alice}},
		"path before a query":        {asked{target: "/protected/json/verify/1234567/1000?/1001"}, []int64{alice, bob}},
		"path, double slash":         {asked{target: "/protected/json/verify//1000"}, []int64{alice}},
		"path beside Authy's":        {asked{target: "/1000"}, []int64{alice}},
		"query":                      {asked{target: "/protected/json/app/details?authy_id=1000"}, []int64{alice}},
		"query, a name":              {asked{target: "/protected/json/app/details?1000"}, []int64{alice}},
		"query, escaped":             {asked{target: "/protected/json/app/details?x=%201000"}, []int64{alice}},
		"query, malformed":           {asked{target: "/protected/json/app/details?%zz&x=1000"}, []int64{alice}},
		"form":                       {asked{method: "POST", target: "/protected/json/users/new", contentType: formType, body: "id=1000"}, []int64{alice}},
		"form, a name":               {asked{method: "POST", target: "/protected/json/users/new", contentType: formType, body: "user[1000]=x"}, []int64{alice}},
		"text for a form":            {asked{method: "POST", target: "/protected/json/users/new", contentType: "text/plain", body: "user 1000"}, []int64{alice}},
		"JSON number":                {asked{method: "POST", target: "/protected/json/users/new", contentType: jsonBodyType, body: `{"user":{"id":1000}}`}, []int64{alice}},
		"JSON string":                {asked{method: "POST", target: "/protected/json/users/new", contentType: jsonBodyType, body: `{"id":"1000"}`}, []int64{alice}},
		"JSON name":                  {asked{method: "POST", target: "/protected/json/users/new", contentType: jsonBodyType, body: `{"1000":true}`}, []int64{alice}},
		"nobody":                     {asked{target: "/protected/json/app/details"}, []int64{}},
		"nobody that exists":         {asked{target: "/protected/json/verify/1234567/9999"}, []int64{}},
		"digits of a longer number":  {asked{target: "/protected/json/verify/1234567/10001"}, []int64{}},
		"a number that is too long":  {asked{target: "/protected/json/verify/1234567/18446744073709552616"}, []int64{}},
	} {
		for _, key := range []string{docsKey, "no such key"} { // both are found
			t.Run(fmt.Sprintf("%s, %s", name, key), func(t *testing.T) {
				t.Parallel()
				r, ask := newRig(t), test.ask
				ask.key = key
				r.ask(t, ask)
				all := r.requests(t, 0)
				if len(all) != 1 {
					t.Fatalf("journal %+v, want one request", all)
				}
				if diff := cmp.Diff(test.want, all[0].AuthyIDs); diff != "" {
					t.Errorf("users (-want +got):\n%s", diff)
				}
				for _, id := range []int64{alice, bob, carol} {
					wanted := 0
					for _, w := range test.want {
						if w == id {
							wanted++
						}
					}
					if got := r.requests(t, id); len(got) != wanted {
						t.Errorf("requests of user %d: %+v, want %d", id, got, wanted)
					}
				}
			})
		}
	}
}

// A wrong key is the first mistake everybody makes: whichever application one
// looks at, the requests that came with it are there.
func TestJournalStrays(t *testing.T) {
	t.Parallel()
	r := newRig(t, docsApplication(), mockauthy.Application{Name: "Sandbox App 1", APIKey: otherKey})
	other := r.control(t, control.WithAPIKey(otherKey))
	r.expect(t, details, appDetails)
	r.move(time.Second)
	r.expect(t, asked{target: "/protected/json/verify/1234567/1000", key: "wrong"}, invalidKey)
	r.move(time.Second)
	r.expect(t, asked{target: "/protected/json/app/details", key: otherKey}, said{
		200, jsonType,
		`{"app":{"name":"Sandbox App 1","plan":"","sms_enabled":true,"phone_calls_enabled":true,"app_id":2,"onetouch_enabled":true},"message":"Application information.","success":true}`,
	})

	stray := control.Request{Number: 1, Time: noon.Add(time.Second), Method: "GET", Target: "/protected/json/verify/[token]/1000", Endpoint: "verify", AuthyIDs: []int64{alice}, Status: 401, Outcome: "Invalid API key", Why: "no application has this API key"}
	own := control.Request{Number: 1, Time: noon, Method: "GET", Target: "/protected/json/app/details", Endpoint: "app/details", AuthyIDs: []int64{}, Known: true, Status: 200, Outcome: "Application information."}
	stray.Number = 2
	if diff := cmp.Diff([]control.Request{own, stray}, r.requests(t, 0)); diff != "" {
		t.Errorf("journal of the first (-want +got):\n%s", diff)
	}
	stray.Number, own.Number, own.Time = 1, 2, noon.Add(2*time.Second)
	got, err := other.Requests(t.Context(), control.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]control.Request{stray, own}, got); diff != "" {
		t.Errorf("journal of the other (-want +got):\n%s", diff)
	}

	// To forget is to forget for oneself.
	if err := other.Forget(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(stray.Target, r.requests(t, 0)[1].Target); diff != "" {
		t.Errorf("journal of the first after the other has forgotten (-want +got):\n%s", diff)
	}
}

// The journal knows why Authy refuses, when nobody else would say.
func TestJournalExplains(t *testing.T) {
	t.Parallel()
	type step struct {
		ask asked
		why string
	}
	for name, test := range map[string]func(r *rig) step{
		"right":            func(r *rig) step { return step{verifyForced(r.native(t, aliceSecret, 0), alice), ""} },
		"right a step ago": func(r *rig) step { return step{verifyForced(r.native(t, aliceSecret, -1), alice), ""} },
		"two steps ago": func(r *rig) step {
			return step{verifyForced(r.native(t, aliceSecret, -2), alice), "this token was right 2 steps ago; 1 step is accepted"}
		},
		"an hour ago": func(r *rig) step {
			return step{verifyForced(r.native(t, aliceSecret, -360), alice), "this token was right 360 steps ago; 1 step is accepted"}
		},
		"in three steps": func(r *rig) step {
			return step{verifyForced(r.native(t, aliceSecret, 3), alice), "this token will be right in 3 steps; 1 step is accepted"}
		},
		"a phone whose clock is wrong": func(r *rig) step {
			if _, err := r.control(t).SetUserClock(t.Context(), alice, -time.Minute); err != nil {
				t.Fatal(err)
			}
			return step{verifyForced(r.native(t, aliceSecret, -6), alice), "this token was right 6 steps ago; 1 step is accepted; the clock of the user's phone is wrong by -1m0s"}
		},
		"of another user": func(r *rig) step {
			return step{verifyForced(r.native(t, bobSecret, 0), alice), "this token belongs to user 1001"}
		},
		"of nobody": func(r *rig) step {
			return step{verifyForced(r.wrongToken(t), alice), "this is no token of the user, within 360 steps"}
		},
		"used": func(r *rig) step {
			r.expectVerify(t, r.native(t, aliceSecret, 0), alice, tokenValid)
			r.move(3 * time.Second)
			return step{verifyForced(r.native(t, aliceSecret, 0), alice), "this token was used already, at 2026-11-22T12:00:03Z"}
		},
		"older than a used one": func(r *rig) step {
			r.expectVerify(t, r.native(t, aliceSecret, 0), alice, tokenValid)
			return step{verifyForced(r.native(t, aliceSecret, -1), alice), "a newer token was used already, at 2026-11-22T12:00:03Z"}
		},
		"too short": func(*rig) step { return step{verifyForced("123456", alice), "7 digits were expected, 6 came"} },
		"too long":  func(*rig) step { return step{verifyForced("12345678", alice), "7 digits were expected, 8 came"} },
		"no digits": func(*rig) step {
			return step{verifyForced("nothing", alice), "7 digits were expected, something else came"}
		},
		"not digits of ASCII": func(*rig) step {
			return step{verifyForced("%EF%BC%91234567", alice), "7 digits were expected, something else came"}
		},
		"not forced": func(r *rig) step {
			return step{verifyUnforced(r.wrongToken(t), carol), "any token would do: the user is not confirmed, and force was not true"}
		},
		"no user": func(*rig) step { return step{verifyForced("1234567", 9999), "the user does not exist"} },
		"no key":  func(*rig) step { return step{asked{target: details.target}, "no API key was sent"} },
		"unknown key": func(*rig) step {
			return step{asked{target: details.target, key: "x"}, "no application has this API key"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			step := test(r)
			r.ask(t, step.ask)
			requests := r.requests(t, 0)
			if got := requests[len(requests)-1].Why; got != step.why {
				t.Errorf("got %q, want %q", got, step.why)
			}
		})
	}
}

func TestJournalFilter(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	c := r.control(t)
	r.expectVerify(t, r.native(t, aliceSecret, 0), alice, tokenValid)
	r.expectVerify(t, r.native(t, aliceSecret, 0), alice, tokenReused)
	r.expectVerify(t, r.wrongToken(t), bob, tokenInvalid)
	r.expect(t, details, appDetails)
	r.expect(t, asked{target: details.target}, invalidKey)
	for name, test := range map[string]struct {
		filter control.Filter
		want   []int64
	}{
		"all":               {control.Filter{}, []int64{1, 2, 3, 4, 5}},
		"of a user":         {control.Filter{AuthyID: alice}, []int64{1, 2}},
		"of an endpoint":    {control.Filter{Endpoint: "app/details"}, []int64{4, 5}},
		"of a status":       {control.Filter{Status: 401}, []int64{2, 3, 5}},
		"of an outcome":     {control.Filter{Outcome: "Token is invalid"}, []int64{3}},
		"after one":         {control.Filter{After: 3}, []int64{4, 5}},
		"of all of these":   {control.Filter{AuthyID: alice, Endpoint: "verify", Status: 401, After: 1}, []int64{2}},
		"of nothing there":  {control.Filter{AuthyID: carol}, nil},
		"of no such status": {control.Filter{Status: 418}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.Requests(t.Context(), test.filter)
			if err != nil {
				t.Fatal(err)
			}
			var numbers []int64
			for _, request := range got {
				numbers = append(numbers, request.Number)
			}
			if diff := cmp.Diff(test.want, numbers); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if count, err := c.CountRequests(t.Context(), test.filter); err != nil || count != len(test.want) {
				t.Errorf("count %d, %v; want %d", count, err, len(test.want))
			}
		})
	}
}

// Whoever waits for a request is answered when it is over, when the time is, or
// when he gives up.
func TestJournalWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		c := r.control(t)
		told := make(chan []control.Request)
		go func() {
			got, err := c.WaitForRequests(t.Context(), control.Filter{Endpoint: "verify", Status: 401}, time.Minute)
			if err != nil {
				t.Error(err)
			}
			told <- got
		}()
		synctest.Wait()
		r.expect(t, details, appDetails)
		r.expectVerify(t, r.native(t, aliceSecret, 0), alice, tokenValid)
		r.expectVerify(t, "nonsense", alice, tokenInvalid)
		if got := <-told; len(got) != 1 || got[0].Number != 3 || got[0].Why == "" {
			t.Errorf("told of %+v, want the third request", got)
		}

		start := time.Now()
		got, err := c.WaitForRequests(t.Context(), control.Filter{After: 3}, time.Minute)
		if took := time.Since(start); err != nil || len(got) != 0 || took != time.Minute {
			t.Errorf("after %s: %v, %v; want nothing after a minute", took, got, err)
		}

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.WaitForRequests(ctx, control.Filter{After: 3}, time.Minute); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the deadline exceeded", err)
		}
	})
}

// The journal does not grow for ever: it keeps the newest 1000.
func TestJournalIsBounded(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for range 1005 {
		r.ask(t, details)
	}
	got := r.requests(t, 0)
	if len(got) != 1000 || got[0].Number != 6 || got[999].Number != 1005 {
		t.Errorf("%d requests, want the 1000 from 6 to 1005", len(got))
	}
}
