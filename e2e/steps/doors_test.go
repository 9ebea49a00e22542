package steps_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/features"
)

// cell is a row of the examples of doors.feature.
var cell = regexp.MustCompile(`(?m)^ *\| (password and token|the token only|the password followed by the token) +\| (.+?) +\| (guarded|open|closed) +\|$`)

// shared is a row of the doors that two hooks share.
var shared = regexp.MustCompile(`(?m)^ *\| (.+?) +\| (guarded|open|closed) +\|$`)

// doorsAndPage are doors.feature and docs/sftpgo.md.
func doorsAndPage(t *testing.T) (feature, page string) {
	t.Helper()
	doors, err := fs.ReadFile(features.FS, "doors.feature")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../../docs/sftpgo.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(doors), string(text)
}

// TestPageShowsTheDoorsOfTwoHooks holds the second table of docs/sftpgo.md.
func TestPageShowsTheDoorsOfTwoHooks(t *testing.T) {
	t.Parallel()
	feature, page := doorsAndPage(t)
	_, examples, _ := strings.Cut(feature, "Scenario Outline: Both hooks")
	examples, _, _ = strings.Cut(examples, "Scenario:")
	rows := shared.FindAllStringSubmatch(examples, -1)
	if len(rows) != 6 {
		t.Errorf("%d doors in the feature, want 6", len(rows))
	}
	for _, row := range rows {
		if want := "| " + row[1] + " | " + row[2] + " |\n"; !strings.Contains(page, want) {
			t.Errorf("docs/sftpgo.md has no row %q", want)
		}
	}
}

// TestPageShowsTheDoors holds the table of docs/sftpgo.md to the scenarios.
func TestPageShowsTheDoors(t *testing.T) {
	t.Parallel()
	feature, page := doorsAndPage(t)
	examples, _, _ := strings.Cut(feature, "Rule: The settings may as well")
	type key struct{ login, asked string }
	doors := map[key]string{}
	var logins []string
	for _, match := range cell.FindAllStringSubmatch(examples, -1) {
		asked, login, door := match[1], match[2], match[3]
		if asked == "password and token" {
			logins = append(logins, login)
		}
		// The first is that of the newest releases.
		if _, ok := doors[key{login, asked}]; !ok {
			doors[key{login, asked}] = door
		}
	}
	if len(logins) < 6 {
		t.Fatalf("only %d logins in the feature", len(logins))
	}
	for _, login := range logins {
		row := "| " + login
		for _, asked := range []string{"password and token", "the token only", "the password followed by the token"} {
			row += " | " + doors[key{login, asked}]
		}
		if row += " |\n"; !strings.Contains(page, row) {
			t.Errorf("docs/sftpgo.md has no row %q", row)
		}
	}
}
