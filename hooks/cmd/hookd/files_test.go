package main

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// renew puts another file in the place of one, as certbot does.
func renew(t *testing.T, path, content string) {
	t.Helper()
	if err := os.Rename(file(t, "next", content), path); err != nil {
		t.Fatal(err)
	}
}

// shown is the name on the certificate that a new connection is shown.
func shown(t *testing.T, address string) string {
	t.Helper()
	conn, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2", "http/1.1"}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.ConnectionState().PeerCertificates[0].Subject.CommonName
}

// trusting is a client that trusts one authority, and shows a certificate.
func trusting(ca, shows *identity) *http.Client {
	roots := x509.NewCertPool()
	roots.AddCert(ca.certificate)
	return &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{
		RootCAs: roots, ClientSessionCache: tls.NewLRUClientSessionCache(1),
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return &tls.Certificate{Certificate: [][]byte{shows.certificate.Raw}, PrivateKey: shows.key}, nil
		},
	}}}
}

// TestCertificateRenewed renews the certificate while a login runs: half of it
// changes nothing, the whole counts for the next connection, and the login ends
// as it would have.
func TestCertificateRenewed(t *testing.T) {
	t.Parallel()
	asked, blocked := make(chan struct{}), make(chan struct{})
	release := sync.OnceFunc(func() { close(blocked) })
	var once sync.Once
	slow := authy(t, func(w http.ResponseWriter, r *http.Request) {
		once.Do(func() { close(asked) })
		<-blocked
		valid(w, r)
	})
	t.Cleanup(release)
	ca := (*identity)(nil).sign(t, "authority")
	first, second := ca.sign(t, "first"), ca.sign(t, "second")
	certificate, key := file(t, "cert.pem", first.certPEM), file(t, "key.pem", first.keyPEM)
	d := start(t, settings(t, slow, "HOOKD_TLS_CERT_FILE="+certificate, "HOOKD_TLS_KEY_FILE="+key, "HOOKD_METRICS_LISTEN=127.0.0.1:0")...)
	c, url := trusting(ca, ca.sign(t, "sftpgo")), "https://"+d.main+"/checkpwd"

	var login sync.WaitGroup
	login.Go(func() {
		if status, body := ask(t, c, url, ""); status != 200 || body != accepted {
			t.Errorf("the login that ran: %d %s", status, body)
		}
	})
	<-asked
	renew(t, certificate, second.certPEM)
	d.log.await(t, "changed files cannot be used, what was read before stays in use", 1)
	if got := shown(t, d.main); got != "first" {
		t.Errorf("with half of the new pair it shows %s", got)
	}
	renew(t, key, second.keyPEM)
	d.log.await(t, `msg="files read again"`, 1)
	if got := shown(t, d.main); got != "second" {
		t.Errorf("with the new pair it shows %s", got)
	}
	release()
	login.Wait()
	if status, body := ask(t, c, url, ""); status != 200 {
		t.Errorf("a new login: %d %s", status, body)
	}

	// One line cut off, then gone: the second goes on, and the log says it once.
	renew(t, key, second.keyPEM[:len(second.keyPEM)/2])
	d.log.await(t, "changed files cannot be used", 2)
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	d.log.await(t, "changed files cannot be used", 3)
	if got := shown(t, d.main); got != "second" {
		t.Errorf("without a key it shows %s", got)
	}
	if status, _ := get(t, c, "https://"+d.main+"/readyz"); status != 200 {
		t.Errorf("readyz: %d", status)
	}
	third := ca.sign(t, "third")
	renew(t, certificate, third.certPEM)
	renew(t, key, third.keyPEM)
	d.log.await(t, `msg="files read again"`, 2)
	if got := shown(t, d.main); got != "third" {
		t.Errorf("mended, it shows %s", got)
	}
	if _, text := get(t, client(), "http://"+d.side+"/metrics"); !strings.Contains(text, "\nhookd_certificate_expiry_timestamp_seconds ") {
		t.Errorf("metrics do not say when the certificate ends:\n%s", text)
	}
}

