package stack_test

import (
	"os"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
)

// TestDocumentsShowTheSettingsThatRun holds the documents to what the scenarios
// start SFTPGo with.
func TestDocumentsShowTheSettingsThatRun(t *testing.T) {
	t.Parallel()
	const page = "../../docs/sftpgo.md"
	for _, hook := range []stack.Hook{stack.PasswordAndToken, stack.TokenOnly, stack.PrefixAndToken, stack.KeyintAndCheckpwd} {
		for _, form := range []struct {
			env, json func() ([]byte, error)
			overview  string
		}{
			{hook.Settings, hook.JSONSettings, "../../README.md"},
			{hook.SettingsOverHTTP, hook.JSONSettingsOverHTTP, "../../hooks/README.md"},
		} {
			file, err := form.env()
			if err != nil {
				t.Fatal(err)
			}
			var settings []string
			for line := range strings.Lines(string(file)) {
				if !strings.HasPrefix(line, "#") {
					settings = append(settings, line)
				}
			}
			if len(settings) < 2 {
				t.Errorf("%s: only %d settings", hook, len(settings))
			}
			if hook != stack.KeyintAndCheckpwd {
				shows(t, form.overview, "", strings.Join(settings, ""))
			}
			shows(t, page, "", strings.Join(settings, ""))

			file, err = form.json()
			if err != nil {
				t.Fatal(err)
			}
			shows(t, page, "json", string(file))
		}
	}
	for _, filters := range []stack.Filters{stack.SSHWithoutKeys, stack.KeyAndKeyboard} {
		file, err := filters.JSON()
		if err != nil {
			t.Fatal(err)
		}
		shows(t, page, "json", string(file))
	}
}

func shows(t *testing.T, document, language, snippet string) {
	t.Helper()
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	if block := "```" + language + "\n" + snippet + "```\n"; !strings.Contains(string(text), block) {
		t.Errorf("%s does not show:\n%s", document, block)
	}
}
