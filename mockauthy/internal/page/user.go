package page

import (
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authyapi"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/journal"
)

// qrPixels is about how large the QR code is drawn, in pixels.
const qrPixels = 480

// someRequests is how many of a user's requests his page shows.
const someRequests = 8

// userView is the page of one user.
type userView struct {
	card

	Digits, Seconds int // of a token of the app
	Added           string
	QR              *qrView
	Requests        []row
	SkewField       string
}

// qrView is another authenticator.
type qrView struct {
	Link    template.URL
	Picture string
	Token   tokenView
}

func showUser(p *Page, v *visit) (reply, error) {
	u, err := v.user()
	if err != nil {
		return nil, err
	}
	format := v.world.Application.Settings().Tokens
	view := userView{
		card: v.card(u), Digits: format.Digits, Seconds: int(format.Step.Seconds()),
		Added: momentText(u.Added()), QR: v.qr(u), SkewField: u.Skew().String(),
	}
	entries := v.world.Journal.Entries(journal.Filter{AuthyID: u.ID()}.Match)
	slices.Reverse(entries)
	for _, e := range entries[:min(len(entries), someRequests)] {
		view.Requests = append(view.Requests, v.row(e))
	}
	return p.show(v, "user", u.Email(), view)
}

// qr is the user's other authenticator, or nil.
func (v *visit) qr(u *authy.User) *qrView {
	uri, ok := u.QRLink()
	if !ok {
		return nil
	}
	return &qrView{
		Link:    template.URL(uri), //nolint:gosec // the scheme is otpauth, and package authy has escaped all else
		Picture: v.base() + "/users/" + strconv.FormatInt(u.ID(), 10) + "/qr.png",
		Token: v.token(func(at time.Time, step int64) authy.Token {
			token, _ := u.QRTokenAt(at, step)
			return token
		}),
	}
}

func drawQR(_ *Page, v *visit) (reply, error) {
	u, err := v.user()
	if err != nil {
		return nil, err
	}
	uri, ok := u.QRLink()
	if !ok {
		return nil, notFoundError("This user has no QR code yet.")
	}
	return func(w http.ResponseWriter) { authyapi.DrawQR(w, uri, qrPixels) }, nil
}

func makeQR(_ *Page, v *visit) (reply, error) {
	u, err := v.user()
	if err != nil {
		return nil, err
	}
	u.NewQRCode(v.world.Application.Settings().Name, u.Email())
	return v.back("/users"), nil
}

// changeUser changes what the form has, and leaves the rest.
func changeUser(_ *Page, v *visit) (reply, error) {
	u, err := v.user()
	if err != nil {
		return nil, err
	}
	var change authy.UserChange
	for name, into := range map[string]**string{"email": &change.Email, "secret": &change.Secret} {
		if v.PostForm.Has(name) {
			value := strings.TrimSpace(v.PostForm.Get(name))
			*into = &value
		}
	}
	for name, into := range map[string]**bool{"confirmed": &change.Confirmed, "registered": &change.Registered, "suspended": &change.Suspended} {
		if !v.PostForm.Has(name) {
			continue
		}
		value, err := strconv.ParseBool(v.PostForm.Get(name))
		if err != nil {
			return nil, errors.New(name + ": want true or false")
		}
		*into = &value
	}
	if err := u.Change(change); err != nil {
		return nil, err
	}
	return v.back("/users"), nil
}

func setSkew(_ *Page, v *visit) (reply, error) {
	u, err := v.user()
	if err != nil {
		return nil, err
	}
	skew, err := duration("skew", v.PostForm.Get("skew"))
	if err != nil {
		return nil, err
	}
	if err := u.SetSkew(skew); err != nil {
		return nil, err
	}
	return v.back("/users"), nil
}

func resetUser(_ *Page, v *visit) (reply, error) {
	u, err := v.user()
	if err != nil {
		return nil, err
	}
	seeded, err := v.world.ResetUser(u.ID())
	if err == nil && !seeded {
		err = errors.New("the seed has no such user: there is nothing to go back to")
	}
	if err != nil {
		return nil, err
	}
	return v.back("/users"), nil
}

func deleteUser(_ *Page, v *visit) (reply, error) {
	u, err := v.user()
	if err != nil {
		return nil, err
	}
	v.world.DeleteUser(u)
	return to303(v.base() + "/users"), nil
}
