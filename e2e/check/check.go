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
	// Driver is how logins reach the hook. Rules that do not apply to the hook are
	// skipped.
	Driver driver.Driver
	// Within is how long a login may take, whatever happens; 0 stands for
	// [Within].
	Within time.Duration
	// Secrets that are not to be told, besides those of each scenario.
	Secrets []report.Secret
	// Done, if not nil, is told of each rule that is over, one at a time.
	Done func(report.Outcome)
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
	c.skip()
	sentences := rules.NewSentences()
	suite := godog.TestSuite{
		Name: "hookcheck",
		ScenarioInitializer: func(sc *godog.ScenarioContext) {
			sentences.AddTo(sc, plan.Driver, rules.Options{Within: cmp.Or(plan.Within, Within), Ended: c.ended})
		},
		Options: &godog.Options{
			FS:             plan.Features,
			Paths:          c.files(),
			Format:         "progress",
			Output:         io.Discard,
			Concurrency:    max(plan.Driver.AtOnce(), 1),
			Strict:         true,
			Tags:           c.tags(),
			NoColors:       true,
			DefaultContext: ctx,
		},
	}
	if suite.Options.Tags != "" { // without any, all would be run
		var err error
		if c.expected, err = scenarios(suite); err != nil {
			return nil, err
		}
		suite.Run() // what came of it is in the cases
	}
	return c.outcomes(ctx), nil
}

// collector puts the scenarios together that belong to one rule.
type collector struct {
	plan     Plan
	expected map[string]int // scenarios by the ID of the rule

	mu    sync.Mutex
	cases map[string][]report.Case
}

// scenarios counts those of each tag.
func scenarios(suite godog.TestSuite) (map[string]int, error) {
	features, err := suite.RetrieveFeatures()
	if err != nil {
		return nil, fmt.Errorf("the rules: %w", err)
	}
	count := map[string]int{}
	for _, feature := range features {
		for _, scenario := range feature.Pickles {
			for _, tag := range scenario.Tags {
				count[strings.TrimPrefix(tag.Name, "@")]++
			}
		}
	}
	return count, nil
}

// files are the features in which the rules are.
func (c *collector) files() []string {
	var all []string
	for _, rule := range c.plan.Rules {
		if !slices.Contains(all, rule.Feature) {
			all = append(all, rule.Feature)
		}
	}
	return all
}

// Tags of rules that do not apply to every hook.
const (
	// forPrograms is that of rules about what SFTPGo sees of a program only.
	forPrograms = "@program"
	// forTwoUsers is that of rules about another user whom the hook knows.
	forTwoUsers = "@two-users"
)

// notFor is why a rule does not apply to the hook, or would say nothing of it; "" is
// that it does.
func notFor(on driver.Driver, rule rulebook.Rule) string {
	hook := on.Hook()
	switch {
	case hook.URL != "" && slices.Contains(rule.Tags, forPrograms):
		return "what a hook over HTTP writes for people is not seen here: look into its log"
	case !on.SeesStandardError() && slices.Contains(rule.Tags, forPrograms):
		return "this release of SFTPGo drops what a program writes for people: without --sftpgo it is seen"
	case len(hook.Users) < 2 && slices.Contains(rule.Tags, forTwoUsers):
		return "it is about another user whom the hook knows: name a second one"
	}
	return ""
}

// skip takes the rules down that do not apply.
func (c *collector) skip() {
	for _, rule := range c.plan.Rules {
		if why := notFor(c.plan.Driver, rule); why != "" {
			c.cases[rule.ID] = []report.Case{{Name: rule.Title, Status: report.Skipped, Message: why}}
			c.done(rule)
		}
	}
}

// done tells of a rule that is over.
func (c *collector) done(rule rulebook.Rule) {
	if c.plan.Done != nil {
		c.plan.Done(c.outcome(rule))
	}
}

// tags chooses the scenarios.
func (c *collector) tags() string {
	ids := make([]string, 0, len(c.plan.Rules))
	for _, rule := range c.plan.Rules {
		if len(c.cases[rule.ID]) == 0 {
			ids = append(ids, "@"+rule.ID)
		}
	}
	return strings.Join(ids, ",")
}

// ended takes a scenario down.
func (c *collector) ended(e rules.Ending) {
	one := caseOf(e, c.plan.Secrets)
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, rule := range c.plan.Rules {
		if !slices.ContainsFunc(e.Scenario.Tags, func(t *messages.PickleTag) bool { return t.Name == "@"+rule.ID }) {
			continue
		}
		c.cases[rule.ID] = append(c.cases[rule.ID], one)
		if len(c.cases[rule.ID]) == c.expected[rule.ID] {
			c.done(rule)
		}
	}
}

// caseOf is what is told of a scenario: a failure is one of the hook, every other
// error one of the suite.
func caseOf(e rules.Ending, secrets []report.Secret) report.Case {
	one := report.Case{Name: e.Scenario.Name, Status: report.Passed, Took: e.Took, Events: e.Events}
	if e.Err != nil {
		one.Status, one.Step, one.Message = report.Broken, e.Step, e.Err.Error()
		if errors.As(e.Err, new(rules.Failure)) {
			one.Status = report.Failed
		}
	}
	return report.NewRedactor(append(secrets[:len(secrets):len(secrets)], e.Secrets...)...).Case(one)
}

// outcomes puts the cases below their rules.
func (c *collector) outcomes(ctx context.Context) []report.Outcome {
	all := make([]report.Outcome, 0, len(c.plan.Rules))
	for _, rule := range c.plan.Rules {
		if missing := c.expected[rule.ID] - len(c.cases[rule.ID]); missing > 0 {
			c.cases[rule.ID] = append(c.cases[rule.ID], report.Case{
				Name: rule.Title, Status: report.Broken,
				Message: fmt.Sprintf("%d of its scenarios were not run: %s", missing, reason(ctx)),
			})
		}
		all = append(all, c.outcome(rule))
	}
	return all
}

func (c *collector) outcome(rule rulebook.Rule) report.Outcome {
	return report.Outcome{Rule: rule, Status: report.Judge(c.cases[rule.ID]), Cases: c.cases[rule.ID]}
}

func reason(ctx context.Context) string {
	if err := context.Cause(ctx); err != nil {
		return err.Error()
	}
	return "the suite has ended before"
}
