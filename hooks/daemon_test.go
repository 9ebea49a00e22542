package hooks_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// pair is a certificate and its key, in files.
func pair(t *testing.T) (certificate, key string) {
	t.Helper()
	own := newTLSAuthy(t, answering(200, "")).TLS.Certificates[0]
	private, err := x509.MarshalPKCS8PrivateKey(own.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	certificate = writeFile(t, "cert.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: own.Certificate[0]})), 0o644)
	key = writeFile(t, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})), 0o640)
	return certificate, key
}

const canaryShared = "canary-shared-secret-of-hookd"

func TestDaemonDefaults(t *testing.T) {
	t.Parallel()
	config, err := hooks.Hookd().Config([]string{"AUTHY_API_KEY=k"})
	if err != nil {
		t.Fatal(err)
	}
	if config.Network != "tcp" || config.Address != "127.0.0.1:2885" || config.MetricsAddress != "" || config.TLS != nil || config.Secrets != nil ||
		config.ClientCertificates || config.DrainFor != 0 || config.UsersFile != "" || config.Deadline != 10*time.Second || !config.IsLocal() || config.KnowsWhoAsks() {
		t.Errorf("%+v", config)
	}
}

func TestDaemonConfig(t *testing.T) {
	t.Parallel()
	certificate, key := pair(t)
	users := writeFile(t, "users.csv", "alice,1001\n", 0o644)
	secrets := writeFile(t, "secret", canaryShared+"\r\n"+canaryShared+"2\n", 0o640)
	file := writeFile(t, "hookd.conf", "AUTHY_API_KEY=k\nHOOKD_LISTEN=:443\nHOOKD_DRAIN_FOR=5s\n", 0o600)
	config, err := hooks.Hookd().Config([]string{
		"AUTHY_CONFIG_FILE=" + file, "AUTHY_USERS_FILE=" + users, "HOOKD_SECRET_FILE=" + secrets, "HOOKD_METRICS_LISTEN=:9",
		"HOOKD_TLS_CERT_FILE=" + certificate, "HOOKD_TLS_KEY_FILE=" + key, "HOOKD_CLIENT_CA_FILE=" + certificate,
	})
	if err != nil {
		t.Fatal(err)
	}
	if config.Address != ":443" || config.MetricsAddress != ":9" || len(config.Secrets) != 2 || config.Secrets[0].Reveal() != canaryShared ||
		!slices.Equal(config.Files, []string{users, file, secrets, certificate, key, certificate}) || config.UsersFile != users || config.DrainFor != 5*time.Second || !config.ClientCertificates || config.IsLocal() {
		t.Errorf("%+v", config)
	}
	if config.TLS.MinVersion != tls.VersionTLS12 || config.TLS.ClientCAs == nil || config.TLS.ClientAuth != tls.VerifyClientCertIfGiven {
		t.Errorf("%+v", config.TLS)
	}
	config, err = hooks.Hookd().Config([]string{"AUTHY_API_KEY=k", "HOOKD_LISTEN=unix:/run/hookd/hookd.sock"})
	if err != nil || config.Network != "unix" || config.Address != "/run/hookd/hookd.sock" || !config.IsLocal() {
		t.Errorf("%+v, %v", config, err)
	}
}

