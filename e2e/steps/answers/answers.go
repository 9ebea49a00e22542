// Package answers gives their meaning to the sentences about a hook that answers
// as it is told, and about what SFTPGo makes of it. They stand on a [Site], so
// that real SFTPGo and what stands in for it are held to the same rows.
package answers

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/cucumber/godog"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stubhook"
)

// AddTo registers the sentences. A scenario takes place on the site that its
// context leads to.
func AddTo(sc *godog.ScenarioContext, siteOf func(context.Context) Site) {
	sc.Before(func(ctx context.Context, _ *godog.Scenario) (context.Context, error) {
		return context.WithValue(ctx, sceneKey{}, newScene(siteOf(ctx))), nil
	})
	sc.Given(`^the user (\S+) without an Authy ID$`, func(ctx context.Context, name string) { of(ctx).site.AddStranger(name) })
	for words, kind := range map[string]driver.Kind{
		"an external authentication": driver.ExternalAuth,
		"a check password":           driver.CheckPassword,
		"a keyboard-interactive":     driver.KeyboardInteractive,
	} {
		sc.Given(`^an SFTPGo server with `+words+` hook of any kind$`, func(ctx context.Context) error { return of(ctx).site.UseHook(ctx, kind) })
	}
	sc.Given(`^it prints '(.*)' and ends with (\d+)$`, printsAndEnds)
	sc.Given(`^it prints '(.*)' and is (killed)$`, printsAndEnds)
	sc.Given(`^it prints '(.*)' and (never) ends$`, printsAndEnds)
	sc.Given(`^it answers (\d+) with '(.*)'$`, answersWith)
	sc.Given(`^it never answers$`, func(ctx context.Context) { of(ctx).answer.Status = 0 })
	// As a program or over HTTP.
	sc.Given(`^it answers '(.*)'$`, answers)
	sc.Given(`^it asks '(.*)'$`, asks)
	sc.Given(`^then it says '(.*)'$`, asks)

	const outcome = ` is (let in|refused)$`
	sc.Then(`^alice with the right password`+outcome, comesTo(""))
	sc.Then(`^alice with a wrong password`+outcome, comesTo("wrong "))
	sc.Then(`^an unknown user`+outcome, unknownComesTo)
	sc.Then(`^SFTPGo takes alice for bob$`, isTakenForBob)
	sc.Then(`^SFTPGo has (\S+) without (.*)$`, hasLost)
}

// scene is what one scenario knows.
type scene struct {
	site   Site
	answer stubhook.Answer
	told   map[string]bool // by the user names for which the hook knows what to do
}

type sceneKey struct{}

func newScene(site Site) *scene {
	return &scene{site: site, answer: stubhook.Answer{End: "0", Status: 200}, told: map[string]bool{}}
}

// of is the scene of the scenario that runs in the context.
func of(ctx context.Context) *scene { return ctx.Value(sceneKey{}).(*scene) }

func answers(ctx context.Context, output string) {
	s := of(ctx)
	s.answer.Outputs = append(s.answer.Outputs, output)
}

// asks says a line of a dialogue.
func asks(ctx context.Context, line string) { answers(ctx, line+"NEWLINE") }

func printsAndEnds(ctx context.Context, output, end string) {
	answers(ctx, output)
	of(ctx).answer.End = stubhook.End(end)
}

func answersWith(ctx context.Context, status int, body string) {
	answers(ctx, body)
	of(ctx).answer.Status = status
}

// mebibyte is as much as SFTPGo reads of an answer over HTTP.
const mebibyte = 1 << 20

// spelled is the answer for a login of the user: the words that stand for
// something in the feature are replaced.
func (s *scene) spelled(user sftpgo.User) (stubhook.Answer, error) {
	words := []string{"NEWLINE", "\n", "SPACE", " ", "MIB", strings.Repeat(" ", mebibyte), "NAME", user.Username, "PASSWORD", user.Password}
	people := map[string]sftpgo.User{"USER": user}
	if other, err := s.site.User("bob"); err == nil { // few scenarios have one
		people["OTHER"] = other
	}
	for word, who := range people {
		who.Password = ""
		described, err := json.Marshal(who)
		if err != nil {
			return stubhook.Answer{}, err
		}
		words = append(words, word, string(described))
	}
	answer := s.answer
	answer.Outputs = nil
	for _, output := range s.answer.Outputs {
		answer.Outputs = append(answer.Outputs, strings.NewReplacer(words...).Replace(output))
	}
	return answer, nil
}

func comesTo(before string) func(context.Context, string) error {
	return func(ctx context.Context, outcome string) error {
		user, err := of(ctx).site.User("alice")
		if err != nil {
			return err
		}
		return of(ctx).comeTo(ctx, user, before+user.Password, outcome)
	}
}

func unknownComesTo(ctx context.Context, outcome string) error {
	user := of(ctx).site.UnknownUser()
	return of(ctx).comeTo(ctx, user, user.Password, outcome)
}

// Tell tells the hook what to do when the user of that name in the scenario logs in:
// for a login by another way than that of [Site].
func Tell(ctx context.Context, name string) error {
	user, err := of(ctx).site.User(name)
	if err != nil {
		return err
	}
	return of(ctx).tell(ctx, user)
}

func (s *scene) tell(ctx context.Context, user sftpgo.User) error {
	if s.told[user.Username] {
		return nil
	}
	answer, err := s.spelled(user)
	if err == nil {
		err = s.site.Tell(ctx, user.Username, answer)
	}
	s.told[user.Username] = err == nil
	return err
}

// comeTo logs in where the hook answers as it was told.
func (s *scene) comeTo(ctx context.Context, user sftpgo.User, password, outcome string) error {
	if err := s.tell(ctx, user); err != nil {
		return err
	}
	in, err := s.site.LogIn(ctx, user.Username, password)
	if err != nil {
		return fmt.Errorf("log in as %s: %w", user.Username, err)
	}
	if in != (outcome == "let in") {
		return fmt.Errorf("%s: let in is %t", user.Username, in)
	}
	return nil
}

// isTakenForBob looks who has logged in.
func isTakenForBob(ctx context.Context) error {
	for name, want := range map[string]bool{"alice": false, "bob": true} {
		_, record, err := of(ctx).site.Records(ctx, name)
		if err != nil {
			return err
		}
		if last, _ := record["last_login"].(float64); (last > 0) != want {
			return fmt.Errorf("the last login of %s is %v", name, record["last_login"])
		}
	}
	return nil
}

// hasLost wants that nothing is left of these fields.
func hasLost(ctx context.Context, name, fields string) error {
	before, now, err := of(ctx).site.Records(ctx, name)
	if err != nil {
		return err
	}
	for field := range strings.SplitSeq(fields, ", ") {
		if before[field] == nil || before[field] == float64(0) {
			return fmt.Errorf("%s had no %s to lose", name, field)
		}
		if after := now[field]; after != nil && after != float64(0) {
			return fmt.Errorf("%s still has %s: %v", name, field, after)
		}
	}
	return nil
}
