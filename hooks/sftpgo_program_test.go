package hooks_test

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// withSFTPGo is a complete environment without a users file.
func withSFTPGo(tb testing.TB, authyURL, sftpgoURL string, more ...string) []string {
	tb.Helper()
	return append([]string{
		"AUTHY_API_URL=" + authyURL, "AUTHY_API_KEY=" + canaryKey, "AUTHY_DENY_AFTER=0s", "AUTHY_DEADLINE=2s",
		"AUTHY_SFTPGO_URL=" + sftpgoURL, "AUTHY_SFTPGO_API_KEY_FILE=" + writeFile(tb, "sftpgo.key", sftpgoKey+"\n", 0o600),
	}, more...)
}

func TestProgramsAskSFTPGo(t *testing.T) {
	t.Parallel()
	authy := newAuthy(t, answering(200, goodAnswer))
	server := newSFTPGo(t, map[string]string{"alice": userJSON("alice", "authy_id="+aliceID)})
	for _, p := range programs() {
		mustAccept(t, p, logIn(p, withSFTPGo(t, authy.URL, server.URL)))
		empty := newSFTPGo(t, nil)
		down := withSFTPGo(t, authy.URL, "http://127.0.0.1:1")
		users := "AUTHY_USERS_FILE=" + writeFile(t, "users.csv", "alice,"+aliceID+"\n", 0o600)
		mustAccept(t, p, logIn(p, append(down, users))) // the users file comes first
		if p.Name() == "extauth" {
			mustAccept(t, p, logIn(p, down)) // additional_info too
			continue
		}
		if n := len(server.seen()); n == 0 {
			t.Errorf("%s did not ask SFTPGo", p.Name())
		}
		mustDeny(t, p, logIn(p, withSFTPGo(t, authy.URL, empty.URL)), hooks.ExitDenied, "no Authy ID is known for this user")
		mustDeny(t, p, logIn(p, down), hooks.ExitDenied, "no usable answer from SFTPGo")
		other := newAuthy(t, answering(200, userJSON("bob", "authy_no_token")))
		mustDeny(t, p, logIn(p, withSFTPGo(t, authy.URL, other.URL)), hooks.ExitDenied, "about another user")
		silent := newAuthy(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		o := logIn(p, withSFTPGo(t, authy.URL, silent.URL, "AUTHY_DEADLINE=300ms"))
		mustDeny(t, p, o, hooks.ExitDenied, "the deadline passed")
		if o.took > 2*time.Second {
			t.Errorf("%s took %v with a deadline of 300ms", p.Name(), o.took)
		}
	}
}

func TestConfigSFTPGo(t *testing.T) {
	t.Parallel()
	password := writeFile(t, "password", sftpgoPassword+"\r\n", 0o640)
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: newTLSAuthy(t, answering(200, "")).Certificate().Raw})
	config, err := hooks.Keyint().Config([]string{
		"AUTHY_API_KEY=k", "AUTHY_SFTPGO_URL=https://sftpgo.example.com/base", "AUTHY_SFTPGO_ADMIN=hook",
		"AUTHY_SFTPGO_PASSWORD_FILE=" + password, "AUTHY_SFTPGO_CACHE=1m", "AUTHY_SFTPGO_CA_FILE=" + writeFile(t, "ca.pem", string(authority), 0o644),
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := config.SFTPGo; got.URL.String() != "https://sftpgo.example.com/base" || got.Admin != "hook" || got.Password.Reveal() != sftpgoPassword ||
		got.APIKey.Reveal() != "" || got.CacheFor != time.Minute || got.RootCAs == nil {
		t.Errorf("%+v", got)
	}
	config, err = hooks.Checkpwd().Config([]string{"AUTHY_API_KEY=k", "AUTHY_SFTPGO_URL=http://sftpgo:8080", "AUTHY_SFTPGO_ALLOW_PLAIN_HTTP=true", "AUTHY_SFTPGO_API_KEY=" + sftpgoKey})
	if err != nil || config.SFTPGo.APIKey.Reveal() != sftpgoKey || config.SFTPGo.CacheFor != 30*time.Second || config.SFTPGo.RootCAs != nil {
		t.Errorf("%+v, %v", config.SFTPGo, err)
	}
	o := run(hooks.Keyint(), []string{"AUTHY_API_KEY=k", "AUTHY_SFTPGO_URL=http://127.0.0.1:8080", "AUTHY_SFTPGO_API_KEY=" + sftpgoKey}, "-check")
	if o.code != 0 || !strings.Contains(o.stdout, "SFTPGo API:   http://127.0.0.1:8080\n") {
		t.Errorf("-check: %+v", o)
	}
	noSecrets(t, "check", o.stdout)
}

func TestConfigSFTPGoErrors(t *testing.T) {
	t.Parallel()
	const (
		url       = "AUTHY_SFTPGO_URL=http://127.0.0.1:8080"
		key       = "AUTHY_SFTPGO_API_KEY=" + sftpgoKey
		admin     = "AUTHY_SFTPGO_ADMIN=admin"
		clearHint = "AUTHY_SFTPGO_URL: over plain http the key to SFTPGo travels in clear text"
		urlHint   = "AUTHY_SFTPGO_URL: expected an absolute URL such as http://127.0.0.1:8080"
		oneHint   = "AUTHY_SFTPGO_URL: set exactly one of AUTHY_SFTPGO_API_KEY, AUTHY_SFTPGO_API_KEY_FILE and AUTHY_SFTPGO_ADMIN with"
	)
	passwordFile := func(content string, mode os.FileMode) string {
		return "AUTHY_SFTPGO_PASSWORD_FILE=" + writeFile(t, "password", content, mode)
	}
	conf := writeFile(t, "authy.conf", "AUTHY_SFTPGO_API_KEY="+sftpgoKey+"\n", 0o644)
	for _, test := range []struct {
		environ []string
		want    string
	}{
		{nil, "AUTHY_USERS_FILE, AUTHY_SFTPGO_URL: set at least one of the two"},
		{[]string{key}, "AUTHY_SFTPGO_API_KEY: of no use without AUTHY_SFTPGO_URL"},
		{[]string{admin, "AUTHY_SFTPGO_CA_FILE=x"}, "AUTHY_SFTPGO_ADMIN, AUTHY_SFTPGO_CA_FILE: of no use"},
		{[]string{url}, oneHint},
		{[]string{url, key, admin, passwordFile("p", 0o600)}, oneHint},
		{[]string{url, key, "AUTHY_SFTPGO_API_KEY_FILE=x"}, oneHint},
		{[]string{url, admin}, oneHint},
		{[]string{url, passwordFile("p", 0o600)}, oneHint},
		{[]string{url, key, passwordFile("p", 0o600)}, oneHint},
		{[]string{url, "AUTHY_SFTPGO_ADMIN=a:b", passwordFile("p", 0o600)}, "AUTHY_SFTPGO_ADMIN: the name of an administrator"},
		{[]string{url, admin, passwordFile("", 0o600)}, "AUTHY_SFTPGO_PASSWORD_FILE: "},
		{[]string{url, admin, passwordFile("canary\nmore\n", 0o600)}, "expected the password in the only line"},
		{[]string{url, admin, passwordFile("canary", 0o604)}, "the file holds the password of an administrator and is accessible to everyone"},
		{[]string{url, "AUTHY_SFTPGO_API_KEY_FILE=" + writeFile(t, "key", sftpgoKey, 0o644)}, "the file holds the API key of SFTPGo and is accessible to everyone"},
		{[]string{url, "AUTHY_SFTPGO_API_KEY_FILE=/dev/null"}, "AUTHY_SFTPGO_API_KEY_FILE: /dev/null: not a regular file"},
		{[]string{url, "AUTHY_SFTPGO_API_KEY=canary key"}, "AUTHY_SFTPGO_API_KEY: the API key must consist of"},
		{[]string{url, key, "AUTHY_SFTPGO_CA_FILE=/none"}, "AUTHY_SFTPGO_CA_FILE: stat /none"},
		{[]string{url, key, "AUTHY_SFTPGO_CACHE=-1s"}, "AUTHY_SFTPGO_CACHE: expected a duration from 0s to 1h"},
		{[]string{url, key, "AUTHY_SFTPGO_CACHE=61m"}, "AUTHY_SFTPGO_CACHE: expected a duration"},
		{[]string{key, "AUTHY_SFTPGO_URL=http://sftpgo:8080"}, clearHint},
		{[]string{key, "AUTHY_SFTPGO_URL=http://sftpgo:8080", "AUTHY_ALLOW_PLAIN_HTTP=true"}, clearHint},
		{[]string{key, "AUTHY_SFTPGO_URL=https://admin:canary@sftpgo"}, urlHint},
		{[]string{key, "AUTHY_SFTPGO_URL=sftpgo:8080"}, urlHint},
		{[]string{url, "AUTHY_CONFIG_FILE=" + conf}, conf + ": the file holds the API key and is accessible to everyone"},
	} {
		environ := append([]string{"AUTHY_API_KEY=" + canaryKey}, test.environ...)
		for _, p := range []hooks.Program{hooks.Keyint(), hooks.Checkpwd()} {
			config, err := p.Config(environ)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%q: %v, want %q", test.environ, err, test.want)
				continue
			}
			noSecrets(t, "error", err.Error())
			noSecrets(t, "configuration", fmt.Sprintf("%+v", config))
			mustDeny(t, p, logIn(p, environ), hooks.ExitConfig, `reason="configuration: `)
		}
	}
}
