package authyapi

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/gorilla/mux"
	"rsc.io/qr"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
)

// defaultQRSize of a QR code in pixels, and the largest one.
const (
	defaultQRSize = 300
	maxQRSize     = 2000
)

// usersSecret answers POST /protected/{format}/users/{authy_id}/secret: a secret
// for another authenticator than Authy's app, as a QR code. "The API will return
// a link to a valid QR code" (Authy's documentation); the members beside it are
// recalled, not recorded.
func usersSecret(c *call, user *authy.User) answer {
	size := defaultQRSize
	if text := c.params["qr_size"]; text != "" {
		var err error
		if size, err = strconv.Atoi(text); err != nil || size < 1 || size > maxQRSize {
			return parameterAnswer("qr_size", "Parameter must be within 1.."+strconv.Itoa(maxQRSize))
		}
	}
	label := c.params["label"]
	if label == "" {
		label = user.Email()
	}
	issuer := c.world.Application.Settings().Name
	id := user.NewQRCode(issuer, label)
	link := url.URL{Scheme: "http", Host: c.request.Host, Path: "/qr/" + id, RawQuery: "size=" + strconv.Itoa(size)}
	if c.request.TLS != nil {
		link.Scheme = "https"
	}
	return success("", object{
		{"issuer", issuer},
		{"label", label},
		{"qr_code", link.String()},
		{"success", true},
	})
}

// QRCode answers the link of [usersSecret] with the picture. It asks for no API
// key, as the link is made for an img element; its name cannot be guessed.
func (api *API) QRCode(w http.ResponseWriter, r *http.Request) {
	id := mux.Vars(r)["id"]
	for _, world := range api.worlds.All() {
		uri, ok := world.Application.QRCode(id)
		if !ok {
			continue
		}
		size, err := strconv.Atoi(r.URL.Query().Get("size"))
		if err != nil || size < 1 || size > maxQRSize {
			size = defaultQRSize
		}
		DrawQR(w, uri, size)
		return
	}
	http.NotFound(w, r)
}

// DrawQR answers with a QR code of about so many pixels, as a picture.
func DrawQR(w http.ResponseWriter, uri string, size int) {
	code, err := qr.Encode(uri, qr.M)
	if err != nil {
		http.Error(w, "mockauthy: the label is too long for a QR code", http.StatusInternalServerError)
		return
	}
	const quietZone = 8 // modules: four on either side (ISO/IEC 18004 section 6.3.8)
	code.Scale = max(1, size/(code.Size+quietZone))
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(code.PNG()) // a client that is gone needs no answer
}
