package main

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// command runs hookd for what ends by itself.
func command(t *testing.T, environ []string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, complaints bytes.Buffer
	code = run(t.Context(), args, environ, &out, &complaints)
	for _, text := range []string{out.String(), complaints.String()} {
		if strings.Contains(text, "canary") {
			t.Errorf("a secret is told: %s", text)
		}
	}
	return code, out.String(), complaints.String()
}

func TestArguments(t *testing.T) {
	t.Parallel()
	for _, flag := range []string{"-help", "--help", "-h"} {
		if code, stdout, stderr := command(t, nil, flag); code != 0 || stdout != hooks.Hookd().Help() || stderr != "" {
			t.Errorf("%s: %d, %s", flag, code, stderr)
		}
	}
	environ := settings(t, "https://api.authy.com", "HOOKD_SECRET_FILE="+file(t, "secret", canarySecret))
	for _, flag := range []string{"-check", "--check"} {
		code, stdout, stderr := command(t, environ, flag)
		if code != 0 || stderr != "" || !strings.HasPrefix(stdout, "configuration ok\n") {
			t.Fatalf("%s: %d, %s", flag, code, stderr)
		}
		for _, fact := range []string{"tokens:              https://api.authy.com, 7 digits\n", "users:               1\n", "listen:              127.0.0.1:0\n", "shared secrets:      1\n", "TLS:                 no\n"} {
			if !strings.Contains(stdout, fact) {
				t.Errorf("%s does not tell %q:\n%s", flag, fact, stdout)
			}
		}
	}
	for _, args := range [][]string{{""}, {"help"}, {"-x"}, {"-help", "-check"}, {canaryToken}} {
		if code, stdout, stderr := command(t, environ, args...); code != 2 || stdout != "" || !strings.Contains(stderr, "-check") || strings.Contains(stderr, canaryToken) {
			t.Errorf("%q: %d, %s, %s", args, code, stdout, stderr)
		}
	}
	for _, args := range [][]string{nil, {"-check"}, {"-health"}} {
		if code, stdout, stderr := command(t, append(environ, "HOOKD_LISTEN=:0"), args...); code != 2 || stdout != "" || !strings.Contains(stderr, "configuration: HOOKD_LISTEN: ") {
			t.Errorf("%q: %d, %s, %s", args, code, stdout, stderr)
		}
	}
	if code := run(t.Context(), []string{"-help"}, nil, brokenWriter{}, io.Discard); code != exitFailed {
		t.Errorf("-help to nobody: %d", code)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, os.ErrClosed }

// TestStartedAsProgram holds that hookd, set where a hook program belongs, denies
// and says why, and does not listen.
func TestStartedAsProgram(t *testing.T) {
	t.Parallel()
	environ := settings(t, "https://api.authy.com", "SFTPGO_AUTHD_USERNAME=alice", "SFTPGO_AUTHD_PASSWORD=canary")
	if code, stdout, stderr := command(t, environ); code != 2 || stdout != "" || !strings.Contains(stderr, "give it the URL") {
		t.Errorf("%d, %q, %q", code, stdout, stderr)
	}
}

func TestAddressTaken(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	address := taken.Addr().String()
	for _, variable := range []string{"HOOKD_LISTEN=", "HOOKD_METRICS_LISTEN="} {
		code, _, stderr := command(t, settings(t, "https://api.authy.com", variable+address))
		if code != 1 || !strings.Contains(stderr, address) || !strings.Contains(stderr, "address already in use") {
			t.Errorf("%s: %d, %s", variable, code, stderr)
		}
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	ca := (*identity)(nil).sign(t, "authority")
	own := ca.sign(t, "hookd")
	for name, more := range map[string][]string{
		"plain": nil,
		"TLS": {
			"HOOKD_TLS_CERT_FILE=" + file(t, "cert.pem", own.certPEM), "HOOKD_TLS_KEY_FILE=" + file(t, "key.pem", own.keyPEM),
			"HOOKD_CLIENT_CA_FILE=" + file(t, "ca.pem", ca.certPEM),
		},
		"socket": {"HOOKD_LISTEN=unix:" + t.TempDir() + "/hookd.sock"},
	} {
		environ := settings(t, "https://api.authy.com", more...)
		d := start(t, environ...)
		if name != "socket" {
			environ = append(environ, "HOOKD_LISTEN="+d.main)
		}
		if code, _, stderr := command(t, environ, "-health"); code != 0 || stderr != "" {
			t.Errorf("%s: %d, %s", name, code, stderr)
		}
		d.stop()
		d.end(t)
		if code, _, stderr := command(t, environ, "-health"); code != 1 || !strings.Contains(stderr, "no hookd answers") {
			t.Errorf("%s, stopped: %d, %s", name, code, stderr)
		}
	}
	// Something else answers.
	other := strings.TrimPrefix(authy(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }), "http://")
	if code, _, stderr := command(t, settings(t, "https://api.authy.com", "HOOKD_LISTEN="+other), "-health"); code != 1 || !strings.Contains(stderr, "HTTP status 500") {
		t.Errorf("%d, %s", code, stderr)
	}
}
