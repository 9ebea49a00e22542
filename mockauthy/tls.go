package mockauthy

import (
	"bytes"
	"crypto/tls"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authority"
)

// certify gives the server its certificates.
func (s *Server) certify(ca *authority.Authority) (err error) {
	if ca == nil {
		if ca, err = authority.New(); err != nil {
			return err
		}
	}
	s.ca = ca.PEM()
	s.tls, err = ca.TLS()
	return err
}

// CA is the certificate of the server's authority, in PEM. A program that trusts
// it takes the mock for api.authy.com and sandbox-api.authy.com. The authority
// can certify no other hosts but these and those of this machine's loopback.
func (s *Server) CA() []byte {
	return bytes.Clone(s.ca)
}

// TLS is the configuration with which to serve the mock over HTTPS, to programs
// that trust [Server.CA].
func (s *Server) TLS() *tls.Config {
	return s.tls.Clone()
}
