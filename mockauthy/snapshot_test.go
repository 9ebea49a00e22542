package mockauthy_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// disturb changes everything that a snapshot has.
func (r *rig) disturb(tb testing.TB) {
	tb.Helper()
	ctx, c := tb.Context(), r.control(tb)
	r.expectVerify(tb, r.native(tb, aliceSecret, 0), alice, tokenValid)
	r.expect(tb, newUserForm("second@example.com", "201-555-0102", "1"), created(carol))
	r.expect(tb, newUserForm("dave@example.com", "317-338-9302", "1"), created(1003))
	if err := c.DeleteUser(ctx, bob); err != nil {
		tb.Fatal(err)
	}
	if _, err := c.SetClock(ctx, noon.Add(time.Hour)); err != nil {
		tb.Fatal(err)
	}
	if _, err := c.FreezeClock(ctx); err != nil {
		tb.Fatal(err)
	}
	if _, err := c.SetUserClock(ctx, carol, time.Minute); err != nil {
		tb.Fatal(err)
	}
	r.fault(tb, control.Fault{Name: "delay", Delay: "1s", AuthyID: carol, Times: 3, Probability: 0.5, Seed: 7})
}

func TestSnapshotAndRestore(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		ctx := t.Context()
		r := connect(newRig(t))
		c := r.control(t)
		r.disturb(t)
		want, err := c.Snapshot(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if want.Version != 1 || want.NextAuthyID != 1004 || len(want.Users) != 3 || len(want.Faults) != 1 || want.Clock == nil || !want.Clock.Frozen {
			t.Errorf("snapshot %+v", want)
		}
		used := want.Users[0]
		if diff := cmp.Diff(control.SnapshotUser{
			AuthyID: alice, Emails: []string{"alice@example.com"}, Cellphone: "2015550100", CountryCode: 1, Secret: aliceSecret,
			Added: noon, Confirmed: true, UsedStep: noon.Unix() / 10, UsedAt: noon,
		}, used); diff != "" {
			t.Errorf("user (-want +got):\n%s", diff)
		}

		// Into the same mock, and into another one, it comes back as it was.
		if err := c.Reset(ctx); err != nil {
			t.Fatal(err)
		}
		for name, other := range map[string]*rig{"same": r, "other": connect(newRig(t))} {
			if err := other.control(t).Restore(ctx, want); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got, err := other.control(t).Snapshot(ctx)
			if err != nil {
				t.Fatal(err)
			}
			got.Faults[0].ID = want.Faults[0].ID // none comes twice
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: snapshot (-want +got):\n%s", name, diff)
			}
			if err := other.control(t).Heal(ctx, 0); err != nil {
				t.Fatal(err)
			}
			other.expectVerify(t, r.native(t, bobSecret, 360), bob, unknownUser)
			other.expectVerify(t, r.native(t, aliceSecret, 360), alice, tokenValid)
		}
	})
}

func TestReset(t *testing.T) {
	t.Parallel()
	r := newRig(t, docsApplication(), mockauthy.Application{Name: "Sandbox App 1", APIKey: otherKey})
	other := r.control(t, control.WithAPIKey(otherKey))
	if _, err := other.AddFault(t.Context(), control.Fault{Name: "hang-up"}); err != nil {
		t.Fatal(err)
	}
	want := r.mock.Snapshot()
	r.disturb(t)
	if err := r.mock.Reset(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, r.mock.Snapshot()); diff != "" {
		t.Errorf("snapshot after a reset (-want +got):\n%s", diff)
	}
	if requests := r.requests(t, 0); len(requests) != 0 {
		t.Errorf("journal %+v, want it empty", requests)
	}
	r.expectVerify(t, r.native(t, aliceSecret, 0), alice, tokenValid) // not used any more
	if faults, err := other.Faults(t.Context()); err != nil || len(faults) != 1 {
		t.Errorf("the other application's faults %+v, %v; want them untouched", faults, err)
	}
}

func TestResetUser(t *testing.T) {
	t.Parallel()
	app := docsApplication()
	app.Users[1].Fault = "hang-up"
	r := newRig(t, app)
	ctx, c := t.Context(), r.control(t)
	want := r.mock.Snapshot()
	r.disturb(t)
	for _, id := range []int64{alice, bob, carol} {
		if err := c.ResetUser(ctx, id); err != nil {
			t.Fatal(err)
		}
	}
	got := r.mock.Snapshot()
	if diff := cmp.Diff(want.Users, got.Users[:3]); diff != "" {
		t.Errorf("users (-want +got):\n%s", diff)
	}
	if len(got.Users) != 4 || len(got.Faults) != 1 || got.Faults[0].Name != "hang-up" || got.Clock == nil {
		t.Errorf("snapshot %+v; want the fault of the seed, and nothing else reset", got)
	}
	if err := c.ResetUser(ctx, 1003); err == nil || err.Error() != `control API: the seed of the application "Authy Docs" has no user 1003` {
		t.Errorf("got %v", err)
	}
	// Somebody else has the phone by now.
	if err := c.DeleteUser(ctx, bob); err != nil {
		t.Fatal(err)
	}
	r.expect(t, newUserForm("eve@example.com", "201-555-0101", "1"), created(1004))
	if err := c.ResetUser(ctx, bob); err == nil || err.Error() != `control API: user 1001: +1 201-555-0101 is the phone of user 1004 now` {
		t.Errorf("got %v", err)
	}
}

