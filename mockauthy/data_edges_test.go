package mockauthy_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// With another step every token is another one: none was used.
func TestDataAnotherStep(t *testing.T) {
	t.Parallel()
	c, file := newClock(), newData(t)
	withData(t, c, file).expectVerify(t, totp(t, aliceSecret, noon, 10*time.Second, 7), alice, tokenValid)
	app := docsApplication()
	app.Tokens.Step = 30 * time.Second
	token := totp(t, aliceSecret, noon, 30*time.Second, 7)
	left := killed(t, file)
	r := withData(t, c, left, app)
	r.expect(t, post("/protected/json/users/1002/update", "email=carol%40example.net"), said{200, jsonType, `{"message":"User was updated successfully","success":true}`})
	again := killed(t, left)
	r.expectVerify(t, token, alice, tokenValid)
	withData(t, c, killed(t, left), app).expectVerify(t, token, alice, tokenReused)
	withData(t, c, again, app).expectVerify(t, token, alice, tokenValid)
}

// The fault of a user whom the seed has and the file has not does not befall
// another one who gets the Authy ID.
func TestDataFaults(t *testing.T) {
	t.Parallel()
	app := docsApplication()
	app.Users[0].Fault, app.Users[1].Fault = "hang-up", "hang-up"
	c, file := newClock(), newData(t)
	r := withData(t, c, file, app)
	if err := r.control(t).DeleteUser(t.Context(), bob); err != nil {
		t.Fatal(err)
	}
	r = withData(t, c, killed(t, file), app)
	if _, err := r.control(t).AddUser(t.Context(), control.NewUser{
		AuthyID: bob, Email: "new@example.com", Cellphone: "201-555-0109", CountryCode: 1, Secret: bobSecret,
	}); err != nil {
		t.Fatal(err)
	}
	r.expectVerify(t, r.native(t, bobSecret, 0), bob, tokenValid)
	r.expectHangUp(t, verifyForced(r.native(t, aliceSecret, 0), alice))
}

// What cannot be kept is not told; what was told before is.
func TestDataGone(t *testing.T) {
	t.Parallel()
	r := withData(t, newClock(), newData(t))
	if err := r.mock.Close(); err != nil {
		t.Fatal(err)
	}
	r.expect(t, asked{target: "/protected/json/app/details", key: docsKey}, appDetails)

	file := newData(t)
	r = withData(t, newClock(), file)
	if err := os.Rename(file, file+".away"); err != nil {
		t.Fatal(err)
	}
	r.expectVerify(t, r.native(t, aliceSecret, 0), alice, said{
		500, jsonType,
		`{"message":"An error occurred","success":false,"errors":{"message":"An error occurred"},"error_code":"60000"}`,
	})
	const want = "what has changed is in memory only: data file "
	if _, err := r.control(t).Users(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("the control API: %v, want %s", err, want)
	}
	for name, err := range map[string]error{
		"clock": r.mock.Clock().Advance(time.Second), "clock reset": r.mock.Clock().Reset(),
		"reset": r.mock.Reset(), "restore": r.mock.Restore(r.mock.Snapshot()),
	} {
		if err == nil || !strings.HasPrefix(err.Error(), "mockauthy: ") || !strings.Contains(err.Error(), "data file ") {
			t.Errorf("%s: %v, want the file missed", name, err)
		}
	}
	if got := r.ask(t, asked{target: "/readyz"}); got.status != 503 {
		t.Errorf("readyz: %v, want 503", got)
	}
	r.expect(t, asked{target: "/livez"}, said{200, "text/plain;charset=utf-8", "ok\n"})
	if got := r.ask(t, newUserForm("dave@example.com", "317-338-9302", "1")); got.status != 500 {
		t.Errorf("a new user: %v, want 500", got)
	}
	if err := os.Rename(file+".away", file); err != nil {
		t.Fatal(err)
	}
	r.expectVerify(t, r.native(t, bobSecret, 0), bob, tokenValid)
	again := withData(t, r.clock, killed(t, file))
	again.expectVerify(t, r.native(t, bobSecret, 0), bob, tokenReused)
	again.expect(t, newUserForm("dave@example.com", "317-338-9302", "1"), created(1003)) // who was there, but not told
}

// An error names the file and says what was expected.
func TestDataRefused(t *testing.T) {
	t.Parallel()
	inUse, text := newData(t), newData(t)
	withData(t, newClock(), inUse)
	if err := os.WriteFile(text, []byte("users"), 0o600); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"":    "mockauthy: WithData: no file",
		inUse: "mockauthy: data file " + inUse + ": it is in use by another mockauthy",
		text:  "mockauthy: data file " + text + ": invalid database: want a file that mockauthy made, or none",
	} {
		if mock, err := mockauthy.New(mockauthy.WithData(file)); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
			if err == nil {
				_ = mock.Close()
			}
		}
	}
	if err := mockauthy.ForTest(t).Close(); err != nil {
		t.Errorf("without data: %v", err)
	}
}
