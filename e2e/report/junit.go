package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

// The document, as Jenkins and GitLab read it.
type (
	junitReport struct {
		XMLName xml.Name     `xml:"testsuites"`
		Suites  []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name      string      `xml:"name,attr"`
		Tests     int         `xml:"tests,attr"`
		Failures  int         `xml:"failures,attr"`
		Errors    int         `xml:"errors,attr"`
		Skipped   int         `xml:"skipped,attr"`
		Time      string      `xml:"time,attr"`
		Timestamp string      `xml:"timestamp,attr"`
		Cases     []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name      string       `xml:"name,attr"`
		Class     string       `xml:"classname,attr"`
		Time      string       `xml:"time,attr"`
		Skipped   *junitResult `xml:"skipped"`
		Error     *junitResult `xml:"error"`
		Failure   *junitResult `xml:"failure"`
		SystemOut *junitText   `xml:"system-out"`
	}
	junitResult struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",cdata"`
	}
	// junitText is printable, since CDATA escapes nothing.
	junitText struct {
		Text string `xml:",cdata"`
	}
)

// inJUnit is how much of a time line JUnit's XML shows.
var inJUnit = limit{events: 400, lines: 100, bytes: 8000}

// WriteJUnit writes the report for CI: a suite for each kind of hook, a test case
// for each case. JUnit knows no warnings, so that a SHOULD that is not kept is a
// skipped case, unless the report is strict.
func WriteJUnit(w io.Writer, r Report) error {
	var doc junitReport
	for _, kind := range driver.Kinds() {
		if suite := r.junitSuite(kind); suite.Tests > 0 {
			doc.Suites = append(doc.Suites, suite)
		}
	}
	text, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	return err
}

func (r Report) junitSuite(kind driver.Kind) junitSuite {
	suite := junitSuite{
		Name:      printable(fmt.Sprintf("%s (%s)", kind, r.Driver)),
		Timestamp: r.Began.UTC().Format("2006-01-02T15:04:05"),
	}
	var took time.Duration
	for _, o := range r.Outcomes {
		if o.Rule.Kind != kind {
			continue
		}
		for _, c := range o.cases() {
			suite.add(r.junitCase(o, c))
			took += c.Took
		}
	}
	suite.Time = seconds(took)
	return suite
}

// cases of a rule; a rule without any has one all the same, lest it be missed.
func (o Outcome) cases() []Case {
	if len(o.Cases) > 0 {
		return o.Cases
	}
	return []Case{{Name: o.Rule.Title, Status: o.Status}}
}

func (s *junitSuite) add(c junitCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
}

func (r Report) junitCase(o Outcome, c Case) junitCase {
	out := junitCase{
		Name:  printable(c.Name),
		Class: printable(fmt.Sprintf("%s.%s", o.Rule.Kind, o.Rule.ID)),
		Time:  seconds(c.Took),
	}
	if rows := alignedTimeLine(c, inJUnit); len(rows) > 0 {
		out.SystemOut = &junitText{"\n" + strings.Join(rows, "\n") + "\n"}
	}
	message := printable(c.Message)
	switch known(c.Status) {
	case Passed:
	case Skipped:
		out.Skipped = &junitResult{Message: message}
	case Failed:
		message = printable(fmt.Sprintf("%s %s: %s", o.Rule.ID, o.Level(), c.Message))
		if !r.counts(o) {
			out.Skipped = &junitResult{Message: "not kept: " + message, Text: failureText(o, c)}
			break
		}
		out.Failure = &junitResult{Message: message, Type: o.Level(), Text: failureText(o, c)}
	default:
		out.Error = &junitResult{Message: message, Type: "suite", Text: printable(c.Step)}
	}
	return out
}

func failureText(o Outcome, c Case) string {
	return printableLines(fmt.Sprintf("%s\nStep: %s\nSeen: %s\nWhy: %s\nFix: %s", o.Rule.Title, c.Step, c.Message, o.Rule.Why, o.Rule.Fix))
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