func TestChangeUser(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ctx, c := t.Context(), r.control(t)
	r.expectVerify(t, r.native(t, aliceSecret, 0), alice, tokenValid)
	secret, email, confirmed := strings.ToLower(bobSecret), "new@example.com", false
	got, err := c.ChangeUser(ctx, alice, control.ChangeUser{Secret: &secret, Email: &email, Confirmed: &confirmed})
	if want := (control.User{AuthyID: alice, Email: email, Cellphone: "2015550100", CountryCode: 1}); err != nil || got != want {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	r.expectVerify(t, r.native(t, aliceSecret, 0), alice, tokenInvalid)
	r.expectVerify(t, r.native(t, bobSecret, 0), alice, tokenValid)
	for want, change := range map[string]control.ChangeUser{
		`control API: email "alice": want an address such as alice@example.com`:                {Email: ptr("alice"), Confirmed: &confirmed},
		`control API: secret: want base32 (letters A-Z and digits 2-7, as in an otpauth link)`: {Email: &email, Secret: ptr("CANARY1")},
	} {
		if _, err := c.ChangeUser(ctx, alice, change); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if u := r.user(t, alice); !u.Confirmed {
		t.Error("a change that is refused is made in part")
	}
	got, err = c.ChangeUser(ctx, bob, control.ChangeUser{Registered: ptr(true), Suspended: ptr(true)})
	if err != nil || !got.Registered || !got.Suspended || !got.Confirmed {
		t.Errorf("got %+v, %v; want it registered, suspended and still confirmed", got, err)
	}
	if err := c.DeleteUser(ctx, alice); err != nil {
		t.Fatal(err)
	}
	r.expectVerify(t, r.native(t, bobSecret, 1), alice, unknownUser)
	if err := c.DeleteUser(ctx, alice); err == nil || err.Error() != `control API: the application "Authy Docs" has no user 1000` {
		t.Errorf("got %v", err)
	}
}

func ptr[T any](v T) *T { return &v }

// What is wrong with a snapshot is said, and then nothing has changed.
func TestRestoreErrors(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.fault(t, control.Fault{Name: "delay", Delay: "1s", AuthyID: 7})
	for want, change := range map[string]func(*control.Snapshot){
		"version 0: want a snapshot of version 1":                                             func(s *control.Snapshot) { s.Version = 0 },
		"the next Authy ID 0: want a positive number":                                         func(s *control.Snapshot) { s.NextAuthyID = 0 },
		"user 1 of 3: want a secret, and at least one of emails":                              func(s *control.Snapshot) { s.Users[0].Emails = nil },
		"user 2 of 3: want a secret, and at least one of emails":                              func(s *control.Snapshot) { s.Users[1].Secret = "" },
		`user 1 of 3: email "foo": want an address such as alice@example.com`:                 func(s *control.Snapshot) { s.Users[0].Emails = []string{"a@example.com", "foo"} },
		`user 1 of 3: cellphone "": want 7 to 15 digits`:                                      func(s *control.Snapshot) { s.Users[0].Cellphone = "" },
		`user 1 of 3: skew "x": want a duration such as 3s or 250ms`:                          func(s *control.Snapshot) { s.Users[0].Skew = "x" },
		"user 1000: the skew 9000h0m0s: want -8784h0m0s to 8784h0m0s":                         func(s *control.Snapshot) { s.Users[0].Skew = "9000h" },
		"user 0: want a positive number as Authy ID":                                          func(s *control.Snapshot) { s.Users[0].AuthyID = 0 },
		"user 1000: the last step -2: want -1 or more":                                        func(s *control.Snapshot) { s.Users[0].UsedStep = -2 },
		"user 1001: another user has this Authy ID":                                           func(s *control.Snapshot) { s.Users[0].AuthyID = 1001 },
		"user 1001: +1 201-555-0100 is the phone of user 1000 already":                        func(s *control.Snapshot) { s.Users[1].Cellphone = "(201) 555-0100" },
		"the time 0001-01-01T00:00:00Z: want 1970-01-01T00:00:00Z to 9000-01-01T00:00:00Z":    func(s *control.Snapshot) { s.Clock = &control.SnapshotClock{} },
		`fault 1 of 1: delay "soon": want a duration such as 3s or 250ms`:                     func(s *control.Snapshot) { s.Faults[0].Delay = "soon" },
		"fault 1 of 1: fault delay: the delay 0s: want more than nothing and at most an hour": func(s *control.Snapshot) { s.Faults[0].Delay = "" },
		"fault 1 of 1: no endpoint is named \"verfy\": want one of verify, app/details, app/stats, users/new, users/status, users/update, users/delete, users/register_activity, users/secret, sms, call, email, phones/verification/start, phones/verification/check, phones/verification/status, phones/info, approval_requests/new, approval_requests/show": func(s *control.Snapshot) { s.Faults[0].Endpoint = "verfy" },
		"fault 1 of 1: times -1: want 1 or more, or 0 for always": func(s *control.Snapshot) { s.Faults[0].Times = -1 },
	} {
		s := r.mock.Snapshot()
		change(&s)
		if err := r.control(t).Restore(t.Context(), s); err == nil || err.Error() != "control API: "+want {
			t.Errorf("control API: got %v, want %s", err, want)
		}
		if err := r.mock.Restore(s); err == nil || err.Error() != "mockauthy: snapshot: "+want {
			t.Errorf("library: got %v, want %s", err, want)
		}
		now := r.mock.Snapshot()
		if len(now.Users) != 3 || len(now.Faults) != 1 || now.Clock != nil || now.Faults[0].Name != "delay" {
			t.Fatalf("%s: changed all the same: %+v", want, now)
		}
	}
}

// A snapshot that is taken comes back as it is, and one that is not leaves all
// as it was.
func FuzzSnapshot(f *testing.F) {
	r := newRig(f)
	r.disturb(f)
	seed, err := json.Marshal(r.mock.Snapshot())
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{string(seed), `{"version":1,"next_authy_id":1,"users":[],"faults":[]}`, `{"version":2}`, `{"version":1,"next_authy_id":9223372036854775807}`, "null", "[]", `{"version":1,"clock":{"time":"9000-01-01T00:00:00Z"},"next_authy_id":1}`, `{"version":1,"users":[{}],"faults":[{}]}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := newRig(t)
		before := r.mock.Snapshot()
		request := newRequest("PUT", "/mock/v1/snapshot", "", "", text)
		switch response := serve(t, r.mock, request); response.StatusCode {
		case http.StatusNoContent:
			first := r.mock.Snapshot()
			if err := r.mock.Restore(first); err != nil {
				t.Fatalf("what was taken is refused: %v", err)
			}
			second := r.mock.Snapshot()
			for i := range second.Faults {
				second.Faults[i].ID = first.Faults[i].ID
			}
			if diff := cmp.Diff(first, second); diff != "" {
				t.Fatalf("it comes back changed (-want +got):\n%s", diff)
			}
		case http.StatusBadRequest:
			if diff := cmp.Diff(before, r.mock.Snapshot()); diff != "" {
				t.Fatalf("refused and changed (-want +got):\n%s", diff)
			}
		default:
			t.Fatalf("status %d: %s", response.StatusCode, readAll(t, response))
		}
		if err := r.mock.Reset(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, r.mock.Snapshot()); diff != "" {
			t.Fatalf("after a reset (-want +got):\n%s", diff)
		}
	})
}

// A second authenticator, and what an administrator has said of a user, are in a
// snapshot; what has happened is not.
func TestSnapshotOfAllThatUsersAre(t *testing.T) {
	t.Parallel()
	r := newRig(t, peopled())
	c := r.control(t)
	r.ask(t, post("/protected/json/users/1000/secret", ""))
	token := r.qrToken(t)
	r.expectVerify(t, token, alice, tokenValid)
	r.ask(t, reading("/protected/json/sms/1000"))
	code := r.lastMessage(t).Code
	uuid := r.askApproval(t, "message=Hello")
	want, err := c.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	if messages, err := c.Messages(t.Context(), 0); err != nil || len(messages) != 0 {
		t.Errorf("after the reset there are messages: %v, %v", messages, err)
	}
	if requests, err := c.ApprovalRequests(t.Context()); err != nil || len(requests) != 0 {
		t.Errorf("after the reset there is %s: %v, %v", uuid, requests, err)
	}
	r.expectVerify(t, code, alice, tokenInvalid)
	if err := c.Restore(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	r.expectVerify(t, token, alice, tokenReused) // it is known to be used
	r.move(time.Minute)
	r.expectVerify(t, r.qrToken(t), alice, tokenValid)
	if user := r.user(t, 1003); !user.Registered {
		t.Errorf("after the restore: %+v, want it registered", user)
	}
	if user := r.user(t, 1004); !user.Suspended {
		t.Errorf("after the restore: %+v, want it suspended", user)
	}
	wrong := want
	wrong.Users = append([]control.SnapshotUser(nil), want.Users...)
	wrong.Users[0].QR = &control.SnapshotQR{Secret: "1"}
	if err := c.Restore(t.Context(), wrong); err == nil || !strings.Contains(err.Error(), "user 1 of 5: secret of qr: want base32") {
		t.Errorf("a wrong secret: %v", err)
	}
}
