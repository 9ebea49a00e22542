package report

import (
	"fmt"
	"slices"
	"strings"
)

// The exit codes of hookcheck.
const (
	// ExitHolds: every MUST holds.
	ExitHolds = 0
	// ExitBreaks: the hook breaks a MUST, whatever else could not be found out.
	ExitBreaks = 1
	// ExitUnknown: the suite could not do all its work.
	ExitUnknown = 2
)

// Judge is how a rule ended whose cases ended so: one that failed breaks it, and
// it is not kept as long as one is not known.
func Judge(cases []Case) Status {
	ended := func(status Status) bool {
		return slices.ContainsFunc(cases, func(c Case) bool { return c.Status == status })
	}
	switch {
	case ended(Failed):
		return Failed
	case len(cases) == 0 || slices.ContainsFunc(cases, func(c Case) bool { return known(c.Status) == Broken }):
		return Broken
	case ended(Passed):
		return Passed
	}
	return Skipped
}

// known is the status; one that there is not says nothing about the hook.
func known(status Status) Status {
	switch status {
	case Passed, Failed, Skipped:
		return status
	default:
		return Broken
	}
}

// Counts are how many rules ended how.
type Counts struct {
	Passed, Failed, Broken, Skipped int
}

// Total is how many there are.
func (c Counts) Total() int { return c.Passed + c.Failed + c.Broken + c.Skipped }

func (c *Counts) add(status Status) {
	switch known(status) {
	case Passed:
		c.Passed++
	case Failed:
		c.Failed++
	case Skipped:
		c.Skipped++
	default:
		c.Broken++
	}
}

// Verdict is what the report comes to.
type Verdict struct {
	// Exit is the exit code.
	Exit int
	// Sentence says it to people, and Besides what else they have to know; "" is
	// nothing.
	Sentence, Besides string
	// Must and Should count the rules of each level.
	Must, Should Counts
}

// Verdict of the report. What the suite could not find out never lets a hook
// pass, and a report about nothing is none in its favour.
func (r Report) Verdict() Verdict {
	var v Verdict
	for _, outcome := range r.Outcomes {
		if outcome.Rule.Must {
			v.Must.add(outcome.Status)
		} else {
			v.Should.add(outcome.Status)
		}
	}
	failed, of, level := v.Must.Failed, v.Must.Total(), " MUST"
	if r.Strict {
		failed, of, level = failed+v.Should.Failed, of+v.Should.Total(), ""
	}
	broken := v.Must.Broken + v.Should.Broken
	switch {
	case failed > 0:
		v.Exit = ExitBreaks
		v.Sentence = fmt.Sprintf("The hook breaks %d of %s.", failed, plural(of, level+" rule"))
		if broken > 0 {
			v.Besides = fmt.Sprintf("The suite could not find out about %s.", plural(broken, " rule"))
		}
	case broken > 0:
		v.Exit = ExitUnknown
		v.Sentence = fmt.Sprintf("No verdict: the suite could not find out about %s.", plural(broken, " rule"))
	case v.Must.Passed == 0:
		v.Exit = ExitUnknown
		v.Sentence = "No verdict: no MUST rule was tried."
	default:
		v.Exit = ExitHolds
		v.Sentence = fmt.Sprintf("The hook keeps every%s rule%s.", level, tried(v.Must, v.Should))
	}
	if !r.Strict && v.Should.Failed > 0 {
		v.Besides = strings.TrimSpace(v.Besides + fmt.Sprintf(" It does not keep %s.", plural(v.Should.Failed, " SHOULD rule")))
	}
	return v
}

// tried says that not every rule was.
func tried(must, should Counts) string {
	if must.Skipped+should.Skipped == 0 {
		return ""
	}
	return " that applies to it"
}

func plural(n int, what string) string {
	if n == 1 {
		return fmt.Sprintf("%d%s", n, what)
	}
	return fmt.Sprintf("%d%ss", n, what)
}

// Level of the rule, in the words of RFC 2119.
func (o Outcome) Level() string {
	if o.Rule.Must {
		return "MUST"
	}
	return "SHOULD"
}

// counts tells whether the rule makes or breaks the verdict.
func (r Report) counts(o Outcome) bool { return o.Rule.Must || r.Strict }
