package report

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
)

// inText is how much of a time line a terminal shows.
var inText = limit{events: 60, lines: 12, bytes: 1200}

// width that sentences are broken at, in characters.
const width = 96

// style paints texts, if at all.
type style struct{ colored bool }

// The colours, and how to go back.
const (
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	bold   = "\x1b[1m"
	plain  = "\x1b[0m"
)

func (s style) paint(color, text string) string {
	if !s.colored {
		return text
	}
	return color + text + plain
}

// Colored tells whether a file is a terminal whose user wants colours.
func Colored(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// textWriter writes a summary. An error of the writer shows when it is flushed.
type textWriter struct {
	*bufio.Writer
	style
	report Report
}

// WriteText writes the summary for people at a terminal: each rule that is not
// kept, with all that helps to mend the hook, then what the suite could not find
// out, the counts, and the verdict.
func WriteText(w io.Writer, r Report, colored bool) error {
	t := &textWriter{bufio.NewWriter(w), style{colored}, r}
	for _, status := range []Status{Failed, Broken} {
		for _, o := range r.Outcomes {
			if known(o.Status) == status {
				t.outcome(o)
			}
		}
	}
	t.skipped()
	t.verdict()
	return t.Flush()
}

func (t *textWriter) line(format string, args ...any) {
	fmt.Fprintf(t, format, args...)
	_ = t.WriteByte('\n')
}

// outcome of a rule that is not kept, or that the suite found nothing out about.
func (t *textWriter) outcome(o Outcome) {
	w := t.word(t.report, o)
	t.line("%s %s %s  %s", w, o.Level(), t.paint(bold, printable(o.Rule.ID)), printable(o.Rule.Title))
	if known(o.Status) == Failed {
		t.labelled("Why", o.Rule.Why)
		t.labelled("Fix", o.Rule.Fix)
	} else {
		t.labelled("", "An error of the suite, not of the hook.")
	}
	shown := false
	for _, c := range o.cases() {
		if c.Status == Passed || c.Status == Skipped {
			continue
		}
		t.caseOf(o, c, !shown)
		shown = true
	}
	t.line("")
}

// caseOf shows a case, with its time line if it is the first one of its rule.
func (t *textWriter) caseOf(o Outcome, c Case, full bool) {
	if len(o.Cases) > 1 {
		t.line("")
		t.labelled("Case", c.Name)
	}
	if c.Step != "" {
		t.labelled("Step", c.Step)
	}
	if c.Message != "" {
		t.labelled(seen(c), c.Message)
	}
	if !full || len(c.Events) == 0 {
		return
	}
	t.line("")
	for _, row := range alignedTimeLine(c, inText) {
		t.line("  %s", row)
	}
}

// seen names the message: what the hook did, or what befell the suite.
func seen(c Case) string {
	if known(c.Status) == Broken {
		return "Error"
	}
	return "Seen"
}

// labelled writes a text with a name before it, and its lines below each other.
func (t *textWriter) labelled(label, text string) {
	for _, line := range wrap(text, width-len("      Error  ")) {
		t.line("      %-5s  %s", label, line)
		label = ""
	}
}

// word says in one word how the rule ended.
func (s style) word(r Report, o Outcome) string {
	switch known(o.Status) {
	case Passed:
		return s.paint(green, "ok   ")
	case Skipped:
		return "skip "
	case Failed:
		if !r.counts(o) {
			return s.paint(yellow, "warn ")
		}
		return s.paint(red, "FAIL ")
	default:
		return s.paint(yellow, "ERROR")
	}
}

// skipped says which rules do not apply.
func (t *textWriter) skipped() {
	skipped := false
	for _, o := range t.report.Outcomes {
		if known(o.Status) != Skipped {
			continue
		}
		skipped = true
		message := ""
		for _, c := range o.Cases {
			message = c.Message
		}
		t.line("%s %s %s  %s", t.word(t.report, o), o.Level(), printable(o.Rule.ID), printable(message))
	}
	if skipped {
		t.line("")
	}
}

func (t *textWriter) verdict() {
	v := t.report.Verdict()
	t.line("%-6s  %s", "MUST", v.Must)
	t.line("%-6s  %s", "SHOULD", v.Should)
	color := map[int]string{ExitHolds: green, ExitBreaks: red, ExitUnknown: yellow}[v.Exit]
	t.line("%s", strings.TrimSpace(t.paint(bold+color, v.Sentence)+" "+v.Besides))
}

// String names the counts that are not 0.
func (c Counts) String() string {
	var all []string
	for _, count := range []struct {
		n    int
		what string
	}{{c.Passed, "kept"}, {c.Failed, "not kept"}, {c.Broken, "not found out"}, {c.Skipped, "skipped"}} {
		if count.n > 0 {
			all = append(all, fmt.Sprintf("%d %s", count.n, count.what))
		}
	}
	if all == nil {
		return "no rules"
	}
	return strings.Join(all, ", ")
}

// alignedTimeLine is the time line in columns: when, who, what.
func alignedTimeLine(c Case, most limit) []string {
	var rows []string
	for _, line := range timeLine(c, most) {
		at, who := line.At+" ms", string(line.Who)
		if line.Who == "" {
			at = ""
		}
		for _, what := range line.What {
			rows = append(rows, strings.TrimRight(fmt.Sprintf("%11s  %-6s  %s", at, printable(who), what), " "))
			at, who = "", ""
		}
	}
	return rows
}

// wrap breaks a text at blanks into lines of at most so many characters; a longer
// word has a line of its own.
func wrap(text string, most int) []string {
	var lines []string
	for paragraph := range strings.Lines(text) {
		line := ""
		for _, word := range strings.Fields(paragraph) {
			word = printable(word)
			switch {
			case line == "":
				line = word
			case len([]rune(line))+1+len([]rune(word)) > most:
				lines, line = append(lines, line), word
			default:
				line += " " + word
			}
		}
		lines = append(lines, line)
	}
	return lines
}
