package live_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/check"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/authority"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/preflight"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/report"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/rulebook"
	"github.com/sftpgo-authy/sftpgo-authy/features"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
)

// TestOverTLS holds hookd, certified by an authority of its own and wanting client
// certificates of another, against the first rule of each kind, on a real SFTPGo
// that has the files for it, or some of them.
func TestOverTLS(t *testing.T) {
	preflight.Require(t.Context(), t)
	book, err := rulebook.Load(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	programs := build.ForTest(t, "e2e/cmd/hookcheck", "hooks/cmd/hookd")
	hookd, sftpgo := tlsFiles(t)
	for kind, name := range ownHooks {
		for known, test := range map[string]struct {
			tls  driver.TLS
			want report.Status
			says string // in the time line
		}{
			"both known":           {sftpgo, report.Passed, ""},
			"hookd is not trusted": {driver.TLS{Cert: sftpgo.Cert, Key: sftpgo.Key}, report.Failed, "--cacert names its authority"},
			"SFTPGo shows nothing": {driver.TLS{CA: sftpgo.CA}, report.Failed, ": 401, expected 200"},
		} {
			t.Run(name+", "+known, func(t *testing.T) {
				t.Parallel()
				s := newSetup(t, programs)
				listen := freePort(t)
				on := startLive(t, driver.Hook{
					Kind: kind, URL: "https://" + listen + "/" + name, TLS: test.tls, Users: people(), APIKey: apiKey,
				}, programs)
				s.serve(t, listen, on.AuthyURL(), hookd...)
				outcomes, err := check.Run(t.Context(), check.Plan{Features: features.FS, Rules: logins(t, book, kind), Driver: on})
				if err != nil {
					t.Fatal(err)
				}
				told := timeline(outcomes[0].Cases[0].Events)
				if outcomes[0].Status != test.want || !strings.Contains(told, test.says) {
					t.Errorf("%s, want %s and %q:\n%s", outcomes[0].Status, test.want, test.says, told)
				}
			})
		}
	}
}

// logins is the rule of the kind that somebody gets in.
func logins(t *testing.T, book rulebook.Book, kind driver.Kind) []rulebook.Rule {
	t.Helper()
	for _, rule := range book.Of(kind) {
		if strings.HasSuffix(rule.ID, "-LOGIN") {
			return []rulebook.Rule{rule}
		}
	}
	t.Fatalf("%s: no rule *-LOGIN", kind)
	return nil
}

// tlsFiles are the settings of a hookd with TLS that wants client certificates,
// and the files of an SFTPGo for it.
func tlsFiles(t *testing.T) (hookd []string, sftpgo driver.TLS) {
	t.Helper()
	servers, err := authority.New()
	if err != nil {
		t.Fatal(err)
	}
	server, err := servers.Server("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	clients, err := authority.New()
	if err != nil {
		t.Fatal(err)
	}
	client, err := clients.Client("SFTPGo")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	file := func(name string, content []byte) string {
		return write(t, filepath.Join(folder, name), string(content), 0o400)
	}
	hookd = []string{
		"HOOKD_TLS_CERT_FILE=" + file("server.pem", server.Certificate),
		"HOOKD_TLS_KEY_FILE=" + file("server-key.pem", server.Key),
		"HOOKD_CLIENT_CA_FILE=" + file("clients.pem", clients.Certificate()),
	}
	return hookd, driver.TLS{
		CA:   file("servers.pem", servers.Certificate()),
		Cert: file("client.pem", client.Certificate),
		Key:  file("client-key.pem", client.Key),
	}
}
