package sftpgo

import (
	"crypto/tls"
	"fmt"
	"maps"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/authority"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
)

// FTPSName is the name in the certificate of the FTP server, whatever the address.
const FTPSName = "sftpgo"

// Where the certificates of FTP are.
const (
	ftpCertificate = "/etc/sftpgo/ftp-cert.pem"
	ftpKey         = "/etc/sftpgo/ftp-key.pem"
	ftpClients     = "/etc/sftpgo/ftp-clients.pem"
)

// addFTPS gives the FTP server a certificate, and lets clients show one.
func (s *settings) addFTPS() (err error) {
	if s.authority, err = authority.New(); err != nil {
		return err
	}
	pair, err := s.authority.Server(FTPSName)
	if err != nil {
		return err
	}
	const verifyIfGiven = "2"
	maps.Copy(s.env, map[string]string{
		"SFTPGO_FTPD__CERTIFICATE_FILE":              ftpCertificate,
		"SFTPGO_FTPD__CERTIFICATE_KEY_FILE":          ftpKey,
		"SFTPGO_FTPD__CA_CERTIFICATES":               ftpClients,
		"SFTPGO_FTPD__BINDINGS__0__CLIENT_AUTH_TYPE": verifyIfGiven,
	})
	s.files = append(s.files,
		build.File{Path: ftpCertificate, Content: pair.Certificate, Mode: 0o444},
		build.File{Path: ftpKey, Content: pair.Key, Mode: 0o400},
		build.File{Path: ftpClients, Content: s.authority.Certificate(), Mode: 0o444},
	)
	return nil
}

// CA is the certificate, in PEM, of the authority that certified the FTP server, as
// [FTPSName].
func (s *Server) CA() []byte { return s.authority.Certificate() }

// ClientCertificate is one that the FTP server trusts. It lets in a user of that
// name, without a password, where the user's filter tls_username is "CommonName" and
// the login method TLSCertificate is not denied.
func (s *Server) ClientCertificate(username string) (tls.Certificate, error) {
	pair, err := s.authority.Client(username)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("sftpgo: %w", err)
	}
	return tls.X509KeyPair(pair.Certificate, pair.Key)
}
