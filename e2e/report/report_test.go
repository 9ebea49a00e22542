package report_test

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/report"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/rulebook"
)

var update = flag.Bool("update", false, "write the golden files anew")

// writers are those of all formats, and the golden files of the sample.
func writers() map[string]func(io.Writer, report.Report) error {
	return map[string]func(io.Writer, report.Report) error{
		"testdata/report.html": report.WriteHTML,
		"testdata/report.json": report.WriteJSON,
		"testdata/report.xml":  report.WriteJUnit,
		"testdata/report.txt":  inText(false),
		"testdata/colored.txt": inText(true),
	}
}

func inText(colored bool) func(io.Writer, report.Report) error {
	return func(w io.Writer, r report.Report) error { return report.WriteText(w, r, colored) }
}

func write(t *testing.T, writer func(io.Writer, report.Report) error, r report.Report) string {
	t.Helper()
	var out bytes.Buffer
	if err := writer(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for file, writer := range writers() {
		golden(t, file, write(t, writer, sample()))
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: -want +got (go test ./e2e/report -update writes it anew)\n%s", file, diff)
	}
}

// full is a disk that is.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestWritersTellErrors(t *testing.T) {
	t.Parallel()
	for file, writer := range writers() {
		if err := writer(full{}, sample()); err == nil || err.Error() != "no space left" {
			t.Errorf("%s: error %v, want that of the disk", file, err)
		}
	}
	if err := report.NewProgress(full{}, nil, false, false).Done(foreign()); err == nil {
		t.Error("progress: no error, want that of the disk")
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	outcomes := sample().Outcomes
	var rules []rulebook.Rule
	for _, o := range outcomes {
		rules = append(rules, o.Rule)
	}
	var out bytes.Buffer
	progress := report.NewProgress(&out, rules, false, false)
	for _, o := range outcomes {
		if err := progress.Done(o); err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "testdata/progress.txt", out.String())
}

func TestProgressInParallel(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	progress := report.NewProgress(&out, make([]rulebook.Rule, 50), true, true)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if err := progress.Done(enumeration()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if lines := strings.Split(out.String(), "\n"); len(lines) != 51 || !strings.HasPrefix(lines[49], "50/50 \x1b[31mFAIL") {
		t.Errorf("%d lines, the last one %q, want 50 and the last one FAIL, as it is strict", len(lines)-1, lines[49])
	}
}

// A hook that writes without end does not make a report that nobody can read.
func TestTimeLineIsLimited(t *testing.T) {
	t.Parallel()
	o := foreign()
	o.Cases[0].Events = nil
	for i := range 210 {
		o.Cases[0].Events = append(o.Cases[0].Events, at(float64(i), driver.ByHook, strings.Repeat("ä", 10_000)), at(float64(i), driver.ByHook, strings.Repeat("line\n", 1000)))
	}
	r := report.Report{Outcomes: []report.Outcome{o}}
	for file, writer := range writers() {
		if file == "testdata/report.json" {
			continue // programs get all
		}
		out := write(t, writer, r)
		if len(out) > 3_000_000 {
			t.Errorf("%s: %d bytes", file, len(out))
		}
		for _, want := range []string{"events are left out here", "more bytes"} {
			if !strings.Contains(out, want) {
				t.Errorf("%s: want %q in it", file, want)
			}
		}
		if strings.Contains(out, `\xc3`) {
			t.Errorf("%s: a character is cut in two", file)
		}
	}
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	passed, failed, broken, skipped := report.Passed, report.Failed, report.Broken, report.Skipped
	for _, tt := range []struct {
		name         string
		must, should []report.Status
		exit, strict int
		sentence     string
		besides      string
	}{
		{"all kept", sts(passed, passed), sts(passed), 0, 0, "The hook keeps every MUST rule.", ""},
		{"a SHOULD not kept", sts(passed), sts(failed, passed), 0, 1, "The hook keeps every MUST rule.", "It does not keep 1 SHOULD rule."},
		{"a MUST not kept", sts(failed, passed), sts(failed, failed), 1, 1, "The hook breaks 1 of 2 MUST rules.", "It does not keep 2 SHOULD rules."},
		{"a MUST not found out", sts(broken, passed), nil, 2, 2, "No verdict: the suite could not find out about 1 rule.", ""},
		{"a SHOULD not found out", sts(passed), sts(broken), 2, 2, "No verdict: the suite could not find out about 1 rule.", ""},
		{"a MUST not kept, another not found out", sts(failed, broken), nil, 1, 1, "The hook breaks 1 of 2 MUST rules.", "The suite could not find out about 1 rule."},
		{"one does not apply", sts(passed, skipped), nil, 0, 0, "The hook keeps every MUST rule that applies to it.", ""},
		{"none applies", sts(skipped), nil, 2, 2, "No verdict: no MUST rule was tried.", ""},
		{"only SHOULDs", nil, sts(passed), 2, 2, "No verdict: no MUST rule was tried.", ""},
		{"nothing", nil, nil, 2, 2, "No verdict: no MUST rule was tried.", ""},
		{"a status that there is not", sts(""), nil, 2, 2, "No verdict: the suite could not find out about 1 rule.", ""},
	} {
		var r report.Report
		for _, status := range tt.must {
			r.Outcomes = append(r.Outcomes, report.Outcome{Rule: rulebook.Rule{Must: true}, Status: status})
		}
		for _, status := range tt.should {
			r.Outcomes = append(r.Outcomes, report.Outcome{Status: status})
		}
		if v := r.Verdict(); v.Exit != tt.exit || v.Sentence != tt.sentence || v.Besides != tt.besides {
			t.Errorf("%s: exit %d, %q, %q, want %d, %q, %q", tt.name, v.Exit, v.Sentence, v.Besides, tt.exit, tt.sentence, tt.besides)
		}
		r.Strict = true
		if v := r.Verdict(); v.Exit != tt.strict {
			t.Errorf("%s, strict: exit %d, %q, want %d", tt.name, v.Exit, v.Sentence, tt.strict)
		}
	}
}

func sts(all ...report.Status) []report.Status { return all }

func TestStrictVerdict(t *testing.T) {
	t.Parallel()
	r := report.Report{Strict: true, Outcomes: []report.Outcome{
		{Rule: rulebook.Rule{Must: true}, Status: report.Passed},
		{Status: report.Failed},
	}}
	if got, want := r.Verdict().Sentence, "The hook breaks 1 of 2 rules."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	r.Outcomes[1].Status = report.Passed
	if got, want := r.Verdict().Sentence, "The hook keeps every rule."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	passed, failed, broken, skipped := report.Passed, report.Failed, report.Broken, report.Skipped
	for _, tt := range []struct {
		cases []report.Status
		want  report.Status
	}{
		{sts(passed, passed), passed},
		{sts(passed, skipped), passed},
		{sts(skipped), skipped},
		{sts(passed, broken), broken},
		{sts(passed, ""), broken},
		{sts(broken, failed, passed), failed},
		{nil, broken},
	} {
		var cases []report.Case
		for _, status := range tt.cases {
			cases = append(cases, report.Case{Status: status})
		}
		if got := report.Judge(cases); got != tt.want {
			t.Errorf("%v: %s, want %s", tt.cases, got, tt.want)
		}
	}
}

// A rule whose cases are not known is in every report all the same.
func TestRuleWithoutCases(t *testing.T) {
	t.Parallel()
	r := report.Report{Took: time.Second, Outcomes: []report.Outcome{{Rule: rule("ALONE", "Alone", true, "Alone"), Status: report.Broken}}}
	for file, writer := range writers() {
		if out := write(t, writer, r); !strings.Contains(out, "CHECKPWD-ALONE") {
			t.Errorf("%s: the rule is not in it", file)
		}
	}
}
