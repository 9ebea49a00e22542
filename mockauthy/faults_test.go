package mockauthy_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

var details = asked{target: "/protected/json/app/details", key: docsKey}

// expectHangUp asks, and wants no answer.
func (r *rig) expectHangUp(t testing.TB, a asked) {
	t.Helper()
	if got, err := r.try(t, a); !errors.Is(err, io.EOF) {
		t.Errorf("%s: got %v, %v; want no answer but EOF", a.target, got, err)
	}
}

func TestFaultHangUp(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		r := connect(newRig(t))
		token := r.native(t, aliceSecret, 0)
		r.fault(t, control.Fault{Name: "hang-up", Endpoint: "verify"})
		r.expectHangUp(t, verifyForced(token, alice))
		r.expectHangUp(t, verifyForced(token, alice))
		if err := r.control(t).Heal(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		r.expectVerify(t, token, alice, tokenValid) // it has not been spent
	})
}

func TestFaultAnswer(t *testing.T) {
	t.Parallel()
	html := `<html><body><h1>502 Bad Gateway</h1> The server returned an invalid or incomplete response.</body></html>`
	for _, test := range []struct {
		name  string
		fault control.Fault
		want  said
	}{
		{"nothing said", control.Fault{}, said{200, jsonType, ""}},
		{"a body", control.Fault{Body: `{"success":true}`}, said{200, jsonType, `{"success":true}`}},
		{"a status", control.Fault{Status: 503}, said{503, jsonType, ""}},
		{"a broken gateway", control.Fault{Status: 502, ContentType: "text/html", Body: html}, said{502, "text/html", html}},
		{"not JSON", control.Fault{ContentType: "application/json", Body: "{\x00<>&\n"}, said{200, "application/json", "{\x00<>&\n"}},
		{"an error that pretends", control.Fault{Status: 599, Body: `{"token":"is valid"}`}, said{599, jsonType, `{"token":"is valid"}`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.fault.Name = "answer"
			overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
				r := connect(newRig(t))
				token := r.native(t, aliceSecret, 0)
				r.fault(t, test.fault)
				r.expectVerify(t, token, alice, test.want)
				if err := r.control(t).Heal(t.Context(), 0); err != nil {
					t.Fatal(err)
				}
				r.expectVerify(t, token, alice, tokenValid) // it has not been spent
			})
		})
	}
}

// The bubble's time passes by itself as soon as everybody waits.
func TestFaultDelay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.fault(t, control.Fault{Name: "delay", Delay: "1h"})
		start := time.Now()
		r.expect(t, details, appDetails)
		if took := time.Since(start); took != time.Hour {
			t.Errorf("the answer took %s, want 1h", took)
		}
	})
}

// A client that gives up is let go at once, and has not verified anything.
func TestFaultDelayOutlastsClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		ask := verifyForced(r.native(t, aliceSecret, 0), alice)
		r.fault(t, control.Fault{Name: "delay", Delay: "1h", Times: 2})

		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		_, err := r.client.Do(r.request(t, ctx, ask))
		if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took != 3*time.Second {
			t.Errorf("after %s: %v; want the deadline exceeded after 3s", took, err)
		}

		start = time.Now()
		impatient := *r.client
		impatient.Timeout = 2 * time.Second
		_, err = impatient.Do(r.request(t, t.Context(), ask))
		var timeout interface{ Timeout() bool }
		if took := time.Since(start); !errors.As(err, &timeout) || !timeout.Timeout() || took != 2*time.Second {
			t.Errorf("after %s: %v; want a timeout after 2s", took, err)
		}

		r.expect(t, ask, tokenValid)
		requests := r.requests(t, alice)
		if len(requests) != 3 || requests[0].Status != 0 || requests[0].Fault != "delay" || requests[0].Outcome != "" {
			t.Errorf("journal %+v, want first a delayed request without an answer", requests)
		}
	})
}

// Over a socket the mock notices as well that the client is gone: otherwise the
// hour's delay would keep the server, and so the test, from ending.
func TestFaultDelayClientGone(t *testing.T) {
	t.Parallel()
	r := newRig(t).overTCP(t)
	r.fault(t, control.Fault{Name: "delay", Delay: "1h"})
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error)
	go func() {
		_, err := r.client.Do(r.request(t, ctx, details))
		gone <- err
	}()
	for deadline := time.Now().Add(10 * time.Second); len(r.requests(t, 0)) == 0; {
		if time.Now().After(deadline) {
			t.Fatal("no request arrives")
		}
	}
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want it canceled", err)
	}
}

func TestFaultTimes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.fault(t, control.Fault{Name: "answer", Status: 503, Times: 2})
	r.fault(t, control.Fault{Name: "hang-up", Times: 1})
	unavailable := said{503, jsonType, ""}
	r.expect(t, details, unavailable) // the oldest comes first
	r.expect(t, details, unavailable)
	r.expectHangUp(t, details)
	r.expect(t, details, appDetails)
	faults, err := r.control(t).Faults(t.Context())
	if err != nil || len(faults) != 0 {
		t.Errorf("faults %v, %v; want none left", faults, err)
	}
}