// TestAuthoritiesChange holds that an authority which is taken away certifies
// nobody any more, nor does a session that it began.
func TestAuthoritiesChange(t *testing.T) {
	t.Parallel()
	ca, next := (*identity)(nil).sign(t, "authority"), (*identity)(nil).sign(t, "next authority")
	own := ca.sign(t, "hookd")
	authorities := file(t, "ca.pem", ca.certPEM)
	d := start(t, settings(t, authy(t, valid), "HOOKD_CLIENT_CA_FILE="+authorities,
		"HOOKD_TLS_CERT_FILE="+file(t, "cert.pem", own.certPEM), "HOOKD_TLS_KEY_FILE="+file(t, "key.pem", own.keyPEM))...)
	url := "https://" + d.main + "/checkpwd"
	before, after := trusting(ca, ca.sign(t, "sftpgo")), trusting(ca, next.sign(t, "sftpgo"))
	want := func(c *http.Client, status int) {
		t.Helper()
		if got, body := ask(t, c, url, ""); got != status {
			t.Errorf("%d %s, want %d", got, body, status)
		}
	}
	want(before, 200)
	want(after, 0)
	renew(t, authorities, "no certificate")
	d.log.await(t, "HOOKD_CLIENT_CA_FILE: "+authorities+": no PEM certificate found", 1)
	want(before, 200)
	renew(t, authorities, next.certPEM)
	d.log.await(t, `msg="files read again"`, 1)
	want(before, 0)
	want(after, 200)
}

func TestSecretsChange(t *testing.T) {
	t.Parallel()
	const next = "canary-next-secret-of-hookd"
	secrets := file(t, "secret", canarySecret)
	d := start(t, settings(t, authy(t, valid), "HOOKD_SECRET_FILE="+secrets)...)
	want := func(secret string, status int) {
		t.Helper()
		if got, body := ask(t, client(), "http://"+d.main+"/checkpwd", secret); got != status {
			t.Errorf("%s: %d %s, want %d", secret, got, body, status)
		}
	}
	want(canarySecret, 200)
	renew(t, secrets, canarySecret+"\n"+next)
	d.log.await(t, `msg="files read again" files=HOOKD_SECRET_FILE`, 1)
	want(canarySecret, 200)
	want(next, 200)
	renew(t, secrets, "")
	d.log.await(t, "changed files cannot be used", 1)
	want("", 401)
	want(next, 200)
	renew(t, secrets, next)
	d.log.await(t, `msg="files read again" files=HOOKD_SECRET_FILE`, 2)
	want(canarySecret, 401)
	want(next, 200)
}

// TestTOTPSecretsChange holds that a user who is enrolled can log in without a
// restart, and that a secrets file which is wrong denies everybody.
func TestTOTPSecretsChange(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state")
	if err := os.Mkdir(state, 0o700); err != nil {
		t.Fatal(err)
	}
	// No token of these is right: what is looked at is why not.
	const bob, alice = "1002,MNQW4YLSPEWXI33UOAWXGZLDOJSXILJQ\n", "1001,MNQW4YLSPEWXI33UOAWXGZLDOJSXILJS,digits=7\n"
	secrets := file(t, "totp.csv", bob)
	d := start(t, "AUTHY_TOTP_FILE="+secrets, "AUTHY_STATE_DIR="+state, "AUTHY_USERS_FILE="+file(t, "users.csv", "alice,1001\n"),
		"AUTHY_DENY_AFTER=0s", "HOOKD_LISTEN=127.0.0.1:0")
	want := func(ready int, reason string, times int) {
		t.Helper()
		if status, body := ask(t, client(), "http://"+d.main+"/checkpwd", ""); status != 403 {
			t.Errorf("%d %s", status, body)
		}
		d.log.await(t, reason, times)
		if status, body := get(t, client(), "http://"+d.main+"/readyz"); status != ready {
			t.Errorf("readyz: %d %s", status, body)
		}
	}
	want(200, "no TOTP secret is known", 1)
	renew(t, secrets, bob+alice)
	d.log.await(t, `msg="files read again" files=AUTHY_TOTP_FILE`, 1)
	want(200, "wrong token", 1)
	renew(t, secrets, bob+alice+"1003\n")
	d.log.await(t, "every login is denied until the file is mended", 1)
	want(503, "the TOTP secrets file cannot be used", 2)
	if err := os.Remove(secrets); err != nil {
		t.Fatal(err)
	}
	d.log.await(t, "every login is denied until the file is mended", 2)
	want(503, "the TOTP secrets file cannot be used", 4)
	renew(t, secrets, alice)
	d.log.await(t, `msg="files read again" files=AUTHY_TOTP_FILE`, 2)
	want(200, "wrong token", 2)
}
