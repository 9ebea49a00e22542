// Package authority is the certificate authority of a mock Authy: programs that
// are told to trust it take the mock for api.authy.com.
package authority

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	day = 24 * time.Hour
	// life is how long an authority is good for. Whoever keeps one in a file
	// does not want to hand it out again every year.
	life = 3650 * day
	// serverLife is how long the certificate of a server is good for, which is
	// made at each start. Apple's systems accept none of more than 825 days.
	serverLife = 800 * day
	// slack is how much the clocks of containers may differ.
	slack = time.Hour
)

// Hosts are Authy's, which the mock answers for: the production API and the
// sandbox that was shut down in 2021.
func Hosts() []string {
	return []string{"api.authy.com", "sandbox-api.authy.com"}
}

// IsHost tells whether a host is one of [Hosts], however it is written.
func IsHost(host string) bool {
	return slices.Contains(Hosts(), strings.TrimSuffix(strings.ToLower(host), "."))
}

// names are all that a server is called: Authy's, and this machine's for who
// connects to it without an alias.
func names() []string {
	return append(Hosts(), "localhost")
}

// Authority makes certificates that those trust who trust it.
type Authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// New makes an authority that nobody knows yet.
func New() (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:          serial(),
		Subject:               pkix.Name{CommonName: "mockauthy, for tests only"},
		NotBefore:             now.Add(-slack),
		NotAfter:              now.Add(life),
		IsCA:                  true,
		BasicConstraintsValid: true,
		MaxPathLenZero:        true,
		KeyUsage:              x509.KeyUsageCertSign,
		// Whoever steals the key can pretend to be Authy's server and nothing
		// else (name constraints: RFC 5280 section 4.2.1.10).
		ExtKeyUsage:                 []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         names(),
		PermittedIPRanges: []*net.IPNet{
			{IP: net.IPv4(127, 0, 0, 0).To4(), Mask: net.CIDRMask(8, 32)},
			{IP: net.IPv6loopback, Mask: net.CIDRMask(128, 128)},
		},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	return &Authority{certificate: certificate, key: key}, nil
}

// Load reads an authority from a file that an earlier Load has made, and makes
// it if there is none. The file holds the private key, so only its owner may
// read it. Of several that make it at once, all get the same authority.
func Load(file string) (*Authority, error) {
	a, err := read(file)
	if !errors.Is(err, fs.ErrNotExist) {
		return a, err
	}
	if err := create(file); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	return read(file)
}

func read(file string) (*Authority, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	a, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: %s: %w; remove the file to have a new one made", file, err)
	}
	return a, nil
}

// create makes the file whole or not at all: it is written under another name
// first, and a link never replaces a file that another has made meanwhile.
func create(file string) (err error) {
	a, err := New()
	if err != nil {
		return err
	}
	key, err := x509.MarshalPKCS8PrivateKey(a.key)
	if err != nil {
		return err
	}
	draft, err := os.CreateTemp(filepath.Dir(file), ".mockauthy-ca-*") // with the mode 0600
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(draft.Name())) }()
	_, err = draft.Write(append(a.PEM(), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...))
	if err := errors.Join(err, draft.Close()); err != nil {
		return err
	}
	return os.Link(draft.Name(), file)
}

// parse reads a certificate and, behind it, its key, both in PEM.
func parse(text []byte) (*Authority, error) {
	certificate, rest := pem.Decode(text)
	if certificate == nil || certificate.Type != "CERTIFICATE" {
		return nil, errors.New("want a certificate and its private key, in PEM")
	}
	private, _ := pem.Decode(rest)
	if private == nil || private.Type != "PRIVATE KEY" {
		return nil, errors.New("want a private key behind the certificate")
	}
	a := &Authority{}
	var err error
	if a.certificate, err = x509.ParseCertificate(certificate.Bytes); err != nil {
		return nil, err
	}
	if !a.certificate.IsCA {
		return nil, errors.New("want the certificate of an authority, not of a server")
	}
	if end := a.certificate.NotAfter; time.Now().After(end) {
		return nil, fmt.Errorf("the certificate was good until %s only", end.Format(time.DateOnly))
	}
	key, err := x509.ParsePKCS8PrivateKey(private.Bytes)
	if err != nil {
		return nil, err
	}
	var ok bool
	if a.key, ok = key.(*ecdsa.PrivateKey); !ok || !a.key.PublicKey.Equal(a.certificate.PublicKey) {
		return nil, errors.New("the private key is not that of the certificate")
	}
	return a, nil
}

// PEM is the certificate of the authority, for clients to trust.
func (a *Authority) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.certificate.Raw})
}

// TLS is the configuration of a server that is Authy to those who trust the
// authority. It is this machine's loopback too.
func (a *Authority) TLS() (*tls.Config, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	now := time.Now()
	end := now.Add(serverLife)
	if end.After(a.certificate.NotAfter) {
		end = a.certificate.NotAfter
	}
	template := &x509.Certificate{
		SerialNumber: serial(),
		Subject:      pkix.Name{CommonName: Hosts()[0]},
		NotBefore:    now.Add(-slack),
		NotAfter:     end,
		DNSNames:     names(),
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	return &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
		MinVersion:   tls.VersionTLS12,
	}, nil
}

// serial is a number that no other certificate has: 127 random bits, since it
// has to be positive (RFC 5280 section 4.1.2.2).
func serial() *big.Int {
	var b [16]byte
	_, _ = rand.Read(b[:]) // crypto/rand.Read never fails
	b[0] &= 0x7f
	return new(big.Int).SetBytes(b[:])
}
