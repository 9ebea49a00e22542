package steps_test

import (
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/steps"
	"github.com/sftpgo-authy/sftpgo-authy/features"
)

// TestDifferencesHaveScenarios finds tags that are misspelt: their scenarios
// would run on releases for which they do not hold, or on none.
func TestDifferencesHaveScenarios(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	files, err := fs.Glob(features.FS, "*.feature")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d features: %v", len(files), err)
	}
	for _, name := range files {
		text, err := fs.ReadFile(features.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range regexp.MustCompile(`(?m)^ *@.*$`).FindAllString(string(text), -1) {
			for _, tag := range strings.Fields(line) {
				used[tag] = true
			}
		}
	}
	// These tell the features apart, the hooks as programs from those over HTTP, and what
	// takes long.
	for _, tag := range []string{"@keyboard-interactive", "@external-auth", "@check-password", "@hookctl", "@as-program", "@over-http", "@slow"} {
		delete(used, tag)
	}
	doc, err := os.ReadFile("../../docs/sftpgo.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range steps.Differences() {
		if !used[d.Tag] {
			t.Errorf("no scenario has the tag %s", d.Tag)
		}
		delete(used, d.Tag)
		if d.From == d.Before {
			t.Errorf("%s holds for all releases", d.Tag)
		}
		row := "| " + d.What + " |"
		if !slices.ContainsFunc(strings.Split(string(doc), "\n"), func(line string) bool { return strings.HasPrefix(line, row) }) {
			t.Errorf("docs/sftpgo.md has no row %q", row)
		}
	}
	for tag := range used {
		t.Errorf("the tag %s is no known difference", tag)
	}
}
