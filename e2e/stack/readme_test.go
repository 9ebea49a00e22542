package stack_test

import (
	"os"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
)

// TestREADMEShowsTheSettingsThatRun holds the READMEs to what the scenarios start
// SFTPGo with.
func TestREADMEShowsTheSettingsThatRun(t *testing.T) {
	for _, hook := range []stack.Hook{stack.PasswordAndToken, stack.TokenOnly, stack.PrefixAndToken} {
		for readme, settings := range map[string]func() ([]byte, error){
			"../../README.md":       hook.Settings,
			"../../hooks/README.md": hook.SettingsOverHTTP,
		} {
			text, err := os.ReadFile(readme)
			if err != nil {
				t.Fatal(err)
			}
			file, err := settings()
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			for line := range strings.Lines(string(file)) {
				if !strings.HasPrefix(line, "#") {
					lines = append(lines, line)
				}
			}
			if len(lines) < 2 {
				t.Errorf("%s: only %d settings", hook, len(lines))
			}
			if block := "```\n" + strings.Join(lines, "") + "```\n"; !strings.Contains(string(text), block) {
				t.Errorf("%s does not show the settings of %s:\n%s", readme, hook, block)
			}
		}
	}
}
