package mockauthy_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
)

// overTLS makes the client reach the same mock as Authy itself: with an alias of
// its host, and trust in the mock's authority.
func (r *rig) overTLS(t *testing.T) *rig {
	t.Helper()
	server := httptest.NewUnstartedServer(r.mock)
	server.TLS = r.mock.TLS()
	server.StartTLS()
	t.Cleanup(server.Close)
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM(r.mock.CA()) {
		t.Fatalf("no certificate:\n%s", r.mock.CA())
	}
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: trusted},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &rig{clock: r.clock, mock: r.mock, client: noRedirects(&http.Client{Transport: transport}), base: "https://api.authy.com"}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	r := newRig(t).overTLS(t)
	r.expect(t, asked{target: "/protected/json/app/details", key: docsKey}, appDetails)
	r.expectVerify(t, r.native(t, aliceSecret, 0), alice, tokenValid)
	r.base = "https://sandbox-api.authy.com"
	r.expect(t, asked{target: "/protected/json/app/details", key: docsKey}, appDetails)
	r.base = "https://www.authy.com"
	if _, err := r.try(t, asked{target: "/livez"}); err == nil || !strings.Contains(err.Error(), "certificate is valid for api.authy.com") {
		t.Errorf("as another host: got %v", err)
	}
}

// The authority is told by the control API too, to people without the key.
func TestCA(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		t.Helper()
		r := connect(newRig(t))
		r.expect(t, asked{target: "/mock/v1/ca"}, said{200, "application/x-pem-file", string(r.mock.CA())})
		ca, err := r.control(t).CA(t.Context())
		if err != nil || !bytes.Equal(ca, r.mock.CA()) {
			t.Errorf("got %q, %v", ca, err)
		}
	})
}

// Each server has an authority of its own, unless a file keeps it.
func TestWithCA(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "ca.pem")
	first := mockauthy.ForTest(t, mockauthy.WithCA(file))
	again := mockauthy.ForTest(t, mockauthy.WithCA(file))
	other := mockauthy.ForTest(t)
	if !bytes.Equal(first.CA(), again.CA()) {
		t.Error("two authorities of one file")
	}
	if bytes.Equal(first.CA(), other.CA()) {
		t.Error("one authority without a file")
	}
	clear(first.CA())
	if !bytes.Equal(first.CA(), again.CA()) {
		t.Error("a caller has changed the certificate")
	}
	if err := os.WriteFile(file, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := mockauthy.New(mockauthy.WithCA(file))
	if want := "mockauthy: certificate authority: " + file + ": want a certificate and its private key, in PEM; remove the file to have a new one made"; err == nil || err.Error() != want {
		t.Errorf("\n got %v\nwant %s", err, want)
	}
}
