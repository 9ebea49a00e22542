package authority_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authority"
)

func newAuthority(t *testing.T) *authority.Authority {
	t.Helper()
	a, err := authority.New()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// pool trusts the authority and nobody else.
func pool(t *testing.T, a *authority.Authority) *x509.CertPool {
	t.Helper()
	p := x509.NewCertPool()
	if !p.AppendCertsFromPEM(a.PEM()) {
		t.Fatalf("no certificate:\n%s", a.PEM())
	}
	return p
}

// leaf is the certificate that a server of the authority shows.
func leaf(t *testing.T, a *authority.Authority) *x509.Certificate {
	t.Helper()
	config, err := a.TLS()
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(config.Certificates[0].Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

// A server is Authy and this machine, and nobody else.
func TestHosts(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	certificate := leaf(t, a)
	for host, want := range map[string]bool{
		"api.authy.com": true, "sandbox-api.authy.com": true, "API.Authy.COM": true, "localhost": true, "127.0.0.1": true, "[::1]": true,
		"authy.com": false, "x.api.authy.com": false, "api.authy.com.evil.example": false, "127.0.0.2": false, "evil.example": false, "": true,
	} {
		_, err := certificate.Verify(x509.VerifyOptions{DNSName: host, Roots: pool(t, a)})
		if got := err == nil; got != want {
			t.Errorf("%q: verified: %v (%v), want %v", host, got, err, want)
		}
	}
	if _, err := certificate.Verify(x509.VerifyOptions{DNSName: "api.authy.com", Roots: pool(t, newAuthority(t))}); err == nil {
		t.Error("somebody else's authority vouches for the server")
	}
	if life := certificate.NotAfter.Sub(certificate.NotBefore); life > 825*24*time.Hour {
		t.Errorf("good for %v: Apple's systems refuse more than 825 days", life)
	}
}

// With the key of the authority nobody becomes somebody else than Authy's
// server, whatever the certificate says.
func TestNameConstraints(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "ca.pem")
	a, err := authority.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	ca, err := tls.LoadX509KeyPair(file, file)
	if err != nil {
		t.Fatal(err)
	}
	if !ca.Leaf.PermittedDNSDomainsCritical { // a client that does not know constraints must refuse the authority
		t.Error("the constraints are not critical")
	}
	for _, test := range []struct {
		name   string
		change func(*x509.Certificate)
		usage  x509.ExtKeyUsage
		want   string // in the error; "" for none
	}{
		{"Authy", func(c *x509.Certificate) { c.DNSNames = []string{"api.authy.com"} }, x509.ExtKeyUsageServerAuth, ""},
		{"another host", func(c *x509.Certificate) { c.DNSNames = []string{"evil.example"} }, x509.ExtKeyUsageServerAuth, "not permitted by any constraint"},
		{"another host beside Authy", func(c *x509.Certificate) { c.DNSNames = []string{"api.authy.com", "evil.example"} }, x509.ExtKeyUsageServerAuth, "not permitted by any constraint"},
		{"the domain of Authy", func(c *x509.Certificate) { c.DNSNames = []string{"authy.com"} }, x509.ExtKeyUsageServerAuth, "not permitted by any constraint"},
		{"all hosts of Authy", func(c *x509.Certificate) { c.DNSNames = []string{"*.authy.com"} }, x509.ExtKeyUsageServerAuth, "not permitted by any constraint"},
		{"another machine", func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.IPv4(192, 0, 2, 1)} }, x509.ExtKeyUsageServerAuth, "not permitted by any constraint"},
		{"another machine, IPv6", func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.ParseIP("2001:db8::1")} }, x509.ExtKeyUsageServerAuth, "not permitted by any constraint"},
		{"a client", func(c *x509.Certificate) { c.DNSNames = []string{"api.authy.com"} }, x509.ExtKeyUsageClientAuth, "incompatible key usage"},
		{"a program", func(c *x509.Certificate) { c.DNSNames = []string{"api.authy.com"} }, x509.ExtKeyUsageCodeSigning, "incompatible key usage"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			template := &x509.Certificate{
				SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "x"},
				NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(time.Hour),
				KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{test.usage},
			}
			test.change(template)
			forged := sign(t, template, ca)
			_, err := forged.Verify(x509.VerifyOptions{Roots: pool(t, a), KeyUsages: []x509.ExtKeyUsage{test.usage}})
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// sign makes the certificate of a new key.
func sign(t *testing.T, template *x509.Certificate, ca tls.Certificate) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, ca.Leaf, key.Public(), ca.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

