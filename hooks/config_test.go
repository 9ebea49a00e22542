package hooks_test

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

func TestConfigDefaults(t *testing.T) {
	t.Parallel()
	users := writeFile(t, "users.csv", "alice,1001\nbob,1002\n", 0o644)
	for _, p := range programs() {
		config, err := p.Config([]string{"AUTHY_API_KEY=k", "AUTHY_USERS_FILE=" + users, "OTHER=1", "MALFORMED", "authy_lower=1"})
		if err != nil {
			t.Fatal(err)
		}
		deadline := 10 * time.Second
		if p.Name() == "keyint" {
			deadline = 25 * time.Second
		}
		if config.APIURL.String() != "https://api.authy.com" || config.APIKey.Reveal() != "k" || config.RootCAs != nil ||
			config.Deadline != deadline || config.TokenDigits != 7 || len(config.Users) != 2 || config.LogFile != "" {
			t.Errorf("%s: %+v", p.Name(), config)
		}
	}
	if config, err := hooks.Extauth().Config([]string{"AUTHY_API_KEY=k"}); err != nil || config.Users != nil {
		t.Errorf("extauth without users file: %v", err)
	}
	for _, p := range []hooks.Program{hooks.Keyint(), hooks.Checkpwd()} {
		if _, err := p.Config([]string{"AUTHY_API_KEY=k"}); err == nil || !strings.HasPrefix(err.Error(), "AUTHY_USERS_FILE, AUTHY_SFTPGO_URL: set at least one of the two") {
			t.Errorf("%s without users file: %v", p.Name(), err)
		}
	}
}

func TestConfigSources(t *testing.T) {
	t.Parallel()
	users := writeFile(t, "users.csv", "alice,1001\n", 0o644)
	file := writeFile(t, "authy.conf", "\n# Authy\n  AUTHY_API_URL = http://localhost:1/a  \r\nAUTHY_API_KEY=from=file\nAUTHY_TOKEN_DIGITS=6\nAUTHY_DEADLINE=1s\n"+
		"AUTHY_ALLOW_PLAIN_HTTP=false\nAUTHY_LOG_FILE=/from/file\nAUTHY_USERS_FILE="+users+"\n", 0o600)
	config, err := hooks.Checkpwd().Config([]string{"AUTHY_CONFIG_FILE=" + file, "AUTHY_TOKEN_DIGITS=8", "AUTHY_DEADLINE=2s", "AUTHY_DEADLINE=3s"})
	if err != nil {
		t.Fatal(err)
	}
	if config.APIURL.String() != "http://localhost:1/a" || config.APIKey.Reveal() != "from=file" || config.TokenDigits != 8 ||
		config.Deadline != 3*time.Second || config.LogFile != "/from/file" || len(config.Users) != 1 {
		t.Errorf("%+v", config)
	}
	keyFile := writeFile(t, "key", "from-file\r\n", 0o640)
	config, err = hooks.Extauth().Config([]string{"AUTHY_API_KEY_FILE=" + keyFile})
	if err != nil || config.APIKey.Reveal() != "from-file" {
		t.Errorf("key file: %v", err)
	}
	// Without the key inside, the file may be read by everyone.
	file = writeFile(t, "authy.conf", "AUTHY_API_KEY_FILE="+keyFile+"\n", 0o644)
	if _, err = hooks.Extauth().Config([]string{"AUTHY_CONFIG_FILE=" + file}); err != nil {
		t.Errorf("readable config file without a key: %v", err)
	}
}

func TestConfigAuthorities(t *testing.T) {
	t.Parallel()
	server := newTLSAuthy(t, answering(200, ""))
	text := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	config, err := hooks.Extauth().Config([]string{"AUTHY_API_KEY=k", "AUTHY_CA_FILE=" + writeFile(t, "ca.pem", "comment\n"+text, 0o644)})
	if err != nil {
		t.Fatal(err)
	}
	want := x509.NewCertPool()
	want.AddCert(server.Certificate())
	if !config.RootCAs.Equal(want) {
		t.Error("the pool holds other authorities than those of the file")
	}
}

