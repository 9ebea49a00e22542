package steps

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base32"
	"encoding/pem"
	"fmt"
	"maps"
	"time"

	"github.com/pquerna/otp/totp"
	"golang.org/x/crypto/ssh"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
)

// person is somebody the scenario speaks of by a name of its own.
type person struct {
	stack.Person

	inAdditionalInfo bool           // where the Authy ID stands
	filters          map[string]any // of the user, beside what every user of a scenario has
	groupFilters     map[string]any // of the user's primary group; nil is no group
	ownTOTP          bool           // whether the user has SFTPGo's own two-factor authentication
	key              key
	enrolled         bool           // whether the SFTPGo server has the user
	record           map[string]any // what SFTPGo knew of the user before the first login
	lastToken        string
}

// key of a user, for clients in Go and for OpenSSH.
type key struct {
	ssh.Signer

	PEM []byte
}

func newKey() (k key, err error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return k, err
	}
	if k.Signer, err = ssh.NewSignerFromKey(private); err != nil {
		return k, err
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		return k, err
	}
	k.PEM = pem.EncodeToMemory(block)
	return k, nil
}

// enrol adds the user to the server.
func (p *person) enrol(ctx context.Context, server *sftpgo.Server) error {
	if p.enrolled {
		return nil
	}
	var err error
	if p.key, err = newKey(); err != nil {
		return err
	}
	user := p.user()
	user.Password = p.Password
	user.PublicKeys = []string{string(ssh.MarshalAuthorizedKey(p.key.PublicKey()))}
	maps.Copy(user.Filters, p.filters)
	if p.inAdditionalInfo {
		user.AdditionalInfo = fmt.Sprintf(`{"authy_id":%d}`, p.AuthyID)
	}
	if err := p.add(ctx, server, user); err != nil {
		return err
	}
	p.enrolled = true
	p.record, err = server.UserRecord(ctx, p.Username)
	return err
}

// add gives the user a group and a second factor, if there are to be.
func (p *person) add(ctx context.Context, server *sftpgo.Server, user sftpgo.User) error {
	if p.groupFilters == nil && !p.ownTOTP {
		return server.AddUser(ctx, user)
	}
	var data sftpgo.Data
	if p.groupFilters != nil {
		group := sftpgo.Group{Name: "group of " + p.Username, Settings: sftpgo.GroupSettings{Filters: p.groupFilters}}
		user.Groups = []sftpgo.Membership{{Name: group.Name, Type: sftpgo.Primary}}
		data.Groups = []sftpgo.Group{group}
	}
	if p.ownTOTP {
		user.Filters["totp_config"] = map[string]any{
			"enabled": true, "config_name": "Default", "protocols": []string{"SSH", "FTP", "HTTP"},
			"secret": map[string]any{"status": "Plain", "payload": p.ownSecret()},
		}
	}
	data.Users = []sftpgo.User{user}
	return server.Load(ctx, data)
}

// user is how the person is a user of SFTPGo, but for password and key.
func (p *person) user() sftpgo.User {
	return sftpgo.User{
		Username:    p.Username,
		Status:      1,
		Permissions: map[string][]string{"/": {"*"}, "/readonly": {"list", "download"}},
		Email:       p.Username + "@example.com",
		Description: "a user with settings of all sorts",
		QuotaFiles:  100,
		Filters:     map[string]any{"max_upload_file_size": 1 << 20, "denied_login_methods": []string{"TLSCertificate"}},
	}
}

// ownSecret is that of SFTPGo's own two-factor authentication.
func (p *person) ownSecret() string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte("SFTPGo's own secret of " + p.Username))
}

// passcode is the current one of SFTPGo's own two-factor authentication.
func (p *person) passcode() (string, error) {
	if !p.ownTOTP {
		return "", fmt.Errorf("%s has no passcode of SFTPGo", p.Username)
	}
	return totp.GenerateCode(p.ownSecret(), time.Now())
}
