package mockauthy_test

import (
	"bytes"
	"encoding/json"
	"image/png"
	"net/url"
	"testing"
	"time"
)

// A secret for another authenticator verifies beside Authy's own token, and a new
// one replaces it.
func TestUsersSecret(t *testing.T) {
	t.Parallel()
	r := newRig(t).overTCP(t)
	var answer struct {
		Issuer  string `json:"issuer"`
		Label   string `json:"label"`
		QRCode  string `json:"qr_code"`
		Success bool   `json:"success"`
	}
	enrol := func() {
		t.Helper()
		got := r.ask(t, post("/protected/json/users/1000/secret", "label=my+server&qr_size=200"))
		if err := json.Unmarshal([]byte(got.body), &answer); err != nil {
			t.Fatalf("%v: %v", err, got)
		}
	}
	enrol()
	if answer.Issuer != "Authy Docs" || answer.Label != "my server" || !answer.Success {
		t.Errorf("got %+v", answer)
	}
	link, err := url.Parse(answer.QRCode)
	if err != nil {
		t.Fatal(err)
	}
	picture := r.ask(t, asked{target: link.RequestURI()})
	image, err := png.Decode(bytes.NewReader([]byte(picture.body)))
	if err != nil || picture.contentType != "image/png" {
		t.Fatalf("the link leads to %d %s: %v", picture.status, picture.contentType, err)
	}
	if size := image.Bounds().Dx(); size < 120 || size > 200 {
		t.Errorf("the picture has %d pixels, asked for were at most 200", size)
	}
	old := r.qrToken(t)
	r.expectVerify(t, old, bob, tokenInvalid)
	r.expectVerify(t, old, alice, tokenValid)
	r.expectVerify(t, old, alice, tokenReused)
	r.expectVerify(t, r.native(t, aliceSecret, 0), alice, tokenValid)

	r.move(time.Minute)
	old = r.qrToken(t)
	enrol()
	r.expectVerify(t, old, alice, tokenInvalid)
	r.expectVerify(t, r.qrToken(t), alice, tokenValid)
	if gone := r.ask(t, asked{target: link.RequestURI()}); gone.status != 404 {
		t.Errorf("the old code is still there: %d", gone.status)
	}
}

// qrToken is the token of another authenticator of alice, as the control API tells
// it.
func (r *rig) qrToken(t *testing.T) string {
	t.Helper()
	token, err := r.control(t).QRToken(t.Context(), alice, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(token.Token) != 6 || token.Until.Sub(token.From) != 30*time.Second {
		t.Errorf("the token is %+v, want 6 digits and 30 s", token)
	}
	return token.Token
}
