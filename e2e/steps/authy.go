package steps

import (
	"context"
	"fmt"
	"strings"

	"github.com/cucumber/godog"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// addAuthySteps adds what is said of Authy.
func addAuthySteps(sc *godog.ScenarioContext) {
	for words, times := range map[string]int{"was not asked": 0, "was asked once": 1, "was asked twice": 2} {
		sc.Then(`^Authy `+words+` about (\S+)$`, func(ctx context.Context, name string) error {
			return of(ctx).wasAsked(ctx, name, times)
		})
	}
}

// wasAsked holds the number of requests that named the user, wherever in the
// request that was, against what the scenario says.
func (w *world) wasAsked(ctx context.Context, name string, times int) error {
	p, err := w.person(name)
	if err != nil {
		return err
	}
	requests, err := w.stack.Mock.Requests(ctx, control.Filter{AuthyID: p.AuthyID})
	if err != nil {
		return err
	}
	if len(requests) == times {
		return nil
	}
	targets := make([]string, 0, len(requests))
	for _, r := range requests {
		targets = append(targets, r.Method+" "+r.Target)
	}
	return fmt.Errorf("%d requests to Authy named %s, expected were %d: %s",
		len(requests), name, times, strings.Join(targets, ", "))
}
