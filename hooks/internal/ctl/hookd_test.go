package ctl_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks/internal/ctl"
)

// identity is a certificate for hookd.example.com of that time, and its key, in
// files.
func identity(t *testing.T, from, until time.Duration) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "hookd"}, DNSNames: []string{"hookd.example.com"},
		NotBefore: time.Now().Add(from), NotAfter: time.Now().Add(until),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	write := func(kind string, bytes []byte) string {
		return writeFile(t, kind, string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes})))
	}
	return write("CERTIFICATE", der), write("PRIVATE KEY", pkcs8)
}

// A configuration file of hookd serves hookctl as well, and doctor looks at what
// is hookd's in it.
func TestHookd(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	secret := writeFile(t, "secret", "canary-shared-secret-of-hookd\n")
	open := writeFile(t, "open", "canary-shared-secret-of-hookd\n")
	if err := os.Chmod(open, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name     string
		lines    []string
		until    time.Duration // 0 is without TLS
		url      string        // of SFTPGo; "" is without SFTPGo's settings
		code     int
		texts    []string
		problems int
	}{
		{name: "loopback", lines: []string{"HOOKD_SECRET_FILE=" + secret}, code: ctl.ExitOK, texts: []string{"those of hookd are right (from ", "hookd: it listens on 127.0.0.1:2885, without TLS, with 1 shared secrets"}},
		{name: "nobody asked", lines: []string{"HOOKD_DRAIN_FOR=1s"}, url: "http://127.0.0.1:2885/checkpwd", code: ctl.ExitOK, texts: []string{"warning     hookd: every program on this machine may ask"}},
		{name: "open secret", lines: []string{"HOOKD_SECRET_FILE=" + open}, code: ctl.ExitFailed, problems: 1, texts: []string{"problem     settings: the settings of hookd are not right: HOOKD_SECRET_FILE: " + open, "chmod o-rwx", "why: hookd does not start"}},
		{name: "network", lines: []string{"HOOKD_LISTEN=:2885", "HOOKD_SECRET_FILE=" + secret}, code: ctl.ExitFailed, problems: 1, texts: []string{"HOOKD_LISTEN: :2885 can be reached over the network"}},
		{name: "mistyped", lines: []string{"HOOKD_SECRETFILE=x"}, code: ctl.ExitFailed, problems: 1, texts: []string{"the settings of hookd are not right: AUTHY_CONFIG_FILE: ", "HOOKD_SECRETFILE: unknown variable"}},
		{name: "TLS", lines: []string{"HOOKD_LISTEN=:2885", "HOOKD_SECRET_FILE=" + secret}, until: 60 * day, url: "https://hookd.example.com:2885/checkpwd", code: ctl.ExitOK, texts: []string{"by TLS", "ok          hookd: its certificate is good until "}},
		{name: "soon over", until: 13 * day, code: ctl.ExitOK, texts: []string{"warning     hookd: its certificate ends at "}},
		{name: "over", until: -time.Minute, code: ctl.ExitFailed, problems: 1, texts: []string{"problem     hookd: its certificate ended at "}},
		{name: "other name", until: 60 * day, url: "https://hookd:2885/checkpwd", code: ctl.ExitFailed, problems: 1, texts: []string{`problem     checkpwd: the certificate of hookd is not one for "hookd"`}},
		{name: "asked without TLS", until: 60 * day, url: "http://127.0.0.1:2885/checkpwd", code: ctl.ExitFailed, problems: 1, texts: []string{"SFTPGo asks by http, and hookd speaks TLS"}},
		{name: "asked by TLS", url: "https://127.0.0.1:2885/checkpwd", lines: []string{"HOOKD_DRAIN_FOR=1s"}, code: ctl.ExitFailed, problems: 1, texts: []string{"SFTPGo asks by https, and hookd speaks no TLS"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := newAuthy(t)
			lines := slices.Concat(withFile(a, writeFile(t, "users.csv", "alice,1001\n")), test.lines)
			if test.until != 0 {
				certificate, key := identity(t, -time.Hour, test.until)
				lines = append(lines, "HOOKD_TLS_CERT_FILE="+certificate, "HOOKD_TLS_KEY_FILE="+key)
			}
			config := writeFile(t, "hookd.conf", strings.Join(lines, "\n"))
			var environ []string
			if test.url != "" {
				environ = []string{"SFTPGO_DATA_PROVIDER__CHECK_PASSWORD_HOOK=" + test.url}
			}
			o := hookctl(t, environ, "", "doctor", "-config", config)
			o.must(t, test.code, test.texts...)
			if n := strings.Count("\n"+o.out, "\nproblem "); n != test.problems {
				t.Errorf("%d problems, want %d:\n%s", n, test.problems, o.out)
			}
			if test.name == "mistyped" {
				return
			}
			hookctl(t, nil, canaryToken, "verify", "alice", "-config", config).must(t, ctl.ExitOK)
			hookctl(t, nil, "", "show", "alice", "-config", config).must(t, ctl.ExitOK)
		})
	}
	// It begins in the future.
	certificate, key := identity(t, time.Hour, day)
	environ := append(withFile(newAuthy(t), writeFile(t, "users.csv", "")), "HOOKD_TLS_CERT_FILE="+certificate, "HOOKD_TLS_KEY_FILE="+key)
	hookctl(t, environ, "", "doctor", "-hook", "hookd").must(t, ctl.ExitFailed, "problem     hookd: its certificate begins at ")
	// SFTPGo's settings alone do not tell those of hookd.
	hookctl(t, []string{"SFTPGO_DATA_PROVIDER__CHECK_PASSWORD_HOOK=http://127.0.0.1:2885/checkpwd"}, "", "doctor").must(t, ctl.ExitOK, "warning     settings: those of hookd were not looked at")
}
