package driver

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"
)

// TLS are the files by which SFTPGo and a hook at https:// know each other, in
// PEM. The zero value is what SFTPGo does by itself: it trusts the authorities of
// the system, and shows no certificate.
type TLS struct {
	// CA has the certificates of authorities that SFTPGo trusts besides those of the
	// system (http.ca_certificates); "" is none.
	CA string
	// Cert and Key are the certificate that SFTPGo shows to the hook, and its private
	// key (http.certificates): both, which may be one file, or neither.
	Cert, Key string
}

// Config is how SFTPGo speaks TLS with these files. The errors say which of the
// files is of no use to SFTPGo, by the name of hookcheck's flag, and why.
func (t TLS) Config() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12} // Go's own, which is SFTPGo's
	if t.CA != "" {
		certificates, err := os.ReadFile(t.CA)
		if err != nil {
			return nil, fmt.Errorf("cacert: %w", err)
		}
		if config.RootCAs, err = x509.SystemCertPool(); err != nil {
			config.RootCAs = x509.NewCertPool() // as SFTPGo does
		}
		if !config.RootCAs.AppendCertsFromPEM(certificates) {
			return nil, fmt.Errorf("cacert %s: want certificates in PEM (-----BEGIN CERTIFICATE-----)", t.CA)
		}
	}
	switch {
	case t.Cert == "" && t.Key == "":
		return config, nil
	case t.Key == "":
		return nil, fmt.Errorf("cert %s: want its key too, by name even if it is in the same file, as SFTPGo does", t.Cert)
	case t.Cert == "":
		// The name is not told: whoever takes the flag for that of the API key has given it.
		return nil, errors.New("key: want its cert too, by name even if it is in the same file, as SFTPGo does")
	}
	pair, err := t.pair()
	if err != nil {
		return nil, err
	}
	config.Certificates = []tls.Certificate{pair}
	return config, nil
}

// pair is the certificate with its key. No error holds anything of the key.
func (t TLS) pair() (pair tls.Certificate, err error) {
	certificate, err := os.ReadFile(t.Cert)
	if err != nil {
		return pair, fmt.Errorf("cert: %w", err)
	}
	key, err := os.ReadFile(t.Key)
	if err != nil {
		return pair, fmt.Errorf("key: %w", err)
	}
	if bytes.Contains(key, []byte("BEGIN ENCRYPTED")) || bytes.Contains(key, []byte("4,ENCRYPTED")) { // PKCS #8 and older
		return pair, fmt.Errorf("key %s: want one without a passphrase, for which SFTPGo has no setting", t.Key)
	}
	if pair, err = tls.X509KeyPair(certificate, key); err != nil {
		return pair, fmt.Errorf("cert %s, key %s: %w", t.Cert, t.Key, err)
	}
	return pair, nil
}

// check tells what is wrong with the files for a hook at the URL; "" is a program.
func (t TLS) check(url string) error {
	if t == (TLS{}) {
		return nil
	}
	if !strings.HasPrefix(url, "https://") {
		return errors.New("cacert, cert and key are for a hook with an https:// URL")
	}
	_, err := t.Config()
	return err
}

// ExplainTLS adds to what SFTPGo says of a hook at https:// that it could not ask
// what helps, where that may be TLS and does not say so itself. Go's words are the
// same in SFTPGo and here.
func (h Hook) ExplainTLS(said string) string {
	says := func(words string) bool { return strings.Contains(said, words) }
	switch {
	case !strings.HasPrefix(h.URL, "https://"):
	case says("x509: certificate signed by unknown authority"):
		said += " (SFTPGo does not trust the hook's certificate: --cacert names its authority, as http.ca_certificates does)"
	case says("remote error: tls: ") && (says("certificate") || says("handshake failure")),
		// In TLS 1.3 the hook refuses when SFTPGo asks already, and the alert may be lost.
		says("broken pipe"), says("connection reset by peer"), says("http2: client conn could not be established"):
		said += " (if the hook wants a client certificate: --cert and --key name one of an authority that it trusts, as http.certificates does)"
	}
	return said
}
