package mockauthy_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authyapi"
)

var update = flag.Bool("update", false, "write docs/fidelity.md anew")

// docs/fidelity.md is what the rows say.
func TestFidelityPage(t *testing.T) {
	t.Parallel()
	const file = "../docs/fidelity.md"
	want := fidelityPage(t)
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/fidelity.md is stale: go test ./mockauthy -run Fidelity -update writes it anew")
	}
}

const fidelityIntro = `# What the mock answers

<!-- Written by go test ./mockauthy -run Fidelity -update from mockauthy/fidelity*_test.go. Do not edit. -->

Every endpoint of the Authy API, every situation, and the answer of the mock to the byte. A test asks the mock each row (` + "`go test ./mockauthy -run TestFidelity/verify`" + ` asks those of one endpoint), another one fails while this page is not what the rows say. The right answers come from [authy-api.md](authy-api.md), to whose sections the column *source* leads.

The column *grade* tells how sure the whole answer is: it is that of its weakest part, and the source column says which parts are surer.

| grade | rows | it is |
|---|---|---|
`

const fidelityConventions = `
- ` + "`‹uuid›`" + ` and the like stand for what is another one each time. Everything else is to the byte.
- JSON has the content type ` + "`application/json;charset=utf-8`" + `, XML ` + "`application/xml;charset=utf-8`" + `, other text ` + "`text/html;charset=utf-8`" + `. No source has the headers of a real answer; these are Sinatra's, on which Authy is thought to be built.
- XML is shown here on one line. The mock begins it with ` + "`<?xml version=\"1.0\" encoding=\"UTF-8\"?>`" + `, gives each element a line, indents by two spaces and ends with a line end, as ActiveSupport does. Where a situation has no row in XML, its answer is made from the JSON in the same way: names with dashes, types as attributes, and of an error below ` + "`errors`" + ` that comes from an endpoint only the message, the wrong fields and the code.
- In the rows, alice (Authy ID 1000) and bob (1001) are confirmed users, carol (1002) has not verified a token yet, dora (1003) has Authy's app, erik (1004) is suspended.
- *A token* is one of 7 digits from steps of 10 seconds, and verify is asked with ` + "`force=true`" + `, unless a row says otherwise.
`

// fidelityPage is docs/fidelity.md.
func fidelityPage(t *testing.T) string {
	t.Helper()
	links := sourceLinks(t)
	rows := map[string]int{}
	var sections strings.Builder
	for _, section := range fidelity() {
		sections.WriteString("\n## " + cmp.Or(section.endpoint, "Every endpoint") + "\n\n")
		for _, e := range authyapi.Endpoints() {
			if e.Name == section.endpoint {
				fmt.Fprintf(&sections, "- `%s %s`\n", e.Method, e.Path)
			}
		}
		if section.endpoint != "" {
			sections.WriteString("\n")
		}
		if section.about != "" {
			sections.WriteString(section.about + "\n\n")
		}
		sections.WriteString("| situation | status | answer | source | grade |\n|---|---|---|---|---|\n")
		for _, row := range section.rows {
			rows[row.grade]++
			link, ok := links[row.source]
			if !ok {
				t.Errorf("%s: docs/authy-api.md has no section %s", row.situation, row.source)
			}
			if row.note != "" {
				link += ". " + row.note
			}
			fmt.Fprintf(&sections, "| %s | %d | %s | %s | %s |\n", cell(row.situation), row.answer.status, codeCell(row.answer.body), cell(link), row.grade)
		}
	}
	var page strings.Builder
	page.WriteString(fidelityIntro)
	for _, grade := range grades {
		fmt.Fprintf(&page, "| %s | %d | %s |\n", grade.name, rows[grade.name], grade.meaning)
		delete(rows, grade.name)
	}
	if len(rows) > 0 {
		t.Errorf("unknown grades: %v", rows)
	}
	return page.String() + fidelityConventions + sections.String()
}

// cell escapes what would end a cell of a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

var betweenElements = regexp.MustCompile(`\n *`)

// codeCell shows a body on one line.
func codeCell(body string) string {
	return "`" + cell(betweenElements.ReplaceAllString(strings.TrimPrefix(body, xmlHead), "")) + "`"
}

var (
	numberedHeading = regexp.MustCompile(`(?m)^##+ ([0-9.]+?)\.? .*$`)
	notInAnchors    = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

// sourceLinks leads to the sections of docs/authy-api.md, by number. GitHub
// makes the anchor of a heading from its text.
func sourceLinks(t *testing.T) map[string]string {
	t.Helper()
	facts, err := os.ReadFile("../docs/authy-api.md")
	if err != nil {
		t.Fatal(err)
	}
	links := map[string]string{}
	for _, match := range numberedHeading.FindAllStringSubmatch(string(facts), -1) {
		heading := strings.TrimLeft(match[0], "# ")
		anchor := strings.ReplaceAll(notInAnchors.ReplaceAllString(strings.ToLower(heading), ""), " ", "-")
		links[match[1]] = fmt.Sprintf("[%s](authy-api.md#%s)", match[1], anchor)
	}
	return links
}
