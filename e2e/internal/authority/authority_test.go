package authority_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/authority"
)

func TestAuthority(t *testing.T) {
	t.Parallel()
	a, err := authority.New()
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(a.Certificate()) {
		t.Fatalf("no certificate: %s", a.Certificate())
	}
	server, err := a.Server("hookd", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	client, err := a.Client("alice")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		pair    authority.Pair
		against x509.VerifyOptions
		ok      bool
	}{
		"a server by its name":    {server, x509.VerifyOptions{DNSName: "hookd"}, true},
		"a server by its address": {server, x509.VerifyOptions{DNSName: "127.0.0.1"}, true},
		"another server":          {server, x509.VerifyOptions{DNSName: "localhost"}, false},
		"a client":                {client, x509.VerifyOptions{KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}, true},
		"a client as a server":    {client, x509.VerifyOptions{DNSName: "alice"}, false},
	} {
		if _, err := tls.X509KeyPair(test.pair.Certificate, test.pair.Key); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		block, _ := pem.Decode(test.pair.Certificate)
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		test.against.Roots = roots
		if _, err := certificate.Verify(test.against); (err == nil) != test.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
