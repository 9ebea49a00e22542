package control_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

func TestCA(t *testing.T) {
	t.Parallel()
	server := newMock(t)
	ca, err := newClient(t, server).CA(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	block, rest := pem.Decode(ca)
	if block == nil || len(rest) > 0 {
		t.Fatalf("want one PEM block, got\n%s", ca)
	}
	if certificate, err := x509.ParseCertificate(block.Bytes); err != nil || !certificate.IsCA {
		t.Errorf("want the certificate of an authority, got %v", err)
	}
	if same, err := newClient(t, server, control.WithAPIKey(secondKey)).CA(t.Context()); err != nil || !bytes.Equal(same, ca) {
		t.Errorf("of another application: %v\n%s", err, same)
	}
}

func TestCAOfAnotherServer(t *testing.T) {
	t.Parallel()
	key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("x")})
	for _, body := range []string{"", "<html>hello</html>", string(key)} {
		server := httptest.NewServer(respond(200, body))
		t.Cleanup(server.Close)
		ca, err := newClient(t, server).CA(t.Context())
		want := "control API: GET " + server.URL + "/mock/v1/ca: the answer is not from a mock: want a certificate in PEM"
		if err == nil || err.Error() != want || ca != nil {
			t.Errorf("%q: got %q, %v; want %s", body, ca, err, want)
		}
	}
	server := httptest.NewServer(respond(404, `{"error":"no such path"}`)) // a mock that is older than this client
	t.Cleanup(server.Close)
	if _, err := newClient(t, server).CA(t.Context()); err == nil || !strings.Contains(err.Error(), "no such path") {
		t.Errorf("got %v", err)
	}
}