// TestConfigErrors holds that each wrong setting is told, with the place and
// what was expected, and never with a value of the key.
func TestConfigErrors(t *testing.T) {
	t.Parallel()
	directory := t.TempDir()
	file := func(name, content string, mode os.FileMode) string { return writeFile(t, name, content, mode) }
	conf := func(content string) string { return "AUTHY_CONFIG_FILE=" + file("authy.conf", content, 0o600) }
	openKey, openConf := file("key", canaryKey+"\n", 0o604), file("authy.conf", "AUTHY_API_KEY="+canaryKey+"\n", 0o644)
	writableUsers := file("users.csv", "alice,1\n", 0o602)
	key := "AUTHY_API_KEY=" + canaryKey
	tests := []struct {
		environ []string
		want    string
	}{
		{nil, "AUTHY_API_KEY, AUTHY_API_KEY_FILE, AUTHY_TOTP_FILE: set exactly one of the three"},
		{[]string{key, "AUTHY_API_KEY_FILE=" + openKey}, "AUTHY_API_KEY, AUTHY_API_KEY_FILE, AUTHY_TOTP_FILE: set exactly one of the three"},
		{[]string{key, "AUTHY_URL=x"}, "AUTHY_URL: unknown variable; known are AUTHY_CONFIG_FILE, "},
		{[]string{key, "AUTHY_Z=x", "AUTHY_=x"}, "AUTHY_, AUTHY_Z: unknown variable"},
		{[]string{"AUTHY_API_KEY="}, "AUTHY_API_KEY: set to nothing; give it a value or remove it"},
		{[]string{key, "AUTHY_DEADLINE="}, "AUTHY_DEADLINE: set to nothing"},
		{[]string{`AUTHY_API_KEY="` + canaryKey + `"`}, "AUTHY_API_KEY: the value starts with a quote"},
		{[]string{`AUTHY_API_KEY='` + canaryKey + `'`}, "AUTHY_API_KEY: the value starts with a quote"},
		{[]string{"AUTHY_API_KEY=" + canaryKey + " "}, "AUTHY_API_KEY: the API key must consist of visible ASCII"},
		{[]string{"AUTHY_API_KEY=" + canaryKey + "\r\nX: y"}, "AUTHY_API_KEY: the API key must consist of visible ASCII"},
		{[]string{"AUTHY_API_KEY=" + canaryKey + "é"}, "AUTHY_API_KEY: the API key must consist of visible ASCII"},
		{[]string{"AUTHY_API_KEY=" + canaryKey + "\x7f"}, "AUTHY_API_KEY: the API key must consist of visible ASCII"},
		{[]string{key, "AUTHY_TOKEN_DIGITS=5"}, "AUTHY_TOKEN_DIGITS: expected a number from 6 to 8"},
		{[]string{key, "AUTHY_TOKEN_DIGITS=9"}, "AUTHY_TOKEN_DIGITS: expected a number"},
		{[]string{key, "AUTHY_TOKEN_DIGITS=+7"}, "AUTHY_TOKEN_DIGITS: expected a number"},
		{[]string{key, "AUTHY_TOKEN_DIGITS=7 "}, "AUTHY_TOKEN_DIGITS: expected a number"},
		{[]string{key, "AUTHY_DEADLINE=10"}, "AUTHY_DEADLINE: expected a duration from 100ms to 4m50s, such as 10s"},
		{[]string{key, "AUTHY_DEADLINE=99ms"}, "AUTHY_DEADLINE: expected a duration"},
		{[]string{key, "AUTHY_DEADLINE=291s"}, "AUTHY_DEADLINE: expected a duration"},
		{[]string{key, "AUTHY_DEADLINE=-1s"}, "AUTHY_DEADLINE: expected a duration"},
		{[]string{key, "AUTHY_ALLOW_PLAIN_HTTP=yes"}, "AUTHY_ALLOW_PLAIN_HTTP: expected true or false"},
		{[]string{key, "AUTHY_ALLOW_PLAIN_HTTP=TRUE"}, "AUTHY_ALLOW_PLAIN_HTTP: expected true or false"},

		{[]string{"AUTHY_API_KEY_FILE=" + openKey}, "AUTHY_API_KEY_FILE: " + openKey + ": the file holds the API key and is accessible to everyone on this machine; run: chmod o-rwx " + openKey},
		{[]string{"AUTHY_API_KEY_FILE=" + directory}, "AUTHY_API_KEY_FILE: " + directory + ": not a regular file"},
		{[]string{"AUTHY_API_KEY_FILE=/dev/null"}, "AUTHY_API_KEY_FILE: /dev/null: not a regular file"},
		{[]string{"AUTHY_API_KEY_FILE=" + directory + "/none"}, "AUTHY_API_KEY_FILE: stat " + directory + "/none: no such file"},
		{[]string{"AUTHY_API_KEY_FILE=" + file("key", "", 0o600)}, "AUTHY_API_KEY_FILE: "},
		{[]string{"AUTHY_API_KEY_FILE=" + file("key", "\n", 0o600)}, "AUTHY_API_KEY_FILE: "},
		{[]string{"AUTHY_API_KEY_FILE=" + file("key", canaryKey+"\n\n", 0o600)}, "AUTHY_API_KEY_FILE: "},
		{[]string{"AUTHY_API_KEY_FILE=" + file("key", canaryKey+"\nmore\n", 0o600)}, "AUTHY_API_KEY_FILE: "},
		{[]string{"AUTHY_API_KEY_FILE=" + file("key", strings.Repeat("k", 5000), 0o600)}, "AUTHY_API_KEY_FILE: "},

		{[]string{key, "AUTHY_CA_FILE=" + directory + "/none"}, "AUTHY_CA_FILE: stat "},
		{[]string{key, "AUTHY_CA_FILE=" + file("ca.pem", "not PEM", 0o600)}, "AUTHY_CA_FILE: "},
		{[]string{key, "AUTHY_CA_FILE=" + file("ca.pem", "", 0o600)}, "AUTHY_CA_FILE: "},

		{[]string{key, "AUTHY_USERS_FILE=" + directory + "/none"}, "AUTHY_USERS_FILE: stat "},
		{[]string{key, "AUTHY_USERS_FILE=" + file("users.csv", "alice,1\nbob;2\n", 0o600)}, "AUTHY_USERS_FILE: "},
		{[]string{key, "AUTHY_USERS_FILE=" + writableUsers}, "AUTHY_USERS_FILE: " + writableUsers + ": the file is writable by everyone on this machine; run: chmod o-w " + writableUsers},

		{[]string{"AUTHY_CONFIG_FILE=" + directory + "/none"}, "AUTHY_CONFIG_FILE: stat "},
		{[]string{"AUTHY_CONFIG_FILE=" + directory}, "AUTHY_CONFIG_FILE: "},
		{[]string{"AUTHY_CONFIG_FILE=" + openConf}, "AUTHY_CONFIG_FILE: " + openConf + ": the file holds the API key"},
		{[]string{conf("AUTHY_API_KEY=k\n\nAUTHY_URL=x\n")}, ":3: AUTHY_URL: unknown variable; known are"},
		{[]string{conf("AUTHY_API_KEY=k\nAUTHY_API_KEY=" + canaryKey)}, ":2: AUTHY_API_KEY is already set in line 1"},
		{[]string{conf("AUTHY_API_KEY\n")}, ":1: expected NAME=value"},
		{[]string{conf("# key\n" + canaryKey + "\n")}, ":2: expected NAME=value"},
		{[]string{conf(canaryKey + "==\n")}, ":1: expected NAME=value"},
		{[]string{conf("AUTHY_" + canaryKey + "=\n")}, ":1: expected NAME=value"},
		{[]string{conf("=x\n")}, ":1: expected NAME=value"},
		{[]string{conf("export AUTHY_API_KEY=" + canaryKey + "\n")}, ":1: expected NAME=value"},
		{[]string{conf("AUTHY_CONFIG_FILE=x\n")}, ":1: AUTHY_CONFIG_FILE can only be set in the environment"},
		{[]string{conf("AUTHY_API_KEY=k\nAUTHY_DEADLINE=x\n")}, ":2: AUTHY_DEADLINE: expected a duration"},
		{[]string{conf("AUTHY_API_KEY=k\nAUTHY_DEADLINE=\n")}, ":2: AUTHY_DEADLINE: set to nothing"},
		{[]string{conf("AUTHY_API_KEY=\"" + canaryKey + "\"\n")}, ":1: AUTHY_API_KEY: the value starts with a quote"},
		{[]string{conf("\ufeffAUTHY_API_KEY=k\n")}, ": the file starts with a byte order mark"},
		{[]string{conf("AUTHY_API_KEY=\xff\n")}, ": the file is not UTF-8"},
		{[]string{conf(strings.Repeat("#\n", 40<<10))}, ": the file is longer than 65536 bytes"},
	}
	const urlHint = "AUTHY_API_URL: expected an absolute URL such as https://api.authy.com"
	const clearHint = "AUTHY_API_URL: over plain http the API key travels in clear text"
	for url, want := range map[string]string{
		"api.authy.com": urlHint, "//api.authy.com": urlHint, "/protected": urlHint, "ftp://api.authy.com": urlHint, "https://": urlHint, "https:api.authy.com": urlHint,
		"https://:443": urlHint, "https://h?a=b": urlHint, "https://h?": urlHint, "https://h#f": urlHint, "https://h#": urlHint, "https://u@h": urlHint,
		"https://u:" + canaryPassword + "@h": urlHint, "https://h/%zz": urlHint, "https://h\n": urlHint, "https://h:port": urlHint, ":": urlHint, "\x20https://h": urlHint,
		"http://api.authy.com": clearHint, "http://10.0.0.1": clearHint, "http://localhost.example.com": clearHint, "http://127.0.0.1.example.com": clearHint,
		"http://0.0.0.0": clearHint, "http://[::2]:80": clearHint, "http://128.0.0.1": clearHint, "HTTP://mock": clearHint,
	} {
		tests = append(tests, struct {
			environ []string
			want    string
		}{[]string{key, "AUTHY_API_URL=" + url}, want})
	}
	for _, test := range tests {
		config, err := hooks.Extauth().Config(test.environ)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: error %v, want it to hold %q", test.environ, err, test.want)
			continue
		}
		noSecrets(t, "error", err.Error())
		noSecrets(t, "configuration", fmt.Sprintf("%+v", config))
		// The same is told in a login, which is denied, and in a check.
		for _, p := range programs() {
			environ := append(slices.Clone(test.environ), "AUTHY_USERS_FILE="+directory+"/none")
			mustDeny(t, p, logIn(p, environ), hooks.ExitConfig, `reason="configuration: `)
		}
		o := run(hooks.Extauth(), test.environ, "-check")
		if o.code != hooks.ExitConfig || o.stdout != "" || !strings.Contains(o.stderr, test.want) {
			t.Errorf("-check: %d, %q, %q", o.code, o.stdout, o.stderr)
		}
	}
}