// TestDaemonConfigErrors holds above all that nothing is served to the network
// which could be overheard or used by anybody.
func TestDaemonConfigErrors(t *testing.T) {
	t.Parallel()
	certificate, key := pair(t)
	file := func(content string, mode os.FileMode) string { return writeFile(t, "file", content, mode) }
	good := "HOOKD_SECRET_FILE=" + file(canaryShared+"\n", 0o600)
	openSecret, openKey := file(canaryShared, 0o644), file("x", 0o604)
	withTLS := []string{"HOOKD_TLS_CERT_FILE=" + certificate, "HOOKD_TLS_KEY_FILE=" + key}
	for _, test := range []struct {
		environ []string
		want    string
	}{
		{[]string{"HOOKD_LISTEN=:2885", good}, "HOOKD_LISTEN: :2885 can be reached over the network, where passwords must not travel in clear text"},
		{[]string{"HOOKD_LISTEN=0.0.0.0:2885", good}, "passwords must not travel in clear text"},
		{[]string{"HOOKD_LISTEN=[::]:2885", good}, "passwords must not travel in clear text"},
		{[]string{"HOOKD_LISTEN=10.0.0.1:2885", good}, "passwords must not travel in clear text"},
		{[]string{"HOOKD_LISTEN=hookd.example.com:2885", good}, "passwords must not travel in clear text"},
		{[]string{"HOOKD_LISTEN=localhost.example.com:2885", good}, "passwords must not travel in clear text"},
		{append(withTLS, "HOOKD_LISTEN=:2885"), "HOOKD_LISTEN: :2885 can be reached over the network, where anybody could try tokens"},

		{[]string{"HOOKD_LISTEN=2885"}, "HOOKD_LISTEN: expected HOST:PORT"},
		{[]string{"HOOKD_LISTEN=127.0.0.1:http"}, "HOOKD_LISTEN: expected HOST:PORT"},
		{[]string{"HOOKD_LISTEN=127.0.0.1:65536"}, "HOOKD_LISTEN: expected HOST:PORT"},
		{[]string{"HOOKD_LISTEN=unix:hookd.sock"}, "HOOKD_LISTEN: expected unix: and an absolute path"},
		{[]string{"HOOKD_LISTEN=http://127.0.0.1:1"}, "HOOKD_LISTEN: expected HOST:PORT"},
		{[]string{"HOOKD_METRICS_LISTEN=unix:/x"}, "HOOKD_METRICS_LISTEN: expected HOST:PORT"},
		{[]string{"HOOKD_DRAIN_FOR=5"}, "HOOKD_DRAIN_FOR: expected a duration from 0s to 1m0s"},
		{[]string{"HOOKD_DRAIN_FOR=61s"}, "HOOKD_DRAIN_FOR: expected a duration"},
		{[]string{"HOOKD_DRAIN_FOR=-1s"}, "HOOKD_DRAIN_FOR: expected a duration"},
		{[]string{"HOOKD_SECRET=" + canaryShared}, "HOOKD_SECRET: unknown variable; known are AUTHY_CONFIG_FILE, "},
		{[]string{"HOOKD_LISTEN="}, "HOOKD_LISTEN: set to nothing"},

		{[]string{"HOOKD_SECRET_FILE=" + openSecret}, "HOOKD_SECRET_FILE: " + openSecret + ": the file holds a shared secret and is accessible to everyone on this machine; run: chmod o-rwx"},
		{[]string{"HOOKD_SECRET_FILE=/none"}, "HOOKD_SECRET_FILE: stat /none"},
		{[]string{"HOOKD_SECRET_FILE=" + file("", 0o600)}, "the file is empty"},
		{[]string{"HOOKD_SECRET_FILE=" + file("canary-too-short-01\n", 0o600)}, ":1: expected a secret of 20 or more visible ASCII characters"},
		{[]string{"HOOKD_SECRET_FILE=" + file(canaryShared+"\n\n", 0o600)}, ":2: expected a secret"},
		{[]string{"HOOKD_SECRET_FILE=" + file(canaryShared+" \n", 0o600)}, ":1: expected a secret"},

		{withTLS[:1], "HOOKD_TLS_CERT_FILE, HOOKD_TLS_KEY_FILE: set both"},
		{withTLS[1:], "HOOKD_TLS_CERT_FILE, HOOKD_TLS_KEY_FILE: set both"},
		{[]string{"HOOKD_CLIENT_CA_FILE=" + certificate}, "HOOKD_TLS_CERT_FILE, HOOKD_TLS_KEY_FILE: set both"},
		{[]string{withTLS[0], "HOOKD_TLS_KEY_FILE=" + openKey}, "HOOKD_TLS_KEY_FILE: " + openKey + ": the file holds a private key and is accessible to everyone"},
		{[]string{withTLS[0], "HOOKD_TLS_KEY_FILE=/none"}, "HOOKD_TLS_KEY_FILE: stat /none"},
		{[]string{"HOOKD_TLS_CERT_FILE=/none", withTLS[1]}, "HOOKD_TLS_CERT_FILE: stat /none"},
		{[]string{"HOOKD_TLS_CERT_FILE=" + file("x", 0o600), withTLS[1]}, "expected a certificate and its private key"},
		{append(withTLS, "HOOKD_CLIENT_CA_FILE="+file("x", 0o600)), "HOOKD_CLIENT_CA_FILE: "},
		{[]string{"AUTHY_DEADLINE=1"}, "AUTHY_DEADLINE: expected a duration"},
	} {
		config, err := hooks.Hookd().Config(append([]string{"AUTHY_API_KEY=" + canaryKey}, test.environ...))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: error %v, want it to hold %q", test.environ, err, test.want)
			continue
		}
		noSecrets(t, "error", err.Error())
		noSecrets(t, "configuration", fmt.Sprintf("%+v", config))
	}
	// The programs know nothing of hookd: one file cannot be meant for both.
	if _, err := hooks.Extauth().Config([]string{"AUTHY_API_KEY=k", "AUTHY_CONFIG_FILE=" + file("HOOKD_LISTEN=:1\n", 0o600)}); err == nil {
		t.Error("extauth takes a variable of hookd")
	}
}

