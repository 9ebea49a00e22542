// Package steps gives the sentences of the feature files their meaning. What a
// scenario knows is in its context and nowhere else, so that scenarios can run
// side by side.
package steps

import (
	"context"
	"errors"

	"github.com/cucumber/godog"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/steps/answers"
)

// AddTo registers all steps. The scenarios run on the stack, whose servers are of
// that release, with the hooks as programs or over HTTP.
func AddTo(sc *godog.ScenarioContext, on *stack.Stack, release sftpgo.Release, overHTTP bool) {
	sc.Before(func(ctx context.Context, scenario *godog.Scenario) (context.Context, error) {
		w := newWorld(on, overHTTP)
		w.leftOut = leftOut(scenario, release)
		return context.WithValue(ctx, worldKey{}, w), nil
	})
	sc.After(func(ctx context.Context, _ *godog.Scenario, failure error) (context.Context, error) {
		w := of(ctx)
		err := w.endSession()
		if failure != nil {
			ctx = w.attachLogs(ctx)
		}
		return ctx, errors.Join(err, w.heal(ctx))
	})
	addServerSteps(sc)
	addAuthySteps(sc)
	addLoginSteps(sc)
	addEnrolmentSteps(sc)
	addDoorSteps(sc)
	addFilterSteps(sc)
	addReplaySteps(sc)
	addOpenSSHSteps(sc)
	answers.AddTo(sc, answerSiteOf)
	sc.Then(`^alice by FTP with the right password and SFTPGo's own passcode is (let in|refused)$`, comesToByFTP)
}

type worldKey struct{}

// of is the world of the scenario that runs in the context.
func of(ctx context.Context) *world {
	return ctx.Value(worldKey{}).(*world)
}
