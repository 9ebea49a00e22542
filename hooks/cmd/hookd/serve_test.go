package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const accepted = `{"status":2,"to_verify":"canary-password"}`

func TestServe(t *testing.T) {
	t.Parallel()
	d := start(t, settings(t, authy(t, valid), "HOOKD_SECRET_FILE="+file(t, "secret", canarySecret), "HOOKD_METRICS_LISTEN=127.0.0.1:0")...)
	c := client()
	if status, body := ask(t, c, "http://"+d.main+"/checkpwd", canarySecret); status != 200 || body != accepted {
		t.Errorf("%d %s", status, body)
	}
	if status, body := ask(t, c, "http://"+d.main+"/checkpwd", "wrong"); status != 401 || body != `{"status":0}` {
		t.Errorf("with a wrong secret: %d %s", status, body)
	}
	// Probes need no secret; metrics are elsewhere, and hooks not there.
	for _, address := range []string{d.main, d.side} {
		for _, probe := range []string{"/livez", "/readyz"} {
			if status, body := get(t, c, "http://"+address+probe); status != 200 || body != "ok\n" {
				t.Errorf("%s%s: %d %s", address, probe, status, body)
			}
		}
	}
	if status, _ := get(t, c, "http://"+d.main+"/metrics"); status != 404 {
		t.Errorf("metrics where SFTPGo asks: %d", status)
	}
	if status, body := ask(t, c, "http://"+d.side+"/checkpwd", canarySecret); status == 200 {
		t.Errorf("a hook beside the metrics: %d %s", status, body)
	}
	status, text := get(t, c, "http://"+d.side+"/metrics")
	for _, line := range []string{
		`hookd_decisions_total{hook="checkpwd",outcome="accepted",reason="token"} 1`,
		`hookd_decisions_total{hook="checkpwd",outcome="refused",reason="secret"} 1`,
		`hookd_decisions_total{hook="none",outcome="refused",reason="path"} 1`,
		`hookd_authy_request_duration_seconds_count{result="ok"} 1`,
		"hookd_requests_in_flight 0",
		"hookd_users 1",
		"go_build_info{",
		"process_open_fds ",
	} {
		if status != 200 || !strings.Contains(text, "\n"+line) {
			t.Errorf("metrics lack %s:\n%s", line, text)
		}
	}
	for _, hidden := range []string{"canary", "alice", "192.0.2.7", canaryToken} {
		if strings.Contains(text, hidden) {
			t.Errorf("metrics hold %q", hidden)
		}
	}
}

func TestWarnsWithoutSecret(t *testing.T) {
	t.Parallel()
	d := start(t, settings(t, "https://api.authy.com")...)
	if !strings.Contains(d.log.String(), `level=WARN msg="every program on this machine may ask`) {
		t.Errorf("no warning: %s", d.log)
	}
}

// TestStop holds that a login which runs is finished, that new ones go elsewhere,
// and that it is told in time.
func TestStop(t *testing.T) {
	t.Parallel()
	asked, blocked := make(chan struct{}), make(chan struct{})
	release := sync.OnceFunc(func() { close(blocked) })
	slow := authy(t, func(w http.ResponseWriter, r *http.Request) {
		close(asked)
		<-blocked
		valid(w, r)
	})
	t.Cleanup(release)
	d := start(t, settings(t, slow, "HOOKD_DRAIN_FOR=300ms", "HOOKD_METRICS_LISTEN=127.0.0.1:0")...)
	var login sync.WaitGroup
	login.Go(func() {
		if status, body := ask(t, client(), "http://"+d.main+"/checkpwd", ""); status != 200 || body != accepted {
			t.Errorf("the login that ran: %d %s", status, body)
		}
	})
	<-asked
	if _, text := get(t, client(), "http://"+d.side+"/metrics"); !strings.Contains(text, "\nhookd_requests_in_flight 1\n") {
		t.Errorf("the login that runs is not in flight:\n%s", text)
	}
	d.stop()
	d.log.await(t, "msg=stopping", 1)
	if status, body := get(t, client(), "http://"+d.main+"/readyz"); status != 503 || body != "stopping\n" {
		t.Errorf("readyz while it drains: %d %s", status, body)
	}
	// It listens no more, and still says at the other address why.
	for conn, err := net.Dial("tcp", d.main); err == nil; conn, err = net.Dial("tcp", d.main) {
		conn.Close()
	}
	if status, _ := get(t, client(), "http://"+d.side+"/readyz"); status != 503 {
		t.Errorf("readyz after the drain: %d", status)
	}
	release()
	login.Wait()
	d.end(t)
}

