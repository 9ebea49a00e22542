// Package rules gives the sentences of features/rules their meaning. What a
// scenario knows is in its context and nowhere else, so that scenarios can run
// side by side; how a login reaches the hook is the driver's matter.
package rules

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cucumber/godog"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/report"
)

// Ending is what is told of a scenario when it is over.
type Ending struct {
	Scenario *godog.Scenario
	// Err is why it did not pass: a [Failure] is one of the hook, everything else
	// is one of the suite. nil is a scenario that passed.
	Err error
	// Step is the sentence at which it ended, if it did not pass.
	Step string
	// Took is how long it was, without the wait for a place.
	Took time.Duration
	// Events are what happened, and Secrets what must not be told of it.
	Events  []driver.Event
	Secrets []report.Secret
}

// Options are how the rules are held.
type Options struct {
	// Within is how long a login may take, whatever happens.
	Within time.Duration
	// Ended is told of each scenario. It is called from several goroutines.
	Ended func(Ending)
}

// AddTo makes the sentences the steps of a scenario, which takes a site of the
// driver.
func (s *Sentences) AddTo(sc *godog.ScenarioContext, on driver.Driver, options Options) {
	sc.Before(func(ctx context.Context, _ *godog.Scenario) (context.Context, error) {
		site, err := on.Site(ctx)
		if err != nil {
			return ctx, err
		}
		return context.WithValue(ctx, worldKey{}, newWorld(site, options)), nil
	})
	sc.After(func(ctx context.Context, scenario *godog.Scenario, failure error) (context.Context, error) {
		w, ok := ctx.Value(worldKey{}).(*world)
		if !ok { // no site was to be had
			options.Ended(Ending{Scenario: scenario, Err: failure})
			return ctx, nil
		}
		ending := w.ending(scenario, failure)
		if err := w.site.Leave(context.WithoutCancel(ctx)); err != nil {
			ending.Err = errors.Join(err, errors.New("the place of the scenario could not be cleaned up"))
		}
		options.Ended(ending)
		return ctx, nil
	})
	sc.StepContext().After(func(ctx context.Context, step *godog.Step, _ godog.StepResultStatus, err error) (context.Context, error) {
		if w, ok := ctx.Value(worldKey{}).(*world); ok && err != nil {
			w.step = step.Text
		}
		return ctx, nil
	})
	for _, one := range s.all {
		one.add(sc, one.sentence, one.means)
	}
}

// Failure says that the hook breaks the rule: what was expected, and what was
// seen.
type Failure string

func (f Failure) Error() string { return string(f) }

// failf makes a [Failure].
func failf(format string, args ...any) error { return Failure(fmt.Sprintf(format, args...)) }

type worldKey struct{}

// of is the world of the scenario that runs in the context.
func of(ctx context.Context) *world {
	return ctx.Value(worldKey{}).(*world)
}
