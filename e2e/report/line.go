package report

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

// limit is how much of a time line is shown to people.
type limit struct {
	events int // of a case
	lines  int // of an event
	bytes  int // of an event
}

// line is an event as people see it.
type line struct {
	// At are the milliseconds since the first event.
	At  string
	Who driver.Actor
	// What happened; the first line, and the ones below it.
	What []string
}

// timeLine is what happened in the case. What is over the limit is left out in
// the middle, since beginning and end say most.
func timeLine(c Case, most limit) []line {
	lines := make([]line, 0, len(c.Events))
	for i, event := range c.Events {
		left := len(c.Events) - most.events
		if left > 0 && i == most.events/2 {
			lines = append(lines, line{What: []string{fmt.Sprintf("… %d events are left out here", left)}})
		}
		if left > 0 && i >= most.events/2 && i < most.events/2+left {
			continue
		}
		lines = append(lines, line{At: milliseconds(event.Time.Sub(c.Events[0].Time)), Who: event.Who, What: most.split(event.What)})
	}
	return lines
}

// milliseconds are those of the time, to a tenth.
func milliseconds(d time.Duration) string {
	return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', 1, 64)
}

// split is the text in printable lines, as many as are allowed.
func (l limit) split(text string) []string {
	text = strings.TrimRight(text, "\r\n")
	rest := 0
	if cut := l.bytes; len(text) > cut {
		for cut > l.bytes-utf8.UTFMax && !utf8.RuneStart(text[cut]) {
			cut--
		}
		text, rest = text[:cut], len(text)-cut
	}
	lines := strings.Split(text, "\n")
	if len(lines) > l.lines {
		rest += len(strings.Join(lines[l.lines:], "\n"))
		lines = lines[:l.lines]
	}
	for i := range lines {
		lines[i] = printable(strings.TrimSuffix(lines[i], "\r"))
	}
	if rest > 0 {
		lines = append(lines, "… and "+plural(rest, " more byte"))
	}
	return lines
}

// Commands to who reads the log of a CI job: GitHub's begin a line with ::, those
// of Azure Pipelines, TeamCity and of older runners are anywhere, ##vso[ or so.
var (
	lineCommand = regexp.MustCompile(`^(\s*):(:)`)
	markCommand = regexp.MustCompile(`#(#\w*\[)`)
)

// printable shows what controls a terminal, a CI job or the direction of writing,
// what is no UTF-8, and what cannot be seen, as Go escapes it: what a hook has
// written must not be able to forge a report. It takes a line, or a word that may
// begin one.
func printable(text string) string {
	var out strings.Builder
	for len(text) > 0 {
		char, size := utf8.DecodeRuneInString(text)
		switch {
		case char == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, `\x%02x`, text[0])
		case unicode.IsPrint(char):
			out.WriteRune(char)
		default:
			quoted := strconv.QuoteRuneToASCII(char)
			out.WriteString(quoted[1 : len(quoted)-1])
		}
		text = text[size:]
	}
	text = lineCommand.ReplaceAllString(out.String(), `$1\x3a$2`)
	return markCommand.ReplaceAllString(text, `\x23$1`)
}

// printableLines is a text of several lines that can be printed.
func printableLines(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = printable(lines[i])
	}
	return strings.Join(lines, "\n")
}
