package rulebook_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/rulebook"
	"github.com/sftpgo-authy/sftpgo-authy/features"
)

var update = flag.Bool("update", false, "write the pages of rules anew")

// The pages are what the features say.
func TestRulesPage(t *testing.T) {
	t.Parallel()
	rules, err := rulebook.Load(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		book rulebook.Book
		page string
	}{
		{loadFixtures(t), "testdata/rules.md"},
		{rules, "../../docs/rules.md"},
	} {
		want := rulesPage(tt.book)
		if *update {
			if err := os.WriteFile(tt.page, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(tt.page)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s is stale: go test ./e2e/rulebook -run RulesPage -update writes it anew", tt.page)
		}
	}
}

const rulesIntro = `# The rules that a login hook has to keep

<!-- Written by go test ./e2e/rulebook -run RulesPage -update from features/rules/*.feature. Do not edit. -->

What a hook for SFTPGo that asks for a one-time token must do, and what it should do. hookcheck holds any hook against these rules, in whatever language it is written, and names a rule by its ID. A hook that breaks a MUST lets somebody in who has not proven the token, keeps out who has, or tells a secret. A SHOULD makes it better.

`

// rulesPage is docs/rules.md.
func rulesPage(book rulebook.Book) string {
	var contents, chapters strings.Builder
	for _, kind := range driver.Kinds() {
		chapter := book.Chapter(kind)
		fmt.Fprintf(&contents, "- [%s](#%s): %s\n", chapter.Title, anchor(chapter.Title), counts(book.Of(kind)))
		fmt.Fprintf(&chapters, "\n## %s\n", chapter.Title)
		for _, paragraph := range chapter.About {
			fmt.Fprintf(&chapters, "\n%s\n", escape(paragraph))
		}
		if chapter.Background != "" {
			fmt.Fprintf(&chapters, "\nBefore each scenario:\n\n%s", fenced(chapter.Background))
		}
		writeRules(&contents, &chapters, book.Of(kind))
	}
	return rulesIntro + contents.String() + chapters.String()
}

// writeRules writes a heading for each subject, and its rules below.
func writeRules(contents, chapters *strings.Builder, rules []rulebook.Rule) {
	subject := ""
	for _, rule := range rules {
		if rule.Subject != subject {
			subject = rule.Subject
			fmt.Fprintf(contents, "  - %s\n", escape(subject))
			fmt.Fprintf(chapters, "\n### %s\n", escape(subject))
		}
		fmt.Fprintf(contents, "    - [%s](#%s) %s\n", rule.ID, anchor(rule.ID), escape(rule.Title))
		fmt.Fprintf(chapters, "\n#### %s\n\n**%s** %s\n", rule.ID, level(rule), escape(rule.Title))
		fmt.Fprintf(chapters, "\n*Why:* %s\n\n*Fix:* %s\n\n%s", escape(rule.Why), escape(rule.Fix), fenced(rule.Scenario))
	}
}

func level(rule rulebook.Rule) string {
	if rule.Must {
		return "MUST"
	}
	return "SHOULD"
}

func counts(rules []rulebook.Rule) string {
	must := 0
	for _, rule := range rules {
		if rule.Must {
			must++
		}
	}
	return fmt.Sprintf("%d MUST, %d SHOULD", must, len(rules)-must)
}

// anchor is what GitHub makes of a heading.
func anchor(heading string) string {
	kept := regexp.MustCompile(`[^\p{L}\p{N}_ -]`).ReplaceAllString(strings.ToLower(heading), "")
	return strings.ReplaceAll(kept, " ", "-")
}

// escape keeps the placeholders of outlines from being taken for HTML.
func escape(text string) string {
	return strings.NewReplacer("<", `\<`, "*", `\*`, "_", `\_`).Replace(text)
}

// fenced shows a scenario as it is written.
func fenced(scenario string) string {
	fence := "```"
	for strings.Contains(scenario, fence) {
		fence += "`"
	}
	return fence + "gherkin\n" + scenario + "\n" + fence + "\n"
}
