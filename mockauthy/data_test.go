package mockauthy_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// newData is a file in which a mock may keep its data.
func newData(t testing.TB) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "mock.db")
}

// withData is a rig whose mock keeps its data in a file, until the end of the
// test.
func withData(t testing.TB, c *clock, file string, applications ...mockauthy.Application) *rig {
	t.Helper()
	if len(applications) == 0 {
		applications = []mockauthy.Application{docsApplication()}
	}
	mock := mockauthy.ForTest(t, mockauthy.WithClock(c.now), mockauthy.WithApplications(applications...), mockauthy.WithData(file))
	t.Cleanup(func() {
		if err := mock.Close(); err != nil {
			t.Error(err)
		}
	})
	return &rig{clock: c, mock: mock, client: checked(t, mock.Client()), base: "https://api.authy.com"}
}

// killed is a copy of the file of a mock that runs, as it would be left if the
// mock were killed now.
func killed(t testing.TB, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	left := newData(t)
	if err := os.WriteFile(left, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return left
}

// All that was told before is so after a restart, whether the mock was closed or
// killed.
func TestData(t *testing.T) {
	t.Parallel()
	file := newData(t)
	app := docsApplication()
	app.AttemptsPerHour = 6
	r := withData(t, newClock(), file, app)
	picture := r.live(t)
	before := r.mock.Snapshot()
	left := killed(t, file)
	if err := r.mock.Close(); err != nil {
		t.Fatal(err)
	}
	for how, file := range map[string]string{"closed": file, "killed": left} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			r := withData(t, r.clock, file, app)
			if diff := cmp.Diff(before, r.mock.Snapshot()); diff != "" {
				t.Errorf("snapshot (-want +got):\n%s", diff)
			}
			r.expectAlive(t, picture)
		})
	}
}

// picture is a picture of a QR code, and where it is.
type picture struct{ target, body string }

// live lets users come, go, change and verify.
func (r *rig) live(t *testing.T) picture {
	t.Helper()
	r.expectVerify(t, r.native(t, aliceSecret, 0), alice, tokenValid)
	r.expectVerify(t, r.native(t, carolSecret, 0), carol, tokenValid) // now she is confirmed
	r.expect(t, newUserForm("dave@example.com", "317-338-9302", "1"), created(1003))
	r.expect(t, newUserForm("second@example.com", "317-338-9302", "1"), created(1003))
	r.expect(t, newUserForm("eve@example.com", "317-338-9303", "1"), created(1004))
	for _, target := range []string{"/protected/json/users/1004/remove", "/protected/json/users/1001/remove"} {
		if got := r.ask(t, post(target, "")); got.status != 200 {
			t.Fatalf("%s: %v", target, got)
		}
	}
	if got := r.ask(t, post("/protected/json/users/1002/update", "email=carol%40example.net")); got.status != 200 {
		t.Fatal(got)
	}
	if got := r.ask(t, asked{target: "/protected/json/sms/1003?action=login", key: docsKey}); got.status != 200 {
		t.Fatal(got)
	}
	if _, err := r.control(t).SetUserClock(t.Context(), 1003, time.Minute); err != nil {
		t.Fatal(err)
	}
	var answer struct {
		QRCode string `json:"qr_code"`
	}
	got := r.ask(t, post("/protected/json/users/1000/secret", ""))
	if err := json.Unmarshal([]byte(got.body), &answer); err != nil {
		t.Fatalf("%v: %v", err, got)
	}
	link, err := url.Parse(answer.QRCode)
	if err != nil {
		t.Fatal(err)
	}
	p := picture{target: link.RequestURI()}
	p.body = r.ask(t, asked{target: p.target}).body
	r.expectVerify(t, r.qrToken(t), alice, tokenValid)
	return p
}

// expectAlive wants what became of live. The clock has not moved since.
func (r *rig) expectAlive(t *testing.T, p picture) {
	t.Helper()
	r.expectVerify(t, r.native(t, aliceSecret, 0), alice, tokenReused)
	r.expectVerify(t, r.native(t, aliceSecret, 1), alice, tokenValid)
	r.expectVerify(t, r.native(t, carolSecret, 0), carol, tokenReused)
	if got := r.user(t, carol); !got.Confirmed || got.Email != "carol@example.net" {
		t.Errorf("carol is %+v, want her confirmed and at example.net", got)
	}
	r.expectVerify(t, r.native(t, bobSecret, 0), bob, unknownUser)
	r.expect(t, newUserForm("frank@example.com", "317-338-9304", "1"), created(1005)) // 1004 was another user's
	r.expect(t, newUserForm("dave@example.com", "317-338-9302", "1"), created(1003))

	picture := r.ask(t, asked{target: p.target})
	if picture.status != 200 || picture.contentType != "image/png" || picture.body != p.body {
		t.Errorf("the picture of the QR code is %d %s, or another", picture.status, picture.contentType)
	}
	r.expectVerify(t, r.qrToken(t), alice, tokenReused)

	if messages, err := r.control(t).Messages(t.Context(), 0); err != nil || len(messages) != 0 {
		t.Errorf("%d messages, %v; want none: they are not kept", len(messages), err)
	}
	// Two attempts before and three after the restart make five; six are allowed.
	r.expectVerify(t, r.wrongToken(t), alice, tokenInvalid)
	if got := r.verify(t, r.native(t, aliceSecret, 1), alice); got.status != 429 {
		t.Errorf("the seventh attempt: %v, want 429", got)
	}
}

