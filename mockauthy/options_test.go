package mockauthy_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// Each wrong option is named, with what was expected. No error has a secret.
func TestNewErrors(t *testing.T) {
	t.Parallel()
	user := func(change func(*mockauthy.User)) mockauthy.Option {
		u := mockauthy.User{Email: "a@example.com", Cellphone: "201-555-0100", CountryCode: 1}
		change(&u)
		return mockauthy.WithApplications(mockauthy.Application{Name: "A", APIKey: docsKey, Users: []mockauthy.User{u}})
	}
	users := func(users ...mockauthy.User) mockauthy.Option {
		return mockauthy.WithApplications(mockauthy.Application{Name: "A", APIKey: docsKey, Users: users})
	}
	tokens := func(tokens mockauthy.Tokens) mockauthy.Option {
		return mockauthy.WithApplications(mockauthy.Application{Name: "A", APIKey: docsKey, Tokens: tokens})
	}
	window := func(n int) mockauthy.Option { return tokens(mockauthy.Tokens{Window: &n}) }
	for _, test := range []struct {
		name   string
		option mockauthy.Option
		want   string
	}{
		{"clock", mockauthy.WithClock(nil), `mockauthy: WithClock: no clock`},
		{"logger", mockauthy.WithLogger(nil), `mockauthy: WithLogger: no logger`},
		{
			"no key", mockauthy.WithApplications(mockauthy.Application{Name: "A"}),
			`mockauthy: application "A": no API key: want the one that its clients send`,
		},
		{
			"same key", mockauthy.WithApplications(mockauthy.Application{Name: "A", APIKey: docsKey}, mockauthy.Application{Name: "B", APIKey: docsKey}),
			`mockauthy: application "B": another application has this API key already: want one of its own`,
		},
		{"few digits", tokens(mockauthy.Tokens{Digits: 5}), `mockauthy: application "A": tokens of 5 digits: want 6, 7 or 8`},
		{"many digits", tokens(mockauthy.Tokens{Digits: 9}), `mockauthy: application "A": tokens of 9 digits: want 6, 7 or 8`},
		{"negative digits", tokens(mockauthy.Tokens{Digits: -7}), `mockauthy: application "A": tokens of -7 digits: want 6, 7 or 8`},
		{"short step", tokens(mockauthy.Tokens{Step: time.Millisecond}), `mockauthy: application "A": a token step of 1ms: want whole seconds, at least one`},
		{"odd step", tokens(mockauthy.Tokens{Step: 1500 * time.Millisecond}), `mockauthy: application "A": a token step of 1.5s: want whole seconds, at least one`},
		{"negative step", tokens(mockauthy.Tokens{Step: -10 * time.Second}), `mockauthy: application "A": a token step of -10s: want whole seconds, at least one`},
		{"wide window", window(61), `mockauthy: application "A": a token window of 61 steps: want 0 to 60`},
		{"negative window", window(-1), `mockauthy: application "A": a token window of -1 steps: want 0 to 60`},
		{
			"email missing", user(func(u *mockauthy.User) { u.Email = "" }),
			`mockauthy: user "" of the application "A": email "": want an address such as alice@example.com`,
		},
		{
			"email", user(func(u *mockauthy.User) { u.Email = "foo" }),
			`mockauthy: user "foo" of the application "A": email "foo": want an address such as alice@example.com`,
		},
		{
			"cellphone", user(func(u *mockauthy.User) { u.Cellphone = "123" }),
			`mockauthy: user "a@example.com" of the application "A": cellphone "123": want 7 to 15 digits`,
		},
		{
			"country code", user(func(u *mockauthy.User) { u.CountryCode = 999 }),
			`mockauthy: user "a@example.com" of the application "A": country_code 999: want a country calling code such as 1`,
		},
		{
			"secret not base32", user(func(u *mockauthy.User) { u.Secret = "CANARY01CANARY01" }),
			`mockauthy: user "a@example.com" of the application "A": secret: want base32 (letters A-Z and digits 2-7, as in an otpauth link)`,
		},
		{
			"secret short", user(func(u *mockauthy.User) { u.Secret = "CANARY23" }),
			`mockauthy: user "a@example.com" of the application "A": secret: 40 bits: want at least 80, that is 16 base32 characters`,
		},
		{
			"negative Authy ID", user(func(u *mockauthy.User) { u.AuthyID = -1 }),
			`mockauthy: user "a@example.com" of the application "A": the Authy ID -1: want a positive number`,
		},
		{
			"same Authy ID", users(
				mockauthy.User{AuthyID: 5, Email: "a@example.com", Cellphone: "201-555-0100", CountryCode: 1},
				mockauthy.User{AuthyID: 5, Email: "b@example.com", Cellphone: "201-555-0101", CountryCode: 1}),
			`mockauthy: user "b@example.com" of the application "A": the Authy ID 5 is another user's already`,
		},
		{
			"same phone", users(
				mockauthy.User{AuthyID: 5, Email: "a@example.com", Cellphone: "201-555-0100", CountryCode: 1},
				mockauthy.User{AuthyID: 6, Email: "b@example.com", Cellphone: "2015550100", CountryCode: 1}),
			`mockauthy: user "b@example.com" of the application "A": +1 201-555-0100 is the phone of user 5 already`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			mock, err := mockauthy.New(test.option)
			if err == nil || mock != nil {
				t.Fatalf("got %v, %v; want no server", mock, err)
			}
			if err.Error() != test.want {
				t.Errorf("\n got %s\nwant %s", err, test.want)
			}
		})
	}
}

