package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/cucumber/godog"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/login"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stubhook"
)

// addAnswerSteps adds what is said of a hook that answers as it is told, and of
// what SFTPGo makes of it.
func addAnswerSteps(sc *godog.ScenarioContext) {
	for words, hook := range map[string]stack.Hook{
		"an external authentication": stack.TokenOnly,
		"a check password":           stack.PrefixAndToken,
		"a keyboard-interactive":     stack.PasswordAndToken,
	} {
		sc.Given(`^an SFTPGo server with `+words+` hook of any kind$`, func(ctx context.Context) error {
			w := of(ctx)
			w.setup = stack.Setup{Hook: hook, OverHTTP: w.setup.OverHTTP, Stub: true}
			w.answer = stubhook.Answer{End: "0", Status: 200}
			return skipLeftOut(ctx)
		})
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
	sc.Then(`^alice with the right password`+outcome, comesTo(func(p *person) string { return p.Password }))
	sc.Then(`^alice with a wrong password`+outcome, comesTo(func(p *person) string { return "wrong " + p.Password }))
	sc.Then(`^an unknown user`+outcome, unknownComesTo)
	sc.Then(`^SFTPGo takes alice for bob$`, isTakenForBob)
	sc.Then(`^SFTPGo has (\S+) without (.*)$`, hasLost)
}

func answers(ctx context.Context, output string) {
	w := of(ctx)
	w.answer.Outputs = append(w.answer.Outputs, output)
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

// spelled is the answer for a login as p: the words that stand for something in
// the feature are replaced.
func (w *world) spelled(p *person) (stubhook.Answer, error) {
	words := []string{"NEWLINE", "\n", "SPACE", " ", "MIB", strings.Repeat(" ", mebibyte), "NAME", p.Username, "PASSWORD", p.Password}
	for word, who := range map[string]*person{"USER": p, "OTHER": w.people["bob"]} {
		if who == nil {
			continue
		}
		user, err := json.Marshal(who.user())
		if err != nil {
			return stubhook.Answer{}, err
		}
		words = append(words, word, string(user))
	}
	answer := w.answer
	answer.Outputs = nil
	for _, output := range w.answer.Outputs {
		answer.Outputs = append(answer.Outputs, strings.NewReplacer(words...).Replace(output))
	}
	return answer, nil
}

func comesTo(typed func(*person) string) func(context.Context, string) error {
	return func(ctx context.Context, outcome string) error {
		p, err := of(ctx).person("alice")
		if err != nil {
			return err
		}
		return of(ctx).comeTo(ctx, p, typed(p), outcome)
	}
}

func unknownComesTo(ctx context.Context, outcome string) error {
	p := &person{Person: of(ctx).stack.NewStranger()}
	return of(ctx).comeTo(ctx, p, p.Password, outcome)
}

func (w *world) tell(ctx context.Context, p *person) error {
	if p.told {
		return nil
	}
	answer, err := w.spelled(p)
	if err == nil {
		err = w.stack.Tell(ctx, w.setup, p.Username, answer)
	}
	p.told = err == nil
	return err
}

// comeTo logs in as p where the hook answers as it was told.
func (w *world) comeTo(ctx context.Context, p *person, password, outcome string) error {
	if err := w.tell(ctx, p); err != nil {
		return err
	}
	door := doorPassword
	if w.setup.Hook.AsksForToken() {
		door = doorKeyboard
	}
	err := w.enter(ctx, door, p, secrets{password: password})
	if err != nil && !errors.Is(err, login.ErrRefused) {
		return fmt.Errorf("log in as %s: %w", p.Username, err)
	}
	if in := err == nil; in != (outcome == "let in") {
		return fmt.Errorf("%s: let in is %t", p.Username, in)
	}
	return nil
}

// isTakenForBob looks who has logged in.
func isTakenForBob(ctx context.Context) error {
	for name, want := range map[string]bool{"alice": false, "bob": true} {
		_, record, err := of(ctx).recordOf(ctx, name)
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
	p, record, err := of(ctx).recordOf(ctx, name)
	if err != nil {
		return err
	}
	for field := range strings.SplitSeq(fields, ", ") {
		if before := p.record[field]; before == nil || before == float64(0) {
			return fmt.Errorf("%s had no %s to lose", name, field)
		}
		if after := record[field]; after != nil && after != float64(0) {
			return fmt.Errorf("%s still has %s: %v", name, field, after)
		}
	}
	return nil
}