// TestNetwork serves it as it has to be served to a network, on loopback.
func TestNetwork(t *testing.T) {
	t.Parallel()
	ca, strange := (*identity)(nil).sign(t, "authority"), (*identity)(nil).sign(t, "another authority")
	own := ca.sign(t, "hookd")
	d := start(t, settings(t, authy(t, valid),
		"HOOKD_TLS_CERT_FILE="+file(t, "cert.pem", own.certPEM), "HOOKD_TLS_KEY_FILE="+file(t, "key.pem", own.keyPEM),
		"HOOKD_CLIENT_CA_FILE="+file(t, "ca.pem", ca.certPEM), "HOOKD_SECRET_FILE="+file(t, "secret", canarySecret))...)
	url := "https://" + d.main + "/checkpwd"
	for name, test := range map[string]struct {
		trusts, shows *identity
		secret        string
		status        int
	}{
		"all right":             {ca, ca.sign(t, "sftpgo"), canarySecret, 200},
		"no secret":             {ca, ca.sign(t, "sftpgo"), "", 401},
		"no certificate":        {ca, nil, canarySecret, 401},
		"certificate of others": {ca, strange.sign(t, "sftpgo"), canarySecret, 0},
		"trusts others":         {strange, ca.sign(t, "sftpgo"), canarySecret, 0},
	} {
		roots := x509.NewCertPool()
		roots.AddCert(test.trusts.certificate)
		config := &tls.Config{RootCAs: roots}
		if test.shows != nil {
			config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
				return &tls.Certificate{Certificate: [][]byte{test.shows.certificate.Raw}, PrivateKey: test.shows.key}, nil
			}
		}
		c := &http.Client{Transport: &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}}
		if status, body := ask(t, c, url, test.secret); status != test.status {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	d.log.await(t, `msg="TLS handshake failed"`, 2) // with the reason, for the administrator
	if status, _ := ask(t, client(), "http://"+d.main+"/checkpwd", canarySecret); status == 200 {
		t.Error("plain HTTP is answered")
	}
}

func TestSocket(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "hookd.sock")
	environ := settings(t, authy(t, valid), "HOOKD_LISTEN=unix:"+path)
	d := start(t, environ...)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o660 {
		t.Errorf("%v, %v", info, err)
	}
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}}}
	if status, body := ask(t, c, "http://hookd/checkpwd", ""); status != 200 || body != accepted {
		t.Errorf("%d %s", status, body)
	}
	if code, _, stderr := command(t, environ); code != 1 || !strings.Contains(stderr, "another program listens there") {
		t.Errorf("two at one socket: %d, %s", code, stderr)
	}
	d.stop()
	d.end(t)

	// A socket that a killed hookd has left behind is none of an obstacle.
	left, err := net.ListenUnix("unix", &net.UnixAddr{Name: path})
	if err != nil {
		t.Fatal(err)
	}
	left.SetUnlinkOnClose(false)
	left.Close()
	start(t, environ...).stop()

	other := file(t, "other", "not ours")
	if code, _, stderr := command(t, settings(t, "https://api.authy.com", "HOOKD_LISTEN=unix:"+other)); code != 1 || !strings.Contains(stderr, "no socket") {
		t.Errorf("%d, %s", code, stderr)
	}
}

// TestUsersFileChanges breaks and mends the users file of a hookd that runs.
func TestUsersFileChanges(t *testing.T) {
	t.Parallel()
	users := file(t, "users.csv", "alice,1001\n")
	d := start(t, settings(t, authy(t, valid), "AUTHY_USERS_FILE="+users)...)
	change := func(text, line string) {
		t.Helper()
		next := file(t, "next.csv", text)
		if err := os.Rename(next, users); err != nil {
			t.Fatal(err)
		}
		d.log.await(t, line, 1)
	}
	check := func(ready, login int) {
		t.Helper()
		if status, body := get(t, client(), "http://"+d.main+"/readyz"); status != ready {
			t.Errorf("readyz: %d %s", status, body)
		}
		if status, body := ask(t, client(), "http://"+d.main+"/checkpwd", ""); status != login {
			t.Errorf("login: %d %s", status, body)
		}
	}
	check(200, 200)
	change("alice\n", "every login is denied until the users file is mended")
	check(503, 403)
	if !strings.Contains(d.log.String(), users+":1: ") {
		t.Errorf("the log does not say where: %s", d.log)
	}
	change("bob,1002\nalice,1001\n", `msg="users file read again" users=2`)
	check(200, 200)
	change("bob,1002\n", `msg="users file read again" users=1`)
	check(200, 403)
}

// TestSilentAuthy holds that many logins at once which Authy does not answer end
// at the deadline, and leave nothing behind: no goroutine (see TestMain), no
// descriptor. Then Authy is back, and so are the logins. It does not run beside
// others, which have descriptors of their own.
func TestSilentAuthy(t *testing.T) {
	const logins, deadline = 200, time.Second
	var down atomic.Bool
	down.Store(true)
	silent := authy(t, func(w http.ResponseWriter, r *http.Request) {
		if down.Load() {
			<-r.Context().Done()
			return
		}
		valid(w, r)
	})
	d := start(t, settings(t, silent, "AUTHY_DEADLINE="+deadline.String())...)
	before := descriptors(t)
	for range 2 {
		var group sync.WaitGroup
		for range logins {
			group.Go(func() {
				began := time.Now()
				if status, body := ask(t, client(), "http://"+d.main+"/checkpwd", ""); status != 403 || body != `{"status":0}` {
					t.Errorf("%d %s", status, body)
				}
				if took := time.Since(began); took > deadline+3*time.Second {
					t.Errorf("denied after %v", took)
				}
			})
		}
		group.Wait()
	}
	down.Store(false)
	if status, body := ask(t, client(), "http://"+d.main+"/checkpwd", ""); status != 200 {
		t.Errorf("Authy is back: %d %s", status, body)
	}
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for end := time.Now().Add(10 * time.Second); descriptors(t) > before+5; <-ticker.C {
		if time.Now().After(end) {
			t.Fatalf("%d descriptors, %d before", descriptors(t), before)
		}
	}
	if n := strings.Count(d.log.String(), `reason="the deadline passed"`); n != 2*logins {
		t.Errorf("%d lines in the log", n)
	}
}

func descriptors(t *testing.T) int {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("no /proc here")
	}
	return len(open)
}
