package stack_test

import (
	"os"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
)

// TestREADMEShowsTheSettingsThatRun holds the README to what the scenarios start
// SFTPGo with.
func TestREADMEShowsTheSettingsThatRun(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, hook := range []stack.Hook{stack.PasswordAndToken, stack.TokenOnly, stack.PrefixAndToken} {
		file, err := hook.Settings()
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
		if block := "```\n" + strings.Join(settings, "") + "```\n"; !strings.Contains(string(readme), block) {
			t.Errorf("README.md does not show the settings of %s:\n%s", hook, block)
		}
	}
}
