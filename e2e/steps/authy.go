package steps

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/cucumber/godog"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// addAuthySteps adds what is said of Authy.
func addAuthySteps(sc *godog.ScenarioContext) {
	sc.Given(`^Authy is down$`, func(ctx context.Context) { of(ctx).setup.AuthyDown = true })
	sc.Given(`^Authy hangs up$`, func(ctx context.Context) error {
		return of(ctx).fault(ctx, control.Fault{Name: "hang-up"})
	})
	sc.Given(`^Authy takes (\d+) seconds to answer$`, func(ctx context.Context, seconds int) error {
		return of(ctx).fault(ctx, control.Fault{Name: "delay", Delay: strconv.Itoa(seconds) + "s"})
	})
	sc.Given(`^Authy answers 200 with '(.*)'$`, func(ctx context.Context, body string) error {
		return of(ctx).fault(ctx, control.Fault{Name: "answer", Status: 200, Body: body})
	})

	for words, times := range map[string]int{"was not asked": 0, "was asked once": 1, "was asked twice": 2} {
		sc.Then(`^Authy `+words+` about (\S+)$`, func(ctx context.Context, name string) error {
			return of(ctx).wasAsked(ctx, name, times)
		})
	}
}

// fault lets Authy misbehave towards the users of the scenario, and towards
// nobody else: other scenarios run at the same time.
func (w *world) fault(ctx context.Context, f control.Fault) error {
	for _, p := range w.people {
		f.AuthyID = p.AuthyID
		if _, err := w.stack.Mock.AddFault(ctx, f); err != nil {
			return err
		}
	}
	return nil
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
