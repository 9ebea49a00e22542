package driver_test

import (
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/authority"
)

func TestTLSFiles(t *testing.T) {
	t.Parallel()
	ca, err := authority.New()
	if err != nil {
		t.Fatal(err)
	}
	alice, bob := client(t, ca, "alice"), client(t, ca, "bob")
	var (
		authorities = file(t, "ca.pem", ca.Certificate())
		cert        = file(t, "cert.pem", alice.Certificate)
		key         = file(t, "key.pem", alice.Key)
		both        = file(t, "both.pem", append(alice.Key, alice.Certificate...))
		empty       = file(t, "empty.pem", nil)
		none        = filepath.Join(t.TempDir(), "none.pem")
		bobs        = file(t, "bob.pem", bob.Key)
		encrypted   = file(t, "encrypted.pem", []byte("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"))
		older       = file(t, "older.pem", []byte("-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END EC PRIVATE KEY-----\n"))
	)
	const url = "https://127.0.0.1:9000/hook"
	for name, test := range map[string]struct {
		url  string
		tls  driver.TLS
		want string // in the error; "" is none
	}{
		"nothing, over HTTP":       {"http://127.0.0.1:9000/hook", driver.TLS{}, ""},
		"nothing":                  {url, driver.TLS{}, ""},
		"all":                      {url, driver.TLS{CA: authorities, Cert: cert, Key: key}, ""},
		"a certificate":            {url, driver.TLS{Cert: cert, Key: key}, ""},
		"one file":                 {url, driver.TLS{CA: both, Cert: both, Key: both}, ""},
		"over HTTP":                {"http://127.0.0.1:9000/hook", driver.TLS{CA: authorities}, "for a hook with an https:// URL"},
		"no authorities":           {url, driver.TLS{CA: none}, "cacert: open " + none},
		"no PEM":                   {url, driver.TLS{CA: empty}, "cacert " + empty + ": want certificates in PEM"},
		"a key for an authority":   {url, driver.TLS{CA: key}, "want certificates in PEM"},
		"no key":                   {url, driver.TLS{Cert: cert}, "cert " + cert + ": want its key too"},
		"no certificate":           {url, driver.TLS{Key: key}, "key: want its cert too"},
		"a certificate not there":  {url, driver.TLS{Cert: none, Key: key}, "cert: open " + none},
		"a key not there":          {url, driver.TLS{Cert: cert, Key: none}, "key: open " + none},
		"an empty certificate":     {url, driver.TLS{Cert: empty, Key: key}, "failed to find any PEM data in certificate input"},
		"another key":              {url, driver.TLS{Cert: cert, Key: bobs}, "private key does not match public key"},
		"the wrong way round":      {url, driver.TLS{Cert: key, Key: cert}, "PEM inputs may have been switched"},
		"a passphrase":             {url, driver.TLS{Cert: cert, Key: encrypted}, "want one without a passphrase"},
		"a passphrase, older form": {url, driver.TLS{Cert: cert, Key: older}, "want one without a passphrase"},
	} {
		hook := driver.Hook{
			Kind: driver.CheckPassword, URL: test.url, TLS: test.tls,
			Users: []driver.Person{{Username: "alice", AuthyID: 1000}}, APIKey: "key",
		}
		err := hook.Check()
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
	program := driver.Hook{
		Kind: driver.CheckPassword, Program: "/bin/sh", TLS: driver.TLS{CA: authorities},
		Users: []driver.Person{{Username: "alice", AuthyID: 1000}}, APIKey: "key",
	}
	if err := program.Check(); err == nil || !strings.Contains(err.Error(), "for a hook with an https:// URL") {
		t.Errorf("a program: %v", err)
	}
}

// TestSystemsAuthoritiesStay: an own authority comes to those of the system.
func TestSystemsAuthoritiesStay(t *testing.T) {
	t.Parallel()
	ca, err := authority.New()
	if err != nil {
		t.Fatal(err)
	}
	config, err := driver.TLS{CA: file(t, "ca.pem", ca.Certificate())}.Config()
	if err != nil {
		t.Fatal(err)
	}
	want, err := x509.SystemCertPool()
	if err != nil {
		t.Fatal(err)
	}
	if !want.AppendCertsFromPEM(ca.Certificate()) || !config.RootCAs.Equal(want) {
		t.Error("the authorities are not those of the system and the own one")
	}
	if config, err := (driver.TLS{}).Config(); err != nil || config.RootCAs != nil {
		t.Errorf("without an own authority: %v, %v, want the system's", config.RootCAs, err)
	}
}

func client(t *testing.T, ca *authority.Authority, name string) authority.Pair {
	t.Helper()
	pair, err := ca.Client(name)
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

func file(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