func TestFaultOfEndpoint(t *testing.T) {
	t.Parallel()
	asks := map[string]asked{
		"app/details": details,
		"users/new":   newUserForm("user@domain.com", "317-338-9302", "1"),
		"verify":      verifyForced("1234567", 9999),
		"":            {target: "/protected/json/nothing", key: docsKey},
	}
	for endpoint := range asks {
		if endpoint == "" {
			continue // means all
		}
		t.Run(endpoint, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.fault(t, control.Fault{Name: "hang-up", Endpoint: endpoint})
			for name, ask := range asks {
				if name == endpoint {
					r.expectHangUp(t, ask)
				} else if _, err := r.try(t, ask); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
	t.Run("all", func(t *testing.T) {
		t.Parallel()
		r := newRig(t)
		r.fault(t, control.Fault{Name: "hang-up"})
		for _, ask := range asks {
			r.expectHangUp(t, ask)
		}
	})
}

func TestFaultOfUser(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.fault(t, control.Fault{Name: "hang-up", AuthyID: alice})
	r.expectHangUp(t, verifyForced("1234567", alice))
	r.expectHangUp(t, asked{target: "/protected/json/verify/1234567/1000/status", key: docsKey}) // named on no endpoint
	r.expect(t, verifyForced(r.wrongToken(t), bob), tokenInvalid)
	r.expect(t, details, appDetails)

	r.fault(t, control.Fault{Name: "answer", Status: 503, AuthyID: bob})
	if err := r.control(t).Heal(t.Context(), alice); err != nil {
		t.Fatal(err)
	}
	r.expect(t, verifyForced(r.wrongToken(t), alice), tokenInvalid)
	r.expect(t, verifyForced(r.wrongToken(t), bob), said{503, jsonType, ""})
}

// A request without a known API key belongs to no application, so no fault of
// one befalls it. Neither does one the control API or /livez.
func TestFaultSpares(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.fault(t, control.Fault{Name: "hang-up"})
	r.expect(t, asked{target: "/protected/json/app/details", key: "no such key"}, invalidKey)
	r.expect(t, asked{target: "/livez"}, said{200, "text/plain;charset=utf-8", "ok\n"})
	if _, err := r.control(t).Users(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestFaultsListed(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	want := []control.Fault{
		{Name: "delay", Delay: "1.5s", Endpoint: "verify", AuthyID: alice, Times: 3},
		{Name: "answer", Status: 503, ContentType: "text/plain", Body: "<busy>"},
		{Name: "hang-up"},
	}
	for i, f := range want {
		r.fault(t, f)
		want[i].ID = int64(i + 1)
	}
	got, err := r.control(t).Faults(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

// Two API keys are two worlds: users, tokens, faults and journals of the one
// are not those of the other, even where Authy IDs and cellphones are the same.
func TestWorlds(t *testing.T) {
	t.Parallel()
	other := mockauthy.Application{Name: "Sandbox App 1", APIKey: otherKey, Users: []mockauthy.User{
		{AuthyID: alice, Email: "other@example.com", Cellphone: "201-555-0100", CountryCode: 1, Secret: bobSecret, Confirmed: true},
	}}
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		r := connect(newRig(t, docsApplication(), other))
		control1, control2 := r.control(t), r.control(t, control.WithAPIKey(otherKey))
		inOther := func(a asked) asked {
			a.key = otherKey
			return a
		}

		// users and tokens
		r.expect(t, inOther(verifyForced(r.native(t, aliceSecret, 0), alice)), tokenInvalid)
		r.expect(t, verifyForced(r.native(t, aliceSecret, 0), alice), tokenValid)
		r.expect(t, inOther(verifyForced(r.native(t, bobSecret, 0), alice)), tokenValid)
		r.expect(t, inOther(verifyForced(r.native(t, bobSecret, 0), bob)), unknownUser)
		r.expect(t, verifyForced(r.native(t, bobSecret, 0), bob), tokenValid)
		r.expect(t, inOther(newUserForm("user@domain.com", "317-338-9302", "1")), created(1001))
		r.expect(t, newUserForm("user@domain.com", "317-338-9302", "1"), created(1003))
		if users, err := control2.Users(t.Context()); err != nil || len(users) != 2 {
			t.Errorf("the other application has users %v, %v; want 2", users, err)
		}
		if users, err := control1.Users(t.Context()); err != nil || len(users) != 4 {
			t.Errorf("the first application has users %v, %v; want 4", users, err)
		}
		if token, err := control2.Token(t.Context(), alice, 0); err != nil || token.Token != r.native(t, bobSecret, 0) {
			t.Errorf("the other application's token %v, %v", token, err)
		}

		// journals
		if n := len(r.requests(t, 0)); n != 3 {
			t.Errorf("%d requests of the first application, want 3", n)
		}
		if err := control1.Forget(t.Context()); err != nil {
			t.Fatal(err)
		}
		if requests, err := control2.Requests(t.Context(), control.Filter{}); err != nil || len(requests) != 4 {
			t.Errorf("the other application's journal %v, %v; want 4 requests", requests, err)
		}

		// faults
		if _, err := control2.AddFault(t.Context(), control.Fault{Name: "hang-up"}); err != nil {
			t.Fatal(err)
		}
		r.expect(t, details, appDetails)
		r.expectHangUp(t, inOther(details))
		if err := control1.Heal(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		r.expectHangUp(t, inOther(details))
		if faults, err := control1.Faults(t.Context()); err != nil || len(faults) != 0 {
			t.Errorf("the first application's faults %v, %v; want none", faults, err)
		}
	})
}

// A program that has its own transport gets the mock's.
func TestClientLetsGoOfBodies(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	body := &closeable{}
	request, err := http.NewRequest(http.MethodPost, r.base+"/protected/json/users/new", body)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.client.Do(request.WithContext(ctx)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want it canceled", err)
	}
	if !body.closed {
		t.Error("the request's body is not closed, as http.RoundTripper demands")
	}
	if requests := r.requests(t, 0); len(requests) != 0 {
		t.Errorf("a canceled request arrived: %+v", requests)
	}
}

type closeable struct{ closed bool }

func (*closeable) Read([]byte) (int, error) { return 0, io.EOF }

func (c *closeable) Close() error {
	c.closed = true
	return nil
}
