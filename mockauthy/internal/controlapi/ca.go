package controlapi

import (
	"net/http"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/world"
)

// showCA hands out the certificate of the mock's authority, in a form that is
// right to be kept as a file.
func showCA(ca []byte) handler {
	return func(*http.Request, *world.Worlds, *world.World) (any, error) {
		return document{contentType: "application/x-pem-file", body: ca}, nil
	}
}
