package control_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/openapitest"
)

const (
	firstKey  = "d57d919d11e6b221c9bf6f7c882028f9"
	secondKey = "bf12974d70818a08199d17d5e2bae630"
)

// noon is when the mock's clock stands: 3 s into a step.
var noon = time.Date(2026, 11, 22, 12, 0, 3, 0, time.UTC)

// newMock serves a mock with two applications at a URL. The server's client holds
// all that it answers to /openapi.yaml.
func newMock(t *testing.T) *httptest.Server {
	t.Helper()
	mock := mockauthy.ForTest(t,
		mockauthy.WithClock(func() time.Time { return noon }),
		mockauthy.WithApplications(
			mockauthy.Application{Name: "First", APIKey: firstKey, Users: []mockauthy.User{
				{
					AuthyID: 1000, Email: "alice@example.com", Cellphone: "201-555-0100", CountryCode: 1,
					Secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", // the one of RFC 6238 Appendix B
				},
			}},
			mockauthy.Application{Name: "Second", APIKey: secondKey},
		))
	server := httptest.NewServer(mock)
	t.Cleanup(server.Close)
	server.Client().Transport = openapitest.Transport(t, server.Client().Transport)
	return server
}

func newClient(t *testing.T, server *httptest.Server, opts ...control.Option) *control.Client {
	t.Helper()
	c, err := control.New(server.URL, append([]control.Option{control.WithHTTPClient(server.Client())}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// same fails the test unless the call did what was wanted.
func same[T any](t *testing.T, what string, got T, err error, want T) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestClient(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	server := newMock(t)
	c := newClient(t, server)
	alice := control.User{AuthyID: 1000, Email: "alice@example.com", Cellphone: "2015550100", CountryCode: 1}
	bob := control.User{AuthyID: 42, Email: "bob@example.com", Cellphone: "3173389302", CountryCode: 54, Confirmed: true}

	if err := c.Live(ctx); err != nil {
		t.Errorf("Live: %v", err)
	}

	user, err := c.User(ctx, 1000)
	same(t, "User", user, err, alice)
	added, err := c.AddUser(ctx, control.NewUser{
		AuthyID: 42, Email: "bob@example.com", Cellphone: "317-338-9302", CountryCode: 54,
		Secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", Confirmed: true,
	})
	same(t, "AddUser", added, err, bob)
	users, err := c.Users(ctx)
	same(t, "Users", users, err, []control.User{bob, alice})

	token, err := c.Token(ctx, 1000, 0)
	bobs, err2 := c.Token(ctx, 42, 0)
	if errors.Join(err, err2) != nil || token.Token != bobs.Token || len(token.Token) != 7 {
		t.Errorf("tokens of the same secret: %+v, %+v, %v", token, bobs, errors.Join(err, err2))
	}
	same(t, "Token", token, err, control.Token{
		AuthyID: 1000, Token: token.Token,
		From: noon.Add(-3 * time.Second), Until: noon.Add(7 * time.Second),
	})
	next, err := c.Token(ctx, 1000, 1)
	same(t, "Token of the next step", next, err, control.Token{
		AuthyID: 1000, Token: next.Token, Step: 1,
		From: noon.Add(7 * time.Second), Until: noon.Add(17 * time.Second),
	})
	if next.Token == token.Token {
		t.Errorf("the token of the next step is the current one: %s", next.Token)
	}

	delay := control.Fault{Name: "delay", Delay: "1ms", Endpoint: "verify", AuthyID: 42, Times: 2}
	busy := control.Fault{Name: "answer", Status: 503, ContentType: "text/plain", Body: "busy", AuthyID: 1000}
	for i, f := range []*control.Fault{&delay, &busy} {
		added, err := c.AddFault(ctx, *f)
		f.ID = int64(i + 1)
		same(t, "AddFault", added, err, *f)
	}
	faults, err := c.Faults(ctx)
	same(t, "Faults", faults, err, []control.Fault{delay, busy})
	if got := verify(t, server, "0000000", "1000"); got != "503 busy" {
		t.Errorf("with the fault: %s", got)
	}
	if err := c.Heal(ctx, 42); err != nil {
		t.Errorf("Heal: %v", err)
	}
	faults, err = c.Faults(ctx)
	same(t, "Faults after healing one user", faults, err, []control.Fault{busy})
	if err := c.HealOne(ctx, busy.ID); err != nil {
		t.Errorf("HealOne: %v", err)
	}
	if err := c.HealOne(ctx, busy.ID); err == nil || err.Error() != `control API: no fault in force has the id "2"` {
		t.Errorf("HealOne again: %v", err)
	}
	if _, err := c.AddFault(ctx, delay); err != nil {
		t.Errorf("AddFault: %v", err)
	}
	if err := c.Heal(ctx, 0); err != nil {
		t.Errorf("Heal: %v", err)
	}
	faults, err = c.Faults(ctx)
	same(t, "Faults after healing all", faults, err, []control.Fault{})

	if got, want := verify(t, server, token.Token, "1000"), `200 {"message":"Token is valid.","token":"is valid","success":"true"}`; got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	user, err = c.User(ctx, 1000)
	alice.Confirmed = true
	same(t, "User after a token", user, err, alice)

	requests, err := c.Requests(ctx, control.Filter{AuthyID: 1000})
	same(t, "Requests", requests, err, []control.Request{
		{Number: 1, Time: noon, Method: "GET", Target: "/protected/json/verify/[token]/1000", Endpoint: "verify", AuthyIDs: []int64{1000}, Known: true, Fault: "answer", Status: 503},
		{Number: 2, Time: noon, Method: "GET", Target: "/protected/json/verify/[token]/1000", Endpoint: "verify", AuthyIDs: []int64{1000}, Known: true, Status: 200, Outcome: "Token is valid."},
	})
	requests, err = c.Requests(ctx, control.Filter{AuthyID: 42})
	same(t, "Requests of a user who made none", requests, err, []control.Request{})
	if err := c.Forget(ctx); err != nil {
		t.Errorf("Forget: %v", err)
	}
	requests, err = c.Requests(ctx, control.Filter{})
	same(t, "Requests after Forget", requests, err, []control.Request{})
}

func TestFaultCatalogue(t *testing.T) {
	t.Parallel()
	kinds, err := newClient(t, newMock(t)).FaultCatalogue(t.Context())
	if err != nil || len(kinds) < 10 {
		t.Fatalf("%v, %v; want many", kinds, err)
	}
	same(t, "the first", kinds[0], nil, control.FaultKind{
		Name:  "answer",
		Does:  "Says what it is told to: the status (200), the headers and the body, whatever was asked.",
		Takes: []string{"delay", "status", "content_type", "headers", "body"},
	})
}

func TestClientClock(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	c := newClient(t, newMock(t))
	later := noon.Add(time.Hour)
	for _, step := range []struct {
		name string
		do   func() (control.Clock, error)
		want control.Clock
	}{
		{"Clock", func() (control.Clock, error) { return c.Clock(ctx) }, control.Clock{Time: noon}},
		{"FreezeClock", func() (control.Clock, error) { return c.FreezeClock(ctx) }, control.Clock{Time: noon, Frozen: true, Own: true}},
		{"SetClock", func() (control.Clock, error) { return c.SetClock(ctx, later) }, control.Clock{Time: later, Frozen: true, Own: true}},
		{"AdvanceClock", func() (control.Clock, error) { return c.AdvanceClock(ctx, -time.Minute) }, control.Clock{Time: later.Add(-time.Minute), Frozen: true, Own: true}},
		{"ResumeClock", func() (control.Clock, error) { return c.ResumeClock(ctx) }, control.Clock{Time: later.Add(-time.Minute), Own: true}},
	} {
		clock, err := step.do()
		same(t, step.name, clock, err, step.want)
	}
	if err := c.ResetClock(ctx); err != nil {
		t.Errorf("ResetClock: %v", err)
	}
	clock, err := c.Clock(ctx)
	same(t, "Clock after a reset", clock, err, control.Clock{Time: noon})

	phone, err := c.SetUserClock(ctx, 1000, 90*time.Second)
	same(t, "SetUserClock", phone, err, control.UserClock{AuthyID: 1000, Time: noon.Add(90 * time.Second), Skew: "1m30s"})
	phone, err = c.UserClock(ctx, 1000)
	same(t, "UserClock", phone, err, control.UserClock{AuthyID: 1000, Time: noon.Add(90 * time.Second), Skew: "1m30s"})

	ahead, err := c.Token(ctx, 1000, 0)
	if err != nil {
		t.Fatal(err)
	}
	at, err := c.TokenAt(ctx, 1000, noon)
	same(t, "TokenAt", at, err, ahead)
}

func verify(t *testing.T, server *httptest.Server, token, authyID string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/protected/json/verify/"+token+"/"+authyID, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Authy-API-Key", firstKey)
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.Status[:3] + " " + string(body)
}

func TestWithAPIKey(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	server := newMock(t)
	for _, test := range []struct {
		name  string
		opts  []control.Option
		users int
		err   string
	}{
		{"none", nil, 1, ""},
		{"empty", []control.Option{control.WithAPIKey("")}, 1, ""},
		{"first", []control.Option{control.WithAPIKey(firstKey)}, 1, ""},
		{"second", []control.Option{control.WithAPIKey(secondKey)}, 0, ""},
		{"unknown", []control.Option{control.WithAPIKey("canary")}, 0, "control API: no application has this API key"},
	} {
		t.Run(test.name, func(t *testing.T) {
			users, err := newClient(t, server, test.opts...).Users(ctx)
			if test.err != "" {
				if err == nil || err.Error() != test.err {
					t.Errorf("got the error %v, want %s", err, test.err)
				}
			} else if err != nil || len(users) != test.users {
				t.Errorf("users %v, %v; want %d", users, err, test.users)
			}
		})
	}
}

// The mock may live below another path, and a slash at the end is no harm.
func TestBaseURL(t *testing.T) {
	t.Parallel()
	mock := mockauthy.ForTest(t)
	mux := http.NewServeMux()
	mux.Handle("/authy/", http.StripPrefix("/authy", mock))
	mux.Handle("/", mock)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	for _, path := range []string{"", "/", "/authy", "/authy/"} {
		t.Run(path, func(t *testing.T) {
			c, err := control.New(server.URL+path, control.WithHTTPClient(server.Client()))
			if err != nil {
				t.Fatal(err)
			}
			if user, err := c.User(t.Context(), 1000); err != nil || user.AuthyID != 1000 {
				t.Errorf("User: %v, %v", user, err)
			}
			if err := c.Live(t.Context()); err != nil {
				t.Errorf("Live: %v", err)
			}
		})
	}
}
