package stack

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"time"
)

// certificates are those of a server, in PEM.
type certificates struct {
	ca, certificate, key []byte
}

// certifiedFor is how long the certificates last: longer than any run.
const certifiedFor = 24 * time.Hour

// certify makes an authority and has it certify a host.
func certify(host string) (c certificates, err error) {
	template := func(name string) *x509.Certificate {
		return &x509.Certificate{
			SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(certifiedFor),
		}
	}
	authority := template("sftpgo-authy suite")
	authority.IsCA, authority.BasicConstraintsValid = true, true
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return c, err
	}
	ca, err := x509.CreateCertificate(rand.Reader, authority, authority, signer.Public(), signer)
	if err != nil {
		return c, err
	}
	server := template(host)
	server.SerialNumber, server.DNSNames = big.NewInt(2), []string{host}
	server.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return c, err
	}
	certificate, err := x509.CreateCertificate(rand.Reader, server, authority, own.Public(), signer)
	if err != nil {
		return c, err
	}
	key, err := x509.MarshalPKCS8PrivateKey(own)
	if err != nil {
		return c, err
	}
	return certificates{
		ca:          pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca}),
		certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}),
		key:         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
	}, nil
}
