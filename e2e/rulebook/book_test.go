package rulebook_test

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/rulebook"
)

func loadFixtures(t *testing.T) rulebook.Book {
	t.Helper()
	book, err := rulebook.Load(os.DirFS("testdata/features"))
	if err != nil {
		t.Fatal(err)
	}
	return book
}

func TestFind(t *testing.T) {
	t.Parallel()
	book := loadFixtures(t)
	for _, want := range []rulebook.Rule{
		{
			ID: "KEYINT-ECHO", Kind: driver.KeyboardInteractive, Subject: "Who gets in",
			Title:    "No answer is shown on the screen",
			Why:      "Who looks over the user's shoulder reads password and token, and logs in with them.\n\nHe needs no more.",
			Fix:      `say "echos": false with each question.`,
			Scenario: "Scenario: No answer is shown on the screen\n  When the user logs in with the password and the current token\n  Then no answer was shown",
			Feature:  "rules/keyboard_interactive.feature", Line: 21,
		},
		{
			ID: "KEYINT-NEWLINE", Kind: driver.KeyboardInteractive, Must: true, Subject: "Answers with line ends",
			Title:    "An answer with a line end injects no further answer",
			Why:      "One answer could stand for two.",
			Fix:      "read one line for each question, and only after it was asked.",
			Scenario: "Scenario: An answer with a line end injects no further answer\n  When the user answers each question with\n    \"\"\"\n    password\n      ```\n    1234567\n    \"\"\"\n  Then the user is refused",
			Tags:     []string{"@slow"},
			Feature:  "rules/keyboard_interactive.feature", Line: 36,
		},
		{
			ID: "CHECKPWD-AUTHY-ERROR", Kind: driver.CheckPassword, Must: true, Subject: "Authy is out of order",
			Title:    "Authy answers with <status>: nobody gets in",
			Why:      "An attacker waits for an outage, or brings it about.",
			Fix:      "deny whatever is not answered with status 200.",
			Scenario: "Scenario Outline: Authy answers with <status>: nobody gets in\n  Given Authy answers with <status>\n  When the user logs in with the password and the current token\n  Then the user is refused\n\n  Examples: errors\n    | status |\n    | 400    |\n    | 503    |\n\n  # Neither of these is an error.\n  Examples: others\n    | status |\n    | 201    |",
			Feature:  "rules/check_password.feature", Line: 8,
		},
	} {
		got, ok := book.Find(want.ID)
		if !ok {
			t.Errorf("Find(%s) found nothing", want.ID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Find(%s): -want +got\n%s", want.ID, diff)
		}
	}
	if rule, ok := book.Find("KEYINT-NONE"); ok {
		t.Errorf("Find(KEYINT-NONE) = %+v, want nothing", rule)
	}
}

// The files are in another order than the kinds.
func TestOrder(t *testing.T) {
	t.Parallel()
	book := loadFixtures(t)
	if got, want := ids(book.Rules()), "KEYINT-LOGIN KEYINT-ECHO KEYINT-NEWLINE EXTAUTH-LOGIN CHECKPWD-AUTHY-ERROR"; got != want {
		t.Errorf("rules %s, want %s", got, want)
	}
	if got, want := ids(book.Of(driver.KeyboardInteractive)), "KEYINT-LOGIN KEYINT-ECHO KEYINT-NEWLINE"; got != want {
		t.Errorf("rules of keyboard-interactive %s, want %s", got, want)
	}
}

// Who gets rules may change them.
func TestRulesAreCopies(t *testing.T) {
	t.Parallel()
	book := loadFixtures(t)
	book.Rules()[0].ID = "changed"
	slices.Reverse(book.Of(driver.KeyboardInteractive))
	if got := book.Rules()[0].ID; got != "KEYINT-LOGIN" {
		t.Errorf("first rule %s, want KEYINT-LOGIN", got)
	}
}

func ids(rules []rulebook.Rule) string {
	var ids []string
	for _, rule := range rules {
		ids = append(ids, rule.ID)
	}
	return strings.Join(ids, " ")
}

const good = `@check-password
Feature: Check password hooks
  Rule: Who gets in
    @CHECKPWD-LOGIN @MUST
    Scenario: The right ones let in
      Why.
      Fix: this.

      When a user logs in
`

func TestLoadTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, old, new, want string }{
		{"syntax", "When a user logs in", "When a user logs in\n      nonsense", "rules/check.feature:10: expected: "},
		{"line too long", "Why.", strings.Repeat("a", 70_000), "rules/check.feature:6: want lines of less than 64 KiB"},
		{"empty", good, "", "rules/check.feature:1: want a feature, have none"},
		{"no kind", "@check-password", "@other", "rules/check.feature:2: want one of the tags @keyboard-interactive, @external-auth and @check-password at the feature, have 0"},
		{"two kinds", "@check-password", "@check-password @external-auth", ":2: want one of the tags @keyboard-interactive, @external-auth and @check-password at the feature, have 2"},
		{"kind twice", "@check-password", "@external-auth", ":2: want one feature with the tag @external-auth, have another one"},
		{"kind missing", "@check-password", "@external-auth", "rules/*.feature: want a feature with the tag @check-password, have none"},
		{"no ID", "@CHECKPWD-LOGIN ", "", ":5: want one tag with an ID such as @CHECKPWD-LOGIN, have 0"},
		{"two IDs", "@CHECKPWD-LOGIN", "@CHECKPWD-LOGIN @CHECKPWD-OTHER", ":5: want one tag with an ID such as @CHECKPWD-LOGIN, have 2"},
		{"small letters", "@CHECKPWD-LOGIN", "@checkpwd-login", ":4: tag @checkpwd-login: want an ID of capital letters, digits and hyphens such as @CHECKPWD-LOGIN"},
		{"underscore", "@CHECKPWD-LOGIN", "@CHECKPWD_LOGIN", ":4: tag @CHECKPWD_LOGIN: want an ID"},
		{"ID of another kind", "@CHECKPWD-LOGIN", "@KEYINT-LOGIN", ":5: ID KEYINT-LOGIN: want one that begins with CHECKPWD-, as the feature is for check-password hooks"},
		{"ID at the feature", "@check-password", "@check-password @CHECKPWD-ALL", ":5: want one tag with an ID such as @CHECKPWD-LOGIN, have 2"},
		{"ID in two places", "When a user logs in", "When a user logs in\n" + scenario, ":11: want another ID than CHECKPWD-LOGIN, which stands at rules/check.feature:5"},
		{"no level", " @MUST", "", ":5: want one of the tags @MUST and @SHOULD, have 0 of them"},
		{"two levels", "@MUST", "@MUST @SHOULD", ":5: want one of the tags @MUST and @SHOULD, have 2 of them"},
		{"no title", "Scenario: The right ones let in", "Scenario:", ":5: want a title that says what happens"},
		{"no why", "Why.\n", "\n", ":5: want a sentence below the title that says why the rule is there"},
		{"no fix", "Fix: this.", "", `:5: want one paragraph below it that begins with "Fix:" and says how to mend a hook, have 0`},
		{"empty fix", "Fix: this.", "Fix:", `:5: want one paragraph below it that begins with "Fix:"`},
		{"two fixes", "Fix: this.", "Fix: this.\n      Fix: that.", `that begins with "Fix:" and says how to mend a hook, have 2`},
		{"more below the fix", "Fix: this.", "Fix: this.\n\n      One more thing.", `:5: want nothing below the paragraph that begins with "Fix:"`},
		{"no steps", "      When a user logs in\n", "", ":5: want steps, have none"},
		{"no subject", "Rule: Who gets in", "Rule:", `:3: want a subject behind "Rule:"`},
		{"subject without rules", good[strings.Index(good, "    @"):], "", ":3: want a scenario below the subject, have none"},
		{"outside of subjects", "  Rule: Who gets in\n", "", `:4: want the scenario below a "Rule:", which is its subject`},
		{"background of a subject", "Rule: Who gets in", "Rule: Who gets in\n    Background:\n      Given something\n", `:4: want no background below a "Rule:", only one of the feature`},
		{"outline without examples", "Scenario:", "Scenario Outline:", ":5: want examples below the outline, have none"},
		{"examples without any", "When a user logs in", "When a user logs in\n      Examples:\n        | a |", ":10: want at least one example, or the rule is never tried"},
		{"column missing", "When a user logs in", "When a user <does>\n      Examples:\n        | a |\n        | b |", ":10: want a column for <does>"},
		{"level at examples", "When a user logs in", "When a user logs in\n      @SHOULD\n      Examples:\n        | a |\n        | b |", ":10: want the tag @SHOULD at the scenario: a rule is all its examples"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(good, tt.old) {
				t.Fatalf("%q is not there to be replaced", tt.old)
			}
			_, err := rulebook.Load(files(strings.Replace(good, tt.old, tt.new, 1)))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %s", err, tt.want)
			}
		})
	}
	if _, err := rulebook.Load(files(good)); err != nil {
		t.Errorf("the good one: %v", err)
	}
}

