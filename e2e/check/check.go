// Package check holds a hook against the rules: it runs their scenarios, and
// tells for each rule what came of it.
package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cucumber/godog"
	messages "github.com/cucumber/messages/go/v21"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/report"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/rulebook"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/rules"
)

// Plan is what to run, and on what.
type Plan struct {
	// Features holds the rules, below the folder rules.
	Features fs.FS
	// Rules are those to run.
	Rules []rulebook.Rule
	// Driver is how logins reach the hook, AtOnce how many scenarios it can run side
	// by side.
	Driver driver.Driver
	AtOnce int
	// Within is how long a login may take, whatever happens; 0 stands for
	// [Within].
	Within time.Duration
	// Done, if not nil, is told of each scenario that is over, one at a time.
	Done func(rulebook.Rule, report.Case)
}

// Within is how long a login may take if nobody says otherwise: less than the 20
// seconds after which SFTPGo gives up a hook over HTTP.
const Within = 15 * time.Second

// Run runs the scenarios of the rules, and returns the outcomes in the order of
// the rules. Whatever goes wrong in the suite is in the outcomes; an error says
// that nothing could be run.
func Run(ctx context.Context, plan Plan) ([]report.Outcome, error) {
	if len(plan.Rules) == 0 {
		return nil, errors.New("there is no rule to run")
	}
	c := &collector{plan: plan, cases: map[string][]report.Case{}}
	content, err := c.features()
	if err != nil {
		return nil, err
	}
	suite := godog.TestSuite{
		Name: "hookcheck",
		ScenarioInitializer: func(sc *godog.ScenarioContext) {
			rules.AddTo(sc, plan.Driver, rules.Options{Within: cmp.Or(plan.Within, Within), Ended: c.ended})
		},
		Options: &godog.Options{
			FeatureContents: content,
			Format:          "progress",
			Output:          io.Discard,
			Concurrency:     max(plan.AtOnce, 1),
			Strict:          true,
			Tags:            c.tags(),
			NoColors:        true,
			DefaultContext:  ctx,
		},
	}
	suite.Run() // what came of it is in the cases
	return c.outcomes(ctx), nil
}

// collector puts the scenarios together that belong to one rule.
type collector struct {
	plan Plan

	mu    sync.Mutex
	cases map[string][]report.Case
}

// features are those in which the rules are.
func (c *collector) features() ([]godog.Feature, error) {
	var all []godog.Feature
	for _, rule := range c.plan.Rules {
		if slices.ContainsFunc(all, func(f godog.Feature) bool { return f.Name == rule.Feature }) {
			continue
		}
		content, err := fs.ReadFile(c.plan.Features, rule.Feature)
		if err != nil {
			return nil, fmt.Errorf("rule %s: %w", rule.ID, err)
		}
		all = append(all, godog.Feature{Name: rule.Feature, Contents: content})
	}
	return all, nil
}

// tags chooses the scenarios.
func (c *collector) tags() string {
	ids := make([]string, 0, len(c.plan.Rules))
	for _, rule := range c.plan.Rules {
		ids = append(ids, "@"+rule.ID)
	}
	return strings.Join(ids, ",")
}

// ended takes a scenario down.
func (c *collector) ended(e rules.Ending) {
	one := caseOf(e)
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, rule := range c.plan.Rules {
		if !slices.ContainsFunc(e.Scenario.Tags, func(t *messages.PickleTag) bool { return t.Name == "@"+rule.ID }) {
			continue
		}
		c.cases[rule.ID] = append(c.cases[rule.ID], one)
		if c.plan.Done != nil {
			c.plan.Done(rule, one)
		}
	}
}

func caseOf(e rules.Ending) report.Case {
	redact := redactor(e.Secrets)
	one := report.Case{Name: e.Scenario.Name, Status: report.Passed, Took: e.Took}
	for _, event := range e.Events {
		event.What = redact.Replace(event.What)
		one.Events = append(one.Events, event)
	}
	if e.Err == nil {
		return one
	}
	one.Status = report.Broken
	if errors.As(e.Err, new(rules.Failure)) {
		one.Status = report.Failed
	}
	one.Message = redact.Replace(e.Err.Error())
	return one
}

// outcomes puts the cases below their rules.
func (c *collector) outcomes(ctx context.Context) []report.Outcome {
	all := make([]report.Outcome, 0, len(c.plan.Rules))
	for _, rule := range c.plan.Rules {
		o := report.Outcome{Rule: rule, Cases: c.cases[rule.ID]}
		if len(o.Cases) == 0 {
			o.Cases = []report.Case{{Name: rule.Title, Status: report.Broken, Message: "the scenario was not run: " + cmp.Or(reason(ctx), "the suite ended before")}}
		}
		o.Status = worst(o.Cases)
		all = append(all, o)
	}
	return all
}

func reason(ctx context.Context) string {
	if err := context.Cause(ctx); err != nil {
		return err.Error()
	}
	return ""
}

// worst is what the cases come to: where one has failed, the rule is broken,
// whatever the suite could not find out about others.
func worst(cases []report.Case) report.Status {
	for _, status := range []report.Status{report.Failed, report.Broken, report.Passed} {
		if slices.ContainsFunc(cases, func(one report.Case) bool { return one.Status == status }) {
			return status
		}
	}
	return report.Skipped
}

func redactor(secrets map[string]string) *strings.Replacer {
	var pairs []string
	for secret, word := range secrets {
		if len(secret) > 4 {
			pairs = append(pairs, secret, "«"+word+"»")
		}
	}
	return strings.NewReplacer(pairs...)
}