// TestDaemonHandler holds that each hook looks for Authy IDs where its program
// does, and for users where they are now.
func TestDaemonHandler(t *testing.T) {
	t.Parallel()
	path := writeFile(t, "users.csv", "bob,1001\n", 0o600)
	config, err := hooks.Hookd().Config([]string{"AUTHY_API_KEY=k", "AUTHY_USERS_FILE=" + path, "AUTHY_DENY_AFTER=0s"})
	if err != nil {
		t.Fatal(err)
	}
	now := writeFile(t, "now.csv", "alice,"+aliceID+"\n", 0o600)
	users, err := hooks.OpenUsersFile(now)
	if err != nil {
		t.Fatal(err)
	}
	for path, right := range paths {
		var log lockedBuffer
		mustAcceptHTTP(t, right.hook, post(config.Handler(onlyCanary(), users, &log, nil), path, right.body))
		bob := strings.ReplaceAll(right.body, "alice", "bob")
		bob = strings.ReplaceAll(bob, "authy_id=", "")
		mustDenyHTTP(t, right.hook, post(config.Handler(accepting(), users, &log, nil), path, bob), http.StatusForbidden)
		noSecrets(t, "log", log.String())
	}
	// Without a users file there is the additional info.
	if config, err = hooks.Hookd().Config([]string{"AUTHY_API_KEY=k", "AUTHY_DENY_AFTER=0s"}); err != nil {
		t.Fatal(err)
	}
	mustAcceptHTTP(t, "extauth", post(config.Handler(onlyCanary(), nil, nil, nil), hooks.ExtauthPath, extauthBody))
	mustDenyHTTP(t, "checkpwd", post(config.Handler(accepting(), nil, nil, nil), hooks.CheckpwdPath, checkpwdBody), http.StatusForbidden)
}

func TestDaemonStarted(t *testing.T) {
	t.Parallel()
	if d := hooks.Hookd(); !d.Started([]string{"SFTPGO_AUTHD_USERNAME="}) || d.Started([]string{"SFTPGO_AUTHD_IP=x"}) {
		t.Error("it does not know who started it")
	}
}

// TestDeploy holds that what is in deploy sets no variable that hookd does not
// know: it would not start.
func TestDeploy(t *testing.T) {
	t.Parallel()
	known := make(map[string]bool)
	for _, v := range hooks.Hookd().Variables() {
		known[v.Name] = true
	}
	for file, least := range map[string]int{"deploy/hookd.service": 4, "deploy/compose.yaml": 6} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		set := regexp.MustCompile(`(?m)^(?:Environment=| +)((?:AUTHY|HOOKD)_\w+)[=:]`).FindAllStringSubmatch(string(text), -1)
		if len(set) < least {
			t.Errorf("%s sets %d variables", file, len(set))
		}
		for _, found := range set {
			if !known[found[1]] {
				t.Errorf("%s sets %s", file, found[1])
			}
		}
	}
}
