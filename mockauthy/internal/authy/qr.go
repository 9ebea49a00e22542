package authy

import (
	"net/url"
	"strconv"

	"github.com/google/uuid"
)

// QRCode is the one that carries a secret to another authenticator.
type QRCode struct {
	// ID names it in the link of its picture; "" is none.
	ID string
	// URI is what it holds.
	URI string
}

// NewQRCode makes a secret for another authenticator than Authy's app, and the
// name of the QR code that carries it. The secret before is forgotten: only one
// is active at a time.
func (u *User) NewQRCode(issuer, label string) (id string) {
	secret := NewSecret()
	code := QRCode{ID: uuid.NewString(), URI: otpauth(issuer, label, secret)}
	u.app.mu.Lock()
	defer u.app.mu.Unlock()
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.app.qrCodes, u.qr.ID)
	u.qrSecret, u.lastQRStep, u.qr = secret, -1, code
	if u.app.users[u.id] == u { // he may have been deleted meanwhile
		u.app.qrCodes[code.ID] = code.URI
	}
	u.app.unkept.user(u.id)
	return code.ID
}

func (u *User) qrCode() QRCode {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.qr
}

// QRLink is what the QR code of the user's other authenticator holds, an otpauth
// link. The second result is false for a user who has none.
func (u *User) QRLink() (uri string, ok bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.qrSecret != "" && u.qr.URI == "" { // brought back from where only the secret is kept
		return otpauth(u.app.settings.Name, u.emails[0], u.qrSecret), true
	}
	return u.qr.URI, u.qrSecret != ""
}

// QRCode is what the QR code of that name holds. The second result is false
// where there is none.
func (a *Application) QRCode(id string) (uri string, ok bool) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	uri, ok = a.qrCodes[id]
	return uri, ok
}

// otpauth is the link by which authenticators take a secret over.
func otpauth(issuer, label string, secret Secret) string {
	format := QRFormat()
	query := url.Values{
		"secret": {string(secret)},
		"issuer": {issuer},
		"digits": {strconv.Itoa(format.Digits)},
		"period": {strconv.Itoa(int(format.Step.Seconds()))},
	}
	return "otpauth://totp/" + url.PathEscape(issuer+":"+label) + "?" + query.Encode()
}
