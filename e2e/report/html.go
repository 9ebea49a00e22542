package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

// inHTML is how much of a time line the page shows.
var inHTML = limit{events: 400, lines: 60, bytes: 8000}

//go:embed report.html
var pageText string

//go:embed report.css
var pageStyle string

// page is what the template shows. All texts in it are printable.
type page struct {
	Style               template.CSS
	Hook, Driver, Suite string
	Began, Took         string
	Strict              bool
	Verdict             Verdict
	Ended               string // the verdict: passed, failed or error
	Levels              []pageLevel
	Filters             []pageFilter
	Failures, Errors    []pageRule
	Subjects            []pageSubject
}

type pageLevel struct {
	Name string
	Counts
}

// pageFilter leaves the rules of one status on the page.
type pageFilter struct {
	Status Status
	Name   string
	Count  int
}

type pageSubject struct {
	Name  string
	Rules []pageRule
}

type pageRule struct {
	ID, Title, Why, Fix string
	Level, Scenario     string
	Status              Status
	Word                string
	Open                bool
	Took                string
	Cases               []pageCase
}

type pageCase struct {
	Name    string
	Status  Status
	Word    string
	Step    string
	Message string
	Took    string
	Alone   bool
	Open    bool
	Lines   []pageLine
}

type pageLine struct {
	At, Who, What, Lane string
}

// WriteHTML writes the report as one page that needs nothing else: it can be sent
// to somebody, and printed. It has no script, and forbids any.
func WriteHTML(w io.Writer, r Report) error {
	t, err := template.New("report").Parse(pageText)
	if err != nil {
		return err
	}
	return t.Execute(w, r.page())
}

func (r Report) page() page {
	p := page{
		Style: template.CSS(pageStyle), //nolint:gosec // it is ours
		Hook:  printable(r.Hook), Driver: printable(r.Driver), Suite: printable(r.Suite), Strict: r.Strict,
		Began: r.Began.UTC().Format("2 January 2006, 15:04 UTC"), Took: roundly(r.Took),
		Verdict: r.Verdict(),
	}
	p.Ended = map[int]string{ExitHolds: "passed", ExitBreaks: "failed", ExitUnknown: "error"}[p.Verdict.Exit]
	p.Levels = []pageLevel{{"MUST", p.Verdict.Must}, {"SHOULD", p.Verdict.Should}}
	for _, o := range r.Outcomes {
		rule := r.pageRule(o)
		if subject := printable(o.Rule.Subject); len(p.Subjects) == 0 || p.Subjects[len(p.Subjects)-1].Name != subject {
			p.Subjects = append(p.Subjects, pageSubject{Name: subject})
		}
		last := &p.Subjects[len(p.Subjects)-1]
		last.Rules = append(last.Rules, rule)
	}
	p.Failures, p.Errors = p.with(Failed), p.with(Broken)
	p.Filters = filters(p.Verdict)
	return p
}

// with are the rules that ended so, each MUST before each SHOULD.
func (p page) with(status Status) []pageRule {
	var must, should []pageRule
	for _, subject := range p.Subjects {
		for _, rule := range subject.Rules {
			switch {
			case rule.Status != status:
			case rule.Level == "MUST":
				must = append(must, rule)
			default:
				should = append(should, rule)
			}
		}
	}
	return append(must, should...)
}

func filters(v Verdict) []pageFilter {
	all := []pageFilter{{Name: "All", Count: v.Must.Total() + v.Should.Total()}}
	for _, f := range []pageFilter{
		{Failed, "Not kept", v.Must.Failed + v.Should.Failed},
		{Broken, "Not found out", v.Must.Broken + v.Should.Broken},
		{Skipped, "Skipped", v.Must.Skipped + v.Should.Skipped},
		{Passed, "Kept", v.Must.Passed + v.Should.Passed},
	} {
		if f.Count > 0 {
			all = append(all, f)
		}
	}
	return all
}

func (r Report) pageRule(o Outcome) pageRule {
	rule := pageRule{
		ID: printable(o.Rule.ID), Title: printable(o.Rule.Title), Level: o.Level(), Scenario: printableLines(o.Rule.Scenario),
		Why: printable(strings.ReplaceAll(o.Rule.Why, "\n", " ")), Fix: printable(o.Rule.Fix),
		Status: known(o.Status), Word: inWords(o.Status), Open: known(o.Status) == Failed || known(o.Status) == Broken,
	}
	opened := false
	var took time.Duration
	for _, c := range o.Cases {
		shown := pageCaseOf(c)
		shown.Alone = len(o.Cases) == 1
		if bad := shown.Status == Failed || shown.Status == Broken; bad && !opened {
			shown.Open, opened = true, true
		}
		took += c.Took
		rule.Cases = append(rule.Cases, shown)
	}
	rule.Took = roundly(took)
	return rule
}

func pageCaseOf(c Case) pageCase {
	shown := pageCase{
		Name: printable(c.Name), Status: known(c.Status), Word: inWords(c.Status),
		Step: printable(c.Step), Message: printableLines(c.Message), Took: roundly(c.Took),
	}
	for _, line := range timeLine(c, inHTML) {
		shown.Lines = append(shown.Lines, pageLine{line.At, printable(string(line.Who)), strings.Join(line.What, "\n"), lane(line.Who)})
	}
	return shown
}

// lane of the actor in the time line, a class of the style sheet.
func lane(who driver.Actor) string {
	switch who {
	case driver.ByClient:
		return "client"
	case driver.BySFTPGo:
		return "sftpgo"
	case driver.ByHook:
		return "hook"
	case driver.ByAuthy:
		return "authy"
	default:
		return "nobody"
	}
}

func inWords(status Status) string {
	switch known(status) {
	case Passed:
		return "kept"
	case Failed:
		return "not kept"
	case Skipped:
		return "skipped"
	default:
		return "not found out"
	}
}

// roundly is a time as people say it.
func roundly(d time.Duration) string {
	switch {
	case d >= time.Minute:
		return d.Round(time.Second).String()
	case d >= time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	default:
		return fmt.Sprintf("%.0f ms", inMilliseconds(d))
	}
}
