package report_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/report"
)

// hostile are what a hook may write that wants to forge or break a report.
var hostile = []string{
	`<script>alert(1)</script>`, `</pre></span></li></ol></details><h1>All rules hold</h1>`, `"><img src=x onerror=alert(1)>`,
	`javascript:alert(1)`, `' onmouseover='alert(1)`, `{{.Hook}}`, `</style><style>*{display:none}`, `<!--`, `-->`,
	`]]>`, `]]]]><![CDATA[>`, `<![CDATA[`, `&amp;&#0;`, `<?xml?>`,
	"\x1b[2J\x1b[31mPASS", "\x1b]8;;http://example.com\x07", "\r\noverwritten", "\x00\x01\x08\x0b\x0c\x0e\x1f\x7f", "\u0085\u009b31m",
	"\xff\xfe\xc0\x80", "\xed\xa0\x80", "\ufffe\uffff", "\u202e\u2066\u200f", "\u2028\u2029", "::error::forged", "said\n  ::stop-commands::x", "##[error]forged", "###vso[task.setvariable variable=x]y",
	strings.Repeat("word ", 16) + "::error::wrapped ::error::wrapped ::error::wrapped",
	"%s%n%d",
}

// everywhere puts the text in every place of a report where one can come from
// outside.
func everywhere(text string) report.Report {
	r := report.Report{Hook: text, Driver: text, Suite: text, Began: noon}
	for _, status := range []report.Status{report.Passed, report.Failed, report.Broken, report.Skipped, report.Status(text)} {
		o := report.Outcome{Rule: rule("X", "Subject", true, text), Status: status}
		o.Rule.Subject, o.Rule.Why, o.Rule.Fix, o.Rule.Scenario = text, text, text, text
		c := report.Case{Name: text, Status: status, Step: text, Message: text}
		c.Events = []driver.Event{at(0, driver.ByHook, text), at(1, driver.Actor(text), text)}
		o.Cases = []report.Case{c, c}
		should := o
		should.Rule.Must = false
		r.Outcomes = append(r.Outcomes, o, should)
	}
	return r
}

func FuzzHostile(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	f.Add(strings.Join(hostile, "\n"))
	var page strings.Builder
	if err := report.WriteHTML(&page, everywhere("text")); err != nil {
		f.Fatal(err)
	}
	want := skeleton(page.String())
	f.Fuzz(func(t *testing.T, text string) {
		switch text {
		case "", "passed", "failed", "error", "skipped": // makes another report
		default:
			checkHostile(t, text, want)
		}
	})
}

// checkHostile wants each report well-formed, and the elements of the page as they
// are with any other text.
func checkHostile(t *testing.T, text, elements string) {
	t.Helper()
	r := everywhere(text)
	log := write(t, inText(false), r)
	checkPlain(t, log)
	if found := command.FindString(log); found != "" {
		t.Errorf("%q commands a CI job", found)
	}
	junit := write(t, report.WriteJUnit, r)
	checkPlain(t, junit)
	checkXML(t, junit)
	page := write(t, report.WriteHTML, r)
	checkPlain(t, page)
	if skeleton(page) != elements {
		t.Errorf("%q changes the elements of the page", text)
	}
	checkJSON(t, write(t, report.WriteJSON, r), text)
}

// dangerous is what controls a terminal, cannot be seen, or turns the direction
// of writing around.
var dangerous = regexp.MustCompile(`[\x00-\x09\x0b-\x1f\x7f-\x{9f}\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}\x{fffe}\x{ffff}]`)

// command is one to who reads the log of a CI job.
var command = regexp.MustCompile(`(?m)^\s*::.*|##\w*\[.*`)

// checkPlain wants a text that shows all that it has.
func checkPlain(t *testing.T, out string) {
	t.Helper()
	if !utf8.ValidString(out) {
		t.Errorf("no UTF-8: %q", out)
	}
	if found := dangerous.FindString(out); found != "" {
		t.Errorf("%q is in the report", found)
	}
}

// checkXML wants XML with the elements of JUnit, as many as there were cases.
func checkXML(t *testing.T, out string) {
	t.Helper()
	decoder, cases := xml.NewDecoder(strings.NewReader(out)), 0
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("XML: %v in\n%s", err, out)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "testcase":
			cases++
		case "testsuites", "testsuite", "failure", "error", "skipped", "system-out":
		default:
			t.Errorf("element %s", start.Name.Local)
		}
	}
	if cases != 20 {
		t.Errorf("%d test cases, want 20", cases)
	}
}

var (
	tag       = regexp.MustCompile(`<(/?[a-zA-Z!?][^\s>]*)([^>]*)>`)
	attribute = regexp.MustCompile(`([a-z-]+)="[^"]*"`)
)

// skeleton are the tags of a page, with the names of their attributes.
func skeleton(page string) string {
	var out strings.Builder
	for _, match := range tag.FindAllStringSubmatch(page, -1) {
		out.WriteString(match[1])
		for _, name := range attribute.FindAllStringSubmatch(match[2], -1) {
			out.WriteString(" " + name[1])
		}
		out.WriteString("\n")
	}
	return out.String()
}

// checkJSON wants the text back as it was, if it was UTF-8.
func checkJSON(t *testing.T, out, text string) {
	t.Helper()
	var doc struct {
		Hook  string
		Rules []struct {
			Cases []struct{ Events []struct{ What string } }
		}
	}
	if err := json.Unmarshal([]byte(out), &doc); err != nil {
		t.Fatalf("JSON: %v in\n%s", err, out)
	}
	if got := doc.Rules[0].Cases[0].Events[0].What; utf8.ValidString(text) && (doc.Hook != text || got != text) {
		t.Errorf("JSON: hook %q, event %q, want %q", doc.Hook, got, text)
	}
}

// The page asks nobody for anything, and no browser runs what is in it.
func TestPageNeedsNothingElse(t *testing.T) {
	t.Parallel()
	page := write(t, report.WriteHTML, sample())
	if !strings.Contains(page, `content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`) {
		t.Error("want a policy that forbids scripts and requests")
	}
	if found := regexp.MustCompile(`(?i)<script|<iframe|<object|@import|url\(|src=|https?://`).FindString(page); found != "" {
		t.Errorf("%s is in the page", found)
	}
}
