package live

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
)

// TestSettingsAreThoseOfTheDocuments holds the settings of the three kinds to
// what the documents show.
func TestSettingsAreThoseOfTheDocuments(t *testing.T) {
	t.Parallel()
	for kind, hook := range map[driver.Kind]stack.Hook{
		driver.KeyboardInteractive: stack.PasswordAndToken,
		driver.ExternalAuth:        stack.TokenOnly,
		driver.CheckPassword:       stack.PrefixAndToken,
	} {
		documented, err := hook.JSONSettings()
		if err != nil {
			t.Fatal(err)
		}
		env := []string{"AUTHY_CONFIG_FILE=/etc/sftpgo/authy.conf"}
		own, err := programSettings(driver.Hook{Kind: kind}, "/usr/local/bin/"+hook.Program(), env, 0)
		if err != nil {
			t.Fatal(err)
		}
		var want, got map[string]any
		if err := json.Unmarshal(documented, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(own, &got); err != nil {
			t.Fatal(err)
		}
		// What closes the web server is none of the hook's, and not all releases of
		// SFTPGo know it. No rule for keyboard-interactive logs in there.
		delete(want, "httpd")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -documents +live\n%s", kind, diff)
		}
	}
}

func TestProgramSettings(t *testing.T) {
	t.Parallel()
	hook := driver.Hook{Kind: driver.CheckPassword, Args: []string{"-a", "b, c"}}
	got, err := programSettings(hook, "/opt/hook", []string{"LIST=a,b"}, 7*time.Second)
	const want = `{"command":{"commands":[{"args":["-a","b, c"],"path":"/opt/hook"}],"env":["LIST=a,b"],"timeout":7},` +
		`"data_provider":{"check_password_hook":"/opt/hook","check_password_scope":0}}`
	if err != nil || string(got) != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
	if _, err := programSettings(hook, "/opt/hook", nil, 1500*time.Millisecond); err == nil {
		t.Error("half a second: want an error, SFTPGo knows whole ones")
	}
}

func TestServiceSettings(t *testing.T) {
	t.Parallel()
	hook := driver.Hook{Kind: driver.ExternalAuth, URL: "http://127.0.0.1:9000/auth", Header: http.Header{"Authorization": {"Bearer secret"}}}
	got, err := serviceSettings(hook, 0)
	const want = `{"data_provider":{"external_auth_hook":"http://127.0.0.1:9000/auth","external_auth_scope":5},` +
		`"http":{"headers":[{"key":"Authorization","url":"http://127.0.0.1:9000/auth","value":"Bearer secret"}]}}`
	if err != nil || string(got) != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
	hook.URL, hook.Header = "https://127.0.0.1:9000/auth", nil
	hook.TLS = driver.TLS{CA: "ca.pem", Cert: "both.pem", Key: "both.pem"}
	got, err = serviceSettings(hook, 0)
	const overTLS = `{"data_provider":{"external_auth_hook":"https://127.0.0.1:9000/auth","external_auth_scope":5},` +
		`"http":{"ca_certificates":["/opt/hookcheck/hook-ca.pem"],` +
		`"certificates":[{"cert":"/opt/hookcheck/client.pem","key":"/opt/hookcheck/client-key.pem"}],"headers":[]}}`
	if err != nil || string(got) != overTLS {
		t.Errorf("%s, %v; want %s", got, err, overTLS)
	}
	hook.Header = http.Header{"Authorization": {"Bearer secret", "Bearer another"}}
	if _, err := serviceSettings(hook, 0); err == nil {
		t.Error("two values: want an error, SFTPGo sends one")
	}
}