// A code that was sent is right once, before a restart or after it.
func TestDataCodes(t *testing.T) {
	t.Parallel()
	c, file := newClock(), newData(t)
	r := withData(t, c, file)
	var codes []string
	for range 2 {
		if got := r.ask(t, asked{target: "/protected/json/sms/1000", key: docsKey}); got.status != 200 {
			t.Fatal(got)
		}
		codes = append(codes, r.lastMessage(t).Code)
	}
	r.expectVerify(t, codes[0], alice, tokenValid)
	again := withData(t, c, killed(t, file))
	again.expectVerify(t, codes[0], alice, tokenInvalid)
	again.expectVerify(t, codes[1], alice, tokenValid)
	again.expectVerify(t, codes[1], alice, tokenInvalid)
	c.move(10 * time.Minute)
	withData(t, c, killed(t, file)).expectVerify(t, codes[1], alice, tokenInvalid)
}

// A clock that was moved goes on while nobody looks at it, one that stands stays,
// one that was let go follows the server's.
func TestDataClock(t *testing.T) {
	t.Parallel()
	spring := time.Date(2027, 3, 21, 6, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		touch func(mockauthy.Clock) error
		want  time.Time
		own   bool
	}{
		"untouched": {func(mockauthy.Clock) error { return nil }, noon.Add(time.Hour), false},
		"set":       {func(c mockauthy.Clock) error { return c.Set(spring) }, spring.Add(time.Hour), true},
		"moved":     {func(c mockauthy.Clock) error { return c.Advance(-time.Minute) }, noon.Add(59 * time.Minute), true},
		"frozen":    {mockauthy.Clock.Freeze, noon, true},
		"let go": {func(c mockauthy.Clock) error {
			if err := c.Set(spring); err != nil {
				return err
			}
			return c.Reset()
		}, noon.Add(time.Hour), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, file := newClock(), newData(t)
			if err := test.touch(withData(t, c, file).mock.Clock()); err != nil {
				t.Fatal(err)
			}
			left := killed(t, file)
			c.move(time.Hour)
			r := withData(t, c, left)
			state, err := r.control(t).Clock(t.Context())
			if err != nil || !state.Time.Equal(test.want) || state.Own != test.own || state.Frozen != (name == "frozen") {
				t.Errorf("the clock shows %+v, %v; want %s", state, err, test.want)
			}
			if now := r.mock.Clock().Now(); !now.Equal(test.want) {
				t.Errorf("now is %s, want %s", now, test.want)
			}
		})
	}
}

// A token that was used at a clock that was moved is used after a restart, and
// no other one is.
func TestDataUsedAtAnotherTime(t *testing.T) {
	t.Parallel()
	c, file := newClock(), newData(t)
	r := withData(t, c, file)
	if err := r.mock.Clock().Advance(24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	const day = 24 * 360 // steps
	r.expectVerify(t, r.native(t, aliceSecret, day), alice, tokenValid)
	r = withData(t, c, killed(t, file))
	r.expectVerify(t, r.native(t, aliceSecret, day), alice, tokenReused)
	r.expectVerify(t, r.native(t, aliceSecret, day+1), alice, tokenValid)
}

// The methods of the server keep what they change as requests do; reset and
// restored, what was before stays away.
func TestDataReplaced(t *testing.T) {
	t.Parallel()
	c, file := newClock(), newData(t)
	r := withData(t, c, file)
	seed := r.mock.Snapshot()
	r.live(t)
	lived := r.mock.Snapshot()
	expect := func(what string, want control.Snapshot) {
		t.Helper()
		if diff := cmp.Diff(want, withData(t, c, killed(t, file)).mock.Snapshot()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	expect("lived", lived)
	if err := r.mock.Reset(); err != nil {
		t.Fatal(err)
	}
	expect("reset", seed)
	if err := r.mock.Restore(lived); err != nil {
		t.Fatal(err)
	}
	expect("restored", lived)
	// One who was started from the file goes back to the seed, not to the file.
	again := withData(t, c, killed(t, file))
	if err := again.control(t).ResetUser(t.Context(), bob); err != nil {
		t.Fatal(err)
	}
	again.expectVerify(t, r.native(t, bobSecret, 0), bob, tokenValid)
	if err := again.control(t).Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(seed, again.mock.Snapshot()); diff != "" {
		t.Errorf("reset after a restart (-want +got):\n%s", diff)
	}
}

// A seed counts for applications that the file does not know; and the log says of
// those that it knows where their users are from.
func TestDataSeed(t *testing.T) {
	t.Parallel()
	c, file := newClock(), newData(t)
	r := withData(t, c, file)
	r.expect(t, post("/protected/json/users/1001/remove", ""), said{200, jsonType, `{"message":"User removed from application","success":true}`})
	if err := r.mock.Close(); err != nil {
		t.Fatal(err)
	}

	first := docsApplication()
	first.Users = append(first.Users, mockauthy.User{Email: "new@example.com", Cellphone: "201-555-0109", CountryCode: 1})
	first.Name = "Renamed"
	second := docsApplication()
	second.APIKey, second.Name = otherKey, "Other"
	var log bytes.Buffer
	mock := mockauthy.ForTest(t, mockauthy.WithClock(c.now), mockauthy.WithApplications(second, first),
		mockauthy.WithData(file), mockauthy.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	defer mock.Close()
	for key, want := range map[string]int{docsKey: 2, otherKey: 3} {
		client, err := control.New("http://mock", control.WithHTTPClient(checked(t, mock.Client())), control.WithAPIKey(key))
		if err != nil {
			t.Fatal(err)
		}
		users, err := client.Users(t.Context())
		if err != nil || len(users) != want {
			t.Errorf("%d users, %v; want %d", len(users), err, want)
		}
	}
	if got := log.String(); !strings.Contains(got, `application=Renamed users=2`) || strings.Count(got, "\n") != 1 || strings.Contains(got, docsKey) {
		t.Errorf("log %q, want one line about Renamed, and no key", got)
	}
}