func TestLoad(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "ca.pem")
	first, err := authority.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode() != 0o600 {
		t.Errorf("the mode is %v, want 0600: the file has a private key", info.Mode())
	}
	again, err := authority.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.PEM(), again.PEM()) {
		t.Error("another authority after a restart")
	}
	if _, err := leaf(t, again).Verify(x509.VerifyOptions{DNSName: "api.authy.com", Roots: pool(t, first)}); err != nil {
		t.Errorf("who trusts the file does not trust the mock after a restart: %v", err)
	}
	if bytes.Contains(first.PEM(), []byte("PRIVATE")) {
		t.Error("the key is handed out")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("left beside the file: %v, %v", left, err)
	}
}

// Mocks that start at once on the same file are the same authority.
func TestLoadRace(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "ca.pem")
	const starts = 16
	var (
		all   sync.WaitGroup
		start = make(chan struct{})
		made  [starts]*authority.Authority
	)
	for i := range starts {
		all.Go(func() {
			<-start
			var err error
			if made[i], err = authority.Load(file); err != nil {
				t.Error(err)
			}
		})
	}
	close(start)
	all.Wait()
	for _, a := range made {
		if a != nil && !bytes.Equal(a.PEM(), made[0].PEM()) {
			t.Fatal("two authorities of one file")
		}
	}
}

// Each wrong file is named, with what was expected of it and how to go on.
func TestLoadErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	load := func(t *testing.T) (certificate, key []byte) {
		t.Helper()
		file := filepath.Join(t.TempDir(), "ca.pem")
		if _, err := authority.Load(file); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, rest := pem.Decode(text)
		return text[:len(text)-len(rest)], rest
	}
	certificate, key := load(t)
	_, otherKey := load(t)
	issuer, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		t.Fatal(err)
	}
	issue := func(ca bool, end time.Time) []byte {
		c := sign(t, &x509.Certificate{SerialNumber: big.NewInt(2), NotAfter: end, IsCA: ca, BasicConstraintsValid: true}, issuer)
		return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
	}
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	const remove = "; remove the file to have a new one made"
	for name, test := range map[string]struct {
		text []byte
		want string
	}{
		"empty":            {nil, "want a certificate and its private key, in PEM" + remove},
		"no PEM":           {[]byte("hello"), "want a certificate and its private key, in PEM" + remove},
		"cut short":        {certificate[:len(certificate)/2], "want a certificate and its private key, in PEM" + remove},
		"key first":        {join(key, certificate), "want a certificate and its private key, in PEM" + remove},
		"no key":           {certificate, "want a private key behind the certificate" + remove},
		"two certificates": {join(certificate, certificate), "want a private key behind the certificate" + remove},
		"key cut short":    {join(certificate, key[:len(key)/2]), "want a private key behind the certificate" + remove},
		"key of another":   {join(certificate, otherKey), "the private key is not that of the certificate" + remove},
		"a server's":       {join(issue(false, time.Now().Add(time.Hour)), key), "want the certificate of an authority, not of a server" + remove},
		"too old":          {join(issue(true, time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)), key), "the certificate was good until 2001-02-03 only" + remove},
		"not a certificate": {
			join(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")}), key),
			"x509: malformed certificate" + remove,
		},
		"not a key": {
			join(certificate, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("x")})), remove,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(dir, name+".pem")
			if err := os.WriteFile(file, test.text, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := authority.Load(file)
			if err == nil || !strings.HasPrefix(err.Error(), "certificate authority: "+file+": ") || !strings.HasSuffix(err.Error(), test.want) {
				t.Errorf("got %v\nwant certificate authority: %s: … %s", err, file, test.want)
			}
			if left, err := os.ReadFile(file); err != nil || !bytes.Equal(left, test.text) {
				t.Errorf("the file was changed: %v", err)
			}
		})
	}
	t.Run("no folder", func(t *testing.T) {
		t.Parallel()
		if _, err := authority.Load(filepath.Join(dir, "none", "ca.pem")); err == nil || !strings.HasSuffix(err.Error(), "no such file or directory") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a folder", func(t *testing.T) {
		t.Parallel()
		if _, err := authority.Load(dir); err == nil || !strings.HasSuffix(err.Error(), "is a directory") {
			t.Errorf("got %v", err)
		}
	})
}