// Without a logger nothing is logged, not even by slog's default one. It does
// not run beside others: that one is everybody's.
func TestNoLoggerNoLog(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(before)
	newRig(t).expect(t, details, appDetails)
	if log.Len() != 0 {
		t.Errorf("logged: %s", log.String())
	}
}

// ForTest fails the test with the error of New.
func TestForTestFails(t *testing.T) {
	t.Parallel()
	var stub failing
	if mock := mockauthy.ForTest(&stub, mockauthy.WithClock(nil)); mock != nil {
		t.Errorf("got %v, want no server", mock)
	}
	if want := "mockauthy: WithClock: no clock"; stub.message != want {
		t.Errorf("the test fails with %q, want %q", stub.message, want)
	}
}

type failing struct{ message string }

func (*failing) Helper() {}

func (f *failing) Fatalf(format string, args ...any) { f.message = fmt.Sprintf(format, args...) }

// A server that was told nothing knows the application whose key is in the
// requests of Authy's documentation.
func TestReadyMade(t *testing.T) {
	t.Parallel()
	mock := mockauthy.ForTest(t)
	r := &rig{mock: mock, client: noRedirects(mock.Client()), base: "https://api.authy.com"}
	r.expect(t, details, appDetails)
	users, err := r.control(t).Users(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []control.User{{AuthyID: 1000, Email: "alice@example.com", Cellphone: "2015550123", CountryCode: 1, Confirmed: true}}
	if diff := cmp.Diff(want, users); diff != "" {
		t.Errorf("users (-want +got):\n%s", diff)
	}
}

// WithApplications adds up, and replaces the ready-made one.
func TestWithApplicationsTwice(t *testing.T) {
	t.Parallel()
	mock := mockauthy.ForTest(t,
		mockauthy.WithApplications(mockauthy.Application{Name: "one", APIKey: "1"}),
		mockauthy.WithApplications(mockauthy.Application{Name: "two", APIKey: "2"}))
	r := &rig{mock: mock, client: noRedirects(mock.Client()), base: "https://api.authy.com"}
	for key, want := range map[string]int{"1": http.StatusOK, "2": http.StatusOK, docsKey: http.StatusUnauthorized} {
		if got := r.ask(t, asked{target: "/protected/json/app/details", key: key}); got.status != want {
			t.Errorf("key %s: %v, want %d", key, got, want)
		}
	}
}

// A server speaks of its first application, unless it is asked for another.
func TestApplicationsOfLibrary(t *testing.T) {
	t.Parallel()
	r := newRig(t, docsApplication(), mockauthy.Application{Name: "Other", APIKey: otherKey, Users: []mockauthy.User{
		{AuthyID: alice, Email: "alice@example.com", Cellphone: "201-555-0100", CountryCode: 1, Secret: bobSecret},
	}})
	other, err := r.mock.Application(otherKey)
	if err != nil {
		t.Fatal(err)
	}
	before := r.mock.Snapshot()
	seeded := other.Snapshot()
	if token, err := other.Token(alice); err != nil || token != r.native(t, bobSecret, 0) {
		t.Errorf("token %s, %v", token, err)
	}
	if err := other.Clock().Advance(time.Hour); err != nil {
		t.Fatal(err)
	}
	fault, err := other.AddFault(control.Fault{Name: "hang-up"})
	if err != nil {
		t.Fatal(err)
	}
	asked := asked{target: details.target, key: otherKey}
	r.expectHangUp(t, asked)
	if err := r.mock.RemoveFault(fault.ID); err == nil {
		t.Error("the first application has ended a fault of the other")
	}
	r.mock.ClearFaults()
	if diff := cmp.Diff(before, r.mock.Snapshot()); diff != "" {
		t.Errorf("the first application (-want +got):\n%s", diff)
	}
	if err := other.RemoveFault(fault.ID); err != nil {
		t.Error(err)
	}
	if err := other.Restore(before); err != nil {
		t.Error(err)
	}
	if token, err := other.Token(bob); err != nil || token != r.native(t, bobSecret, 0) {
		t.Errorf("token %s, %v", token, err)
	}
	if err := other.Reset(); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(seeded, other.Snapshot()); diff != "" {
		t.Errorf("the other application (-want +got):\n%s", diff)
	}
	if same, err := other.Application(docsKey); err != nil || !cmp.Equal(same.Snapshot(), before) {
		t.Errorf("back to the first: %v", err)
	}
	if _, err := r.mock.Application("canary"); err == nil || err.Error() != "mockauthy: no application has this API key" {
		t.Errorf("an unknown key: %v", err)
	}
}

// Servers share nothing.
func TestServersAreApart(t *testing.T) {
	t.Parallel()
	one, two := newRig(t), newRig(t)
	token := one.native(t, aliceSecret, 0)
	one.fault(t, control.Fault{Name: "hang-up", Endpoint: "app/details"})
	one.expectVerify(t, token, alice, tokenValid)
	two.expect(t, details, appDetails)
	two.expectVerify(t, token, alice, tokenValid)
	if got := len(two.requests(t, alice)); got != 1 {
		t.Errorf("%d requests in the second journal, want 1", got)
	}
}

// Users without an Authy ID get the next free one, from 1000 on.
func TestAuthyIDs(t *testing.T) {
	t.Parallel()
	app := mockauthy.Application{Name: "A", APIKey: docsKey}
	for i, id := range []int64{0, 5, 0, 2000, 0} {
		app.Users = append(app.Users, mockauthy.User{
			AuthyID: id, Email: "user@example.com", Cellphone: fmt.Sprintf("201-555-01%02d", i), CountryCode: 1,
		})
	}
	r := newRig(t, app)
	r.expect(t, newUserForm("user@domain.com", "317-338-9302", "1"), created(2002))
	users, err := r.control(t).Users(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var ids []int64
	for _, u := range users {
		ids = append(ids, u.AuthyID)
	}
	if diff := cmp.Diff([]int64{5, 1000, 1001, 2000, 2001, 2002}, ids); diff != "" {
		t.Errorf("Authy IDs (-want +got):\n%s", diff)
	}
}

// Users without a secret get each their own, new with every server.
func TestRandomSecrets(t *testing.T) {
	t.Parallel()
	app := mockauthy.Application{Name: "A", APIKey: docsKey, Tokens: mockauthy.Tokens{Digits: 8}}
	for i := range 5 {
		app.Users = append(app.Users, mockauthy.User{AuthyID: int64(i + 1), Email: "user@example.com", Cellphone: fmt.Sprintf("201-555-01%02d", i), CountryCode: 1})
	}
	seen := map[string]bool{}
	for range 2 {
		r := newRig(t, app)
		for id := range int64(5) {
			token, err := r.mock.Token(id + 1)
			if err != nil {
				t.Fatal(err)
			}
			seen[token] = true
		}
	}
	if len(seen) < 9 { // ten random tokens of 8 digits may meet, twice they do not
		t.Errorf("10 users have the tokens %v, want each a different one", seen)
	}
}

// Secrets are written as people write them.
func TestSecretSpellings(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{
		aliceSecret, "jbswy3dpehpk3pxpjbswy3dpehpk3pxp", "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP", aliceSecret + "====",
	} {
		t.Run(secret, func(t *testing.T) {
			t.Parallel()
			app := docsApplication()
			app.Users[0].Secret = secret
			r := newRig(t, app)
			r.expectVerify(t, r.native(t, aliceSecret, 0), alice, tokenValid)
		})
	}
}
