package rulebook

import (
	"bufio"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	gherkin "github.com/cucumber/gherkin/go/v26"
	messages "github.com/cucumber/messages/go/v21"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

// feature is a file of the book while it is read.
type feature struct {
	file  string
	text  string
	kind  driver.Kind
	wrong []error
}

// expect notes that something else was expected at the line.
func (f *feature) expect(at *messages.Location, format string, args ...any) {
	f.wrong = append(f.wrong, fmt.Errorf("%s:%d: %s", f.file, at.Line, fmt.Sprintf(format, args...)))
}

// readInto adds the feature to the book.
func (f *feature) readInto(book *Book) {
	lines := strings.Split(f.text, "\n")
	doc := f.parse(lines)
	if doc == nil || !f.readKind(doc) {
		return
	}
	if _, ok := book.chapters[f.kind]; ok {
		f.expect(doc.Location, "want one feature with the tag @%s, have another one", f.kind)
	}
	common := Chapter{Title: doc.Name, About: paragraphs(doc.Description)}
	for _, child := range doc.Children {
		switch {
		case child.Background != nil:
			common.Background = passage(lines, child.Background.Location.Line, child.Background.Steps, nil)
		case child.Scenario != nil:
			f.expect(child.Scenario.Location, `want the scenario below a "Rule:", which is its subject`)
		case child.Rule != nil:
			f.readSubject(book, child.Rule, doc.Tags, lines)
		}
	}
	book.chapters[f.kind] = common
}

// longestLine is how long a line of a feature may be: less than the parser can
// read, which panics otherwise.
const longestLine = bufio.MaxScanTokenSize - len("\r\n") - 1

// parse reads the file; nil is one that cannot be read.
func (f *feature) parse(lines []string) *messages.Feature {
	if i := slices.IndexFunc(lines, func(line string) bool { return len(line) > longestLine }); i >= 0 {
		f.expect(&messages.Location{Line: int64(i) + 1}, "want lines of less than 64 KiB")
		return nil
	}
	ids := 0
	doc, err := gherkin.ParseGherkinDocument(strings.NewReader(f.text), func() string { ids++; return strconv.Itoa(ids) })
	switch {
	case err != nil:
		f.wrong = append(f.wrong, f.placed(err))
		return nil
	case doc.Feature == nil:
		f.expect(&messages.Location{Line: 1}, "want a feature, have none")
	}
	return doc.Feature
}

// place is how the parser puts line and column before what it says.
var place = regexp.MustCompile(`(?m)^\((\d+):\d+\): `)

// placed puts the file before each line of an error of the parser.
func (f *feature) placed(err error) error {
	_, all, _ := strings.Cut(err.Error(), "\n") // below "Parser errors:"
	return errors.New(place.ReplaceAllString(all, f.file+":$1: "))
}

// readKind finds the kind of hook that the feature is for.
func (f *feature) readKind(doc *messages.Feature) bool {
	var kinds []driver.Kind
	for _, tag := range doc.Tags {
		if kind, ok := kindOfTag(tag.Name); ok {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) != 1 {
		f.expect(doc.Location, "want one of the tags @keyboard-interactive, @external-auth and @check-password at the feature, have %d", len(kinds))
		return false
	}
	f.kind = kinds[0]
	return true
}

func kindOfTag(tag string) (driver.Kind, bool) {
	kind := driver.Kind(strings.TrimPrefix(tag, "@"))
	return kind, slices.Contains(driver.Kinds(), kind)
}

// readSubject adds the rules that stand under one heading.
func (f *feature) readSubject(book *Book, heading *messages.Rule, inherited []*messages.Tag, lines []string) {
	inherited = slices.Concat(inherited, heading.Tags)
	rules := 0
	for _, child := range heading.Children {
		switch {
		case child.Background != nil:
			f.expect(child.Background.Location, `want no background below a "Rule:", only one of the feature`)
		case child.Scenario != nil:
			rules++
			rule := f.read(child.Scenario, inherited)
			rule.Subject = heading.Name
			rule.Scenario = passage(lines, child.Scenario.Location.Line, child.Scenario.Steps, child.Scenario.Examples)
			if other, ok := book.Find(rule.ID); ok {
				f.expect(child.Scenario.Location, "want another ID than %s, which stands at %s:%d", rule.ID, other.Feature, other.Line)
			}
			book.rules = append(book.rules, rule)
		}
	}
	if heading.Name == "" {
		f.expect(heading.Location, `want a subject behind "Rule:"`)
	}
	if rules == 0 {
		f.expect(heading.Location, "want a scenario below the subject, have none")
	}
}
