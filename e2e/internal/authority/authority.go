// Package authority certifies servers and clients of one run, in PEM.
package authority

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// certifiedFor is how long the certificates last: longer than any run.
const certifiedFor = 24 * time.Hour

// Authority is a certificate authority that nobody keeps.
type Authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	pem         []byte
}

// Pair is a certificate and its key.
type Pair struct {
	Certificate, Key []byte
}

// New makes an authority.
func New() (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	t := template("sftpgo-authy suite")
	t.IsCA, t.BasicConstraintsValid = true, true
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	return &Authority{certificate: t, key: key, pem: encode("CERTIFICATE", der)}, nil
}

// Certificate is the authority's own.
func (a *Authority) Certificate() []byte { return a.pem }

// Server certifies a server by its names and addresses.
func (a *Authority) Server(hosts ...string) (Pair, error) {
	t := template(hosts[0])
	t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, host)
		}
	}
	return a.certify(t)
}

// Client certifies a client by its name.
func (a *Authority) Client(name string) (Pair, error) {
	t := template(name)
	t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	return a.certify(t)
}

func (a *Authority) certify(t *x509.Certificate) (p Pair, err error) {
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return p, fmt.Errorf("certify %s: %w", t.Subject.CommonName, err)
	}
	der, err := x509.CreateCertificate(rand.Reader, t, a.certificate, own.Public(), a.key)
	if err != nil {
		return p, fmt.Errorf("certify %s: %w", t.Subject.CommonName, err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(own)
	if err != nil {
		return p, fmt.Errorf("certify %s: %w", t.Subject.CommonName, err)
	}
	return Pair{Certificate: encode("CERTIFICATE", der), Key: encode("PRIVATE KEY", key)}, nil
}

func template(name string) *x509.Certificate {
	serial := new(big.Int).SetBytes([]byte(rand.Text()[:12])) // no two are the same
	return &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(certifiedFor),
	}
}

func encode(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
