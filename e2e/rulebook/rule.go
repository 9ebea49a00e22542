package rulebook

import (
	"regexp"
	"slices"
	"strings"

	messages "github.com/cucumber/messages/go/v21"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

// word is what the IDs of the rules for a kind of hook begin with.
func word(kind driver.Kind) string {
	switch kind {
	case driver.KeyboardInteractive:
		return "KEYINT"
	case driver.ExternalAuth:
		return "EXTAUTH"
	default:
		return "CHECKPWD"
	}
}

// read makes a rule of a scenario.
func (f *feature) read(s *messages.Scenario, inherited []*messages.Tag) Rule {
	rule := Rule{Kind: f.kind, Title: s.Name, Feature: f.file, Line: int(s.Location.Line)}
	f.readTags(&rule, s, slices.Concat(inherited, s.Tags))
	f.readDescription(&rule, s)
	if s.Name == "" {
		f.expect(s.Location, "want a title that says what happens")
	}
	if len(s.Steps) == 0 {
		f.expect(s.Location, "want steps, have none")
	}
	f.checkExamples(s)
	return rule
}

var (
	// ruleID is what the tag with the ID of a rule looks like.
	ruleID = regexp.MustCompile(`^@(KEYINT|EXTAUTH|CHECKPWD)(-[A-Z0-9]+)+$`)
	// nearlyID is a tag that may have been meant to be one.
	nearlyID = regexp.MustCompile(`(?i)^@(KEYINT|EXTAUTH|CHECKPWD)([^A-Z]|$)`)
)

// isLevel tells the tag of a level.
func isLevel(tag string) bool { return tag == "@MUST" || tag == "@SHOULD" }

// readTags finds ID and level, each of which has to be there once.
func (f *feature) readTags(rule *Rule, s *messages.Scenario, tags []*messages.Tag) {
	var ids, levels []string
	for _, tag := range tags {
		_, isKind := kindOfTag(tag.Name)
		switch {
		case ruleID.MatchString(tag.Name):
			ids = append(ids, tag.Name[1:])
		case nearlyID.MatchString(tag.Name):
			f.expect(tag.Location, "tag %s: want an ID of capital letters, digits and hyphens such as @%s-LOGIN", tag.Name, word(f.kind))
		case isLevel(tag.Name):
			levels = append(levels, tag.Name[1:])
		case !isKind:
			rule.Tags = append(rule.Tags, tag.Name)
		}
	}
	switch {
	case len(ids) != 1:
		f.expect(s.Location, "want one tag with an ID such as @%s-LOGIN, have %d", word(f.kind), len(ids))
	case !strings.HasPrefix(ids[0], word(f.kind)+"-"):
		f.expect(s.Location, "ID %s: want one that begins with %s-, as the feature is for %s hooks", ids[0], word(f.kind), f.kind)
	}
	if len(levels) != 1 {
		f.expect(s.Location, "want one of the tags @MUST and @SHOULD, have %d of them", len(levels))
	}
	rule.ID, rule.Must = strings.Join(ids, " "), slices.Contains(levels, "MUST")
}

// fixMark begins the paragraph with the hint.
const fixMark = "Fix:"

// readDescription finds out why the rule is there, and the hint.
func (f *feature) readDescription(rule *Rule, s *messages.Scenario) {
	var why []string
	fixes := 0
	for _, paragraph := range paragraphs(s.Description) {
		switch hint, isFix := strings.CutPrefix(paragraph, fixMark); {
		case isFix:
			fixes++
			rule.Fix = strings.TrimSpace(hint)
		case fixes > 0:
			f.expect(s.Location, "want nothing below the paragraph that begins with %q", fixMark)
		default:
			why = append(why, paragraph)
		}
	}
	rule.Why = strings.Join(why, "\n\n")
	if rule.Why == "" {
		f.expect(s.Location, "want a sentence below the title that says why the rule is there")
	}
	if fixes != 1 || rule.Fix == "" {
		f.expect(s.Location, "want one paragraph below it that begins with %q and says how to mend a hook, have %d", fixMark, fixes)
	}
}

// paragraphs splits a description at empty lines, and where the hint begins.
func paragraphs(description string) []string {
	var all []string
	ended := true
	for line := range strings.Lines(description) {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
			ended = true
		case ended || strings.HasPrefix(line, fixMark):
			all, ended = append(all, line), false
		default:
			all[len(all)-1] += " " + line
		}
	}
	return all
}

// gap is the place of an example's value in a scenario outline.
var gap = regexp.MustCompile(`<([^<>]+)>`)

// checkExamples sees to it that an outline is tried, with all that it needs.
func (f *feature) checkExamples(s *messages.Scenario) {
	if len(s.Examples) == 0 && strings.HasPrefix(s.Keyword, "Scenario ") {
		f.expect(s.Location, "want examples below the outline, have none")
	}
	texts := []string{s.Name}
	for _, step := range s.Steps {
		texts = append(texts, step.Text)
	}
	for _, examples := range s.Examples {
		for _, tag := range examples.Tags {
			if nearlyID.MatchString(tag.Name) || isLevel(tag.Name) {
				f.expect(tag.Location, "want the tag %s at the scenario: a rule is all its examples", tag.Name)
			}
		}
		if len(examples.TableBody) == 0 {
			f.expect(examples.Location, "want at least one example, or the rule is never tried")
			continue
		}
		for _, found := range gap.FindAllStringSubmatch(strings.Join(texts, "\n"), -1) {
			if !slices.ContainsFunc(examples.TableHeader.Cells, func(c *messages.TableCell) bool { return c.Value == found[1] }) {
				f.expect(examples.Location, "want a column for <%s>", found[1])
			}
		}
	}
}
