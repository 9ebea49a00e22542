package stack

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFormsSayTheSame holds the settings in JSON to those in the environment.
func TestFormsSayTheSame(t *testing.T) {
	t.Parallel()
	for _, hook := range []Hook{PasswordAndToken, TokenOnly, PrefixAndToken, KeyintAndCheckpwd} {
		for _, form := range []struct{ env, json func() ([]byte, error) }{
			{hook.Settings, hook.JSONSettings},
			{hook.SettingsOverHTTP, hook.JSONSettingsOverHTTP},
		} {
			lines, err := form.env()
			if err != nil {
				t.Fatal(err)
			}
			file, err := form.json()
			if err != nil {
				t.Fatal(err)
			}
			var sections map[string]any
			if err := json.Unmarshal(file, &sections); err != nil {
				t.Fatal(err)
			}
			fromJSON := map[string]string{}
			flatten(fromJSON, "SFTPGO", sections)
			if diff := cmp.Diff(environment(lines), fromJSON); diff != "" {
				t.Errorf("%s: the environment (-) is not the JSON (+):\n%s", hook, diff)
			}
		}
	}
}

// TestSettingsOnLoopback holds what a server asks that has hookd on its own machine
// to what the documents say of it: another address, and no certificate authority.
func TestSettingsOnLoopback(t *testing.T) {
	t.Parallel()
	for _, hook := range []Hook{PasswordAndToken, TokenOnly, PrefixAndToken} {
		lines, err := hook.SettingsOverHTTP()
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{}
		for name, value := range environment(lines) {
			if name != "SFTPGO_HTTP__CA_CERTIFICATES" {
				want[name] = strings.ReplaceAll(value, "https://hookd:2885", "http://127.0.0.1:2885")
			}
		}
		asked := Setup{Hook: hook, OverHTTP: true, OnLoopback: true}.asking(lines)
		if diff := cmp.Diff(want, environment(asked)); diff != "" {
			t.Errorf("%s: the settings are not those that the documents name (-want +got):\n%s", hook, diff)
		}
	}
}

// flatten names settings as SFTPGo's environment does: a list of objects by
// numbers, and one of texts by the texts.
func flatten(into map[string]string, name string, value any) {
	switch value := value.(type) {
	case map[string]any:
		separator := "__"
		if name == "SFTPGO" {
			separator = "_"
		}
		for key, inner := range value {
			flatten(into, name+separator+strings.ToUpper(key), inner)
		}
	case []any:
		for i, inner := range value {
			if _, ok := inner.(map[string]any); !ok {
				flatten(into, name, inner)
				continue
			}
			flatten(into, fmt.Sprintf("%s__%d", name, i), inner)
		}
	default:
		into[name] = fmt.Sprint(value)
	}
}