// scenario is that of good once more.
var scenario = good[strings.Index(good, "    @"):]

// files are features for all kinds, of which check-password is this.
func files(check string) fs.FS {
	other := func(kind, word string) *fstest.MapFile {
		text := strings.NewReplacer("check-password", kind, "CHECKPWD", word).Replace(good)
		return &fstest.MapFile{Data: []byte(text)}
	}
	return fstest.MapFS{
		"rules/a.feature":     other("external-auth", "EXTAUTH"),
		"rules/b.feature":     other("keyboard-interactive", "KEYINT"),
		"rules/check.feature": {Data: []byte(check)},
	}
}

// A folder that cannot be read is an error, not an empty book.
func TestLoadNothing(t *testing.T) {
	t.Parallel()
	if _, err := rulebook.Load(fstest.MapFS{}); err == nil || strings.Count(err.Error(), "have none") != 3 {
		t.Errorf("error %v, want one for each kind", err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(good)
	text, err := os.ReadFile("testdata/features/rules/check_password.feature")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Fuzz(func(t *testing.T, text string) {
		book, err := rulebook.Load(files(text))
		if err != nil {
			return
		}
		for _, rule := range book.Of(driver.CheckPassword) {
			if found, ok := book.Find(rule.ID); !ok || found.Line != rule.Line {
				t.Errorf("%s of line %d: found %+v", rule.ID, rule.Line, found)
			}
			if rule.Title == "" || rule.Why == "" || rule.Fix == "" || rule.Subject == "" || rule.Scenario == "" {
				t.Errorf("incomplete rule: %+v", rule)
			}
		}
	})
}
