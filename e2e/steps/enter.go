package steps

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"strings"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/login"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
)

// The doors, by the names that the features give them. Those of OpenSSH's clients are
// a client, which chooses the method, or a client and a method: "sftp by
// keyboard-interactive".
const (
	doorPassword    = "SSH password"
	doorKeyboard    = "SSH keyboard-interactive"
	doorKey         = "SSH public key"
	doorKeyFirst    = "SSH public key, then keyboard"
	doorKeyPassword = "SSH public key, then password"
	doorFTP         = "FTP"
	doorFTPS        = "FTPS"
	doorCertificate = "FTPS client certificate"
	doorWebDAV      = "WebDAV"
	doorWebClient   = "web client"
	doorREST        = "REST user token"
)

// openSSHMethods are the names of the methods in a door, as ssh has them.
var openSSHMethods = map[string]string{
	"": "", "password": "password", "keyboard-interactive": "keyboard-interactive", "public key": "publickey",
}

// secrets are what a user knows at the moment of a login.
type secrets struct {
	password, token string
	// passcode of SFTPGo's own two-factor authentication.
	passcode string
}

// typed is all of it in one field, in the order in which SFTPGo takes it apart.
func (s secrets) typed() string { return s.password + s.token + s.passcode }

// enter logs in by a door. The error is nil, [login.ErrRefused], or why the
// login could not be tried.
func (w *world) enter(ctx context.Context, door string, p *person, s secrets) error {
	server, err := w.server(ctx)
	if err != nil {
		return err
	}
	target := login.Server{Address: server.SSH(), HostKey: server.HostKey()}
	switch door {
	case doorPassword:
		return closed(login.Password(ctx, target, p.Username, s.password+s.token))
	case doorKeyboard:
		return closed(login.KeyboardInteractive(ctx, target, p.Username, w.talk(w.replies(s))))
	case doorKey:
		return closed(login.PublicKey(ctx, target, p.Username, p.key.Signer))
	case doorKeyFirst:
		return closed(login.KeyAndKeyboard(ctx, target, p.Username, p.key.Signer, w.talk(w.replies(s))))
	case doorKeyPassword:
		return closed(login.KeyAndPassword(ctx, target, p.Username, p.key.Signer, s.password+s.token))
	default:
		client, method, _ := strings.Cut(door, " by ")
		switch client := login.OpenSSH(client); client {
		case login.OpenSSHSFTP, login.OpenSSHSCP, login.OpenSSHCommand:
			return w.enterByOpenSSH(ctx, client, openSSHMethods[method], target, p, s)
		default:
			return w.enterWithoutSSH(ctx, door, server, p.Username, s)
		}
	}
}

func (w *world) enterWithoutSSH(ctx context.Context, door string, server *sftpgo.Server, username string, s secrets) error {
	switch door {
	case doorFTP:
		return login.FTP(ctx, server.FTP(), username, s.typed())
	case doorFTPS:
		return login.FTPS(ctx, server.FTP(), ftps(server), username, s.typed())
	case doorCertificate:
		config := ftps(server)
		certificate, err := server.ClientCertificate(username)
		if err != nil {
			return err
		}
		config.Certificates = []tls.Certificate{certificate}
		return login.FTPS(ctx, server.FTP(), config, username, s.typed())
	case doorWebDAV:
		return login.WebDAV(ctx, server.WebDAV(), username, s.typed())
	case doorWebClient:
		return login.WebClient(ctx, server.Web(), username, s.password+s.token, s.passcode)
	case doorREST:
		return login.REST(ctx, server.Web(), username, s.password+s.token, s.passcode)
	default:
		return fmt.Errorf("there is no door %q", door)
	}
}

// ftps trusts the FTP server of the suite, and no other.
func ftps(server *sftpgo.Server) *tls.Config {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(server.CA())
	return &tls.Config{RootCAs: roots, ServerName: sftpgo.FTPSName, MinVersion: tls.VersionTLS12}
}

// replies answer the questions of the server's keyboard-interactive: two of the
// hook, or SFTPGo's own one, into which all is typed. SFTPGo asks for its own passcode
// then, if it has one of the user.
func (w *world) replies(s secrets) map[string]string {
	if w.setup.Hook.AsksForToken() {
		return map[string]string{"password": s.password, "token": s.token, "code": s.passcode}
	}
	return map[string]string{"password": s.password + s.token, "code": s.passcode}
}

func closed(session *login.Session, err error) error {
	if err != nil {
		return err
	}
	return session.Close()
}

// password is what the server's hook wants to be typed beside the token.
func (w *world) password(p *person) string {
	if w.setup.Hook == stack.TokenOnly {
		return ""
	}
	return p.Password
}
