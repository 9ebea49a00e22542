package authy

import (
	"net/url"
	"strconv"

	"github.com/google/uuid"
)

// NewQRCode makes a secret for another authenticator than Authy's app, and the
// name of the QR code that carries it. The secret before is forgotten: only one
// is active at a time.
func (u *User) NewQRCode(issuer, label string) (id string) {
	secret := NewSecret()
	u.mu.Lock()
	u.qrSecret, u.lastQRStep = secret, -1
	old := u.qrID
	u.qrID = uuid.NewString()
	id = u.qrID
	u.mu.Unlock()

	u.app.mu.Lock()
	defer u.app.mu.Unlock()
	delete(u.app.qrCodes, old)
	u.app.qrCodes[id] = otpauth(issuer, label, secret)
	return id
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