func TestConfigPlainHTTP(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"http://localhost", "http://LOCALHOST:80", "http://127.0.0.1:8080/x", "http://127.255.255.254", "http://[::1]:1", "http://[::ffff:127.0.0.1]", "https://10.0.0.1"} {
		if _, err := hooks.Extauth().Config([]string{"AUTHY_API_KEY=k", "AUTHY_API_URL=" + url}); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
	if _, err := hooks.Extauth().Config([]string{"AUTHY_API_KEY=k", "AUTHY_API_URL=http://mock:8080", "AUTHY_ALLOW_PLAIN_HTTP=true"}); err != nil {
		t.Errorf("allowed plain http: %v", err)
	}
}

// TestConfigNamedPipe holds that no file makes the hook wait for another program.
func TestConfigNamedPipe(t *testing.T) {
	t.Parallel()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	defer writer.Close()
	path := fmt.Sprintf("/proc/self/fd/%d", reader.Fd())
	if _, err := os.Stat(path); err != nil {
		t.Skip("no /proc here")
	}
	for _, name := range []string{"AUTHY_CONFIG_FILE", "AUTHY_API_KEY_FILE", "AUTHY_USERS_FILE", "AUTHY_CA_FILE", "AUTHY_SFTPGO_API_KEY_FILE", "AUTHY_SFTPGO_PASSWORD_FILE", "AUTHY_SFTPGO_CA_FILE"} {
		environ := []string{name + "=" + path}
		if name != "AUTHY_API_KEY_FILE" {
			environ = append(environ, "AUTHY_API_KEY=k")
		}
		switch name {
		case "AUTHY_SFTPGO_API_KEY_FILE":
			environ = append(environ, "AUTHY_SFTPGO_URL=http://127.0.0.1:8080")
		case "AUTHY_SFTPGO_PASSWORD_FILE":
			environ = append(environ, "AUTHY_SFTPGO_URL=http://127.0.0.1:8080", "AUTHY_SFTPGO_ADMIN=admin")
		case "AUTHY_SFTPGO_CA_FILE":
			environ = append(environ, "AUTHY_SFTPGO_URL=http://127.0.0.1:8080", "AUTHY_SFTPGO_API_KEY=k")
		}
		if _, err := hooks.Extauth().Config(environ); err == nil || !strings.Contains(err.Error(), "not a regular file") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
