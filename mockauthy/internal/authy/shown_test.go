package authy_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
)

// A token that was used is told from one that is still right, and so are those
// before it.
func TestTokenUsed(t *testing.T) {
	t.Parallel()
	user, now := newUser(t, authy.NativeFormat())
	*now = time.Unix(100, 0)
	user.NewQRCode("issuer", "label")
	user.Verify(user.Token(0).Digits, "", true)
	for step, want := range map[int64]bool{-1: true, 0: true, 1: false} {
		if got := user.Token(step).Used; got != want {
			t.Errorf("step %d: used %t, want %t", step, got, want)
		}
	}
	if other, _ := user.QRTokenAt(*now, 0); other.Used {
		t.Error("the token of the other authenticator is used too")
	}
}

// A user is locked from the last attempt that is allowed until the first is an hour
// ago.
func TestLocked(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	app, err := authy.NewApplication(func() time.Time { return now }, authy.Settings{APIKey: "k", AttemptsPerHour: 2})
	if err != nil {
		t.Fatal(err)
	}
	user, err := app.AddUser(authy.NewUser{Email: "a@example.com", Phone: authy.Phone{CountryCode: 1, Number: "2015550100"}})
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range []bool{false, false, true, true} {
		if got := user.Locked(); got != want {
			t.Errorf("after %d attempts: locked %t, want %t", n, got, want)
		}
		user.Verify("x", "", true)
		now = now.Add(time.Minute)
	}
	now = now.Add(time.Hour)
	if user.Locked() {
		t.Error("locked an hour later")
	}
}

// The link stays the one that was made, also for a user who was brought back; where
// only the secret was kept it is made anew.
func TestQRLink(t *testing.T) {
	t.Parallel()
	app, err := authy.NewApplication(time.Now, authy.Settings{APIKey: "k", Name: "App"})
	if err != nil {
		t.Fatal(err)
	}
	user, err := app.AddUser(authy.NewUser{Email: "a@example.com", Phone: authy.Phone{CountryCode: 1, Number: "2015550100"}})
	if err != nil {
		t.Fatal(err)
	}
	if link, ok := user.QRLink(); ok {
		t.Errorf("a link before there is a code: %s", link)
	}
	user.NewQRCode("Issuer", "label")
	link, ok := user.QRLink()
	if !ok || !strings.HasPrefix(link, "otpauth://totp/Issuer:label?digits=6&issuer=Issuer&period=30&secret=") {
		t.Errorf("got %s, %t", link, ok)
	}
	state := app.State()
	if err := app.Restore(state); err != nil {
		t.Fatal(err)
	}
	if back, _ := app.User(user.ID()).QRLink(); back != link {
		t.Errorf("brought back: %s, want %s", back, link)
	}
	state.Users[0].QR = authy.QRCode{}
	if err := app.Restore(state); err != nil {
		t.Fatal(err)
	}
	secret := link[strings.Index(link, "&secret=")+len("&secret="):]
	if back, _ := app.User(user.ID()).QRLink(); back != "otpauth://totp/App:a@example.com?digits=6&issuer=App&period=30&secret="+secret {
		t.Errorf("made anew: %s", back)
	}
}
