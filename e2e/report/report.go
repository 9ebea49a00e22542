// Package report tells what came of holding a hook against the rules: to people
// at a terminal, in one page of HTML, in JUnit's XML, and in JSON.
package report

import (
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/rulebook"
)

// Report is all of it. No secret is in it: see [Redactor]. All else may be
// hostile, as hooks and clients have written it.
type Report struct {
	// Hook says what was tested, such as "check-password hook /opt/my-hook".
	Hook string
	// Driver says how: "contract" or "SFTPGo 2.7.5".
	Driver string
	// Suite is the version of the suite.
	Suite string
	// Strict lets a SHOULD count like a MUST.
	Strict bool
	// Began and Took are when it began, and how long it took.
	Began time.Time
	Took  time.Duration
	// Outcomes of the rules, in the order of the book.
	Outcomes []Outcome
}

// Outcome is what came of one rule.
type Outcome struct {
	Rule   rulebook.Rule
	Status Status
	// Cases are its scenarios: one, or one for each example.
	Cases []Case
}

// Case is a scenario that was run.
type Case struct {
	// Name of the scenario, with what the example has put into it.
	Name   string
	Status Status
	// Step that did not hold, and what was seen instead; "" where all did.
	Step    string
	Message string
	Took    time.Duration
	// Events are what happened, in order of time.
	Events []driver.Event
}

// Status is how a rule, or a case of it, ended.
type Status string

// The statuses.
const (
	// Passed: the hook keeps the rule.
	Passed Status = "passed"
	// Failed: the hook breaks it.
	Failed Status = "failed"
	// Broken: the suite could not find out. It counts neither for nor against the
	// hook.
	Broken Status = "error"
	// Skipped: the rule does not apply, and Message says why.
	Skipped Status = "skipped"
)
