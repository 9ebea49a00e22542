package check_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/check"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/contract"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/report"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/rulebook"
	"github.com/sftpgo-authy/sftpgo-authy/features"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
)

// everyRule is an environment variable. Set to anything, it holds mutants against the
// rules that they are to keep, too: "make mutants" sets it.
const everyRule = "MUTANTS_EVERY_RULE"

// atOnce is how many scenarios run side by side: a script starts several programs
// for each login, and has to keep within its time.
const atOnce = 6

// The times of a mutant: when it gives Authy up, when it must have refused, and
// when it is killed.
const (
	givesUp = 2 * time.Second
	within  = 10 * time.Second
	killed  = 11 * time.Second
)

// TestMutants proves that the rules find mistakes: each mutant breaks those that
// the table says, of which some are tried, and lets in who is in the right. With
// [everyRule], which takes minutes, all are, and it has to break no others.
func TestMutants(t *testing.T) {
	t.Parallel()
	book := load(t)
	program := build.ForTest(t, "e2e/testdata/mutants/hook").Path("hook")
	every := os.Getenv(everyRule) != ""
	for kind, all := range table(t) {
		some := eachOnce(all)
		for i, m := range all {
			t.Run(string(kind)+"/"+m.name(), func(t *testing.T) {
				t.Parallel()
				rules := m.some(book.Of(kind), some[i])
				if every {
					rules = m.every(book.Of(kind))
				}
				outcomes := m.hold(t, m.hook(t, kind, program), rules)
				var broken, finds []string
				for _, r := range rules {
					if m.breaks(r) {
						finds = append(finds, idOf(r))
					}
				}
				for _, o := range outcomes {
					if o.Status == report.Failed {
						broken = append(broken, idOf(o.Rule))
					}
					if o.Status == report.Broken || o.Status == report.Failed && !m.breaks(o.Rule) {
						t.Errorf("%s: %s", o.Rule.ID, explain(o))
					}
				}
				if diff := cmp.Diff(finds, broken, cmpopts.SortSlices(strings.Compare), cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("rules that it breaks (- as is said, + in truth):\n%s", diff)
				}
			})
		}
	}
}

// hold runs the rules.
func (m mutant) hold(t *testing.T, hook driver.Hook, rules []rulebook.Rule) []report.Outcome {
	t.Helper()
	options := contract.Options{Timeout: killed, AtOnce: min(atOnce, len(rules))}
	if m.HTTP {
		options.Listen = freeAddress(t)
		hook = serve(t, hook, "http://"+options.Listen)
	}
	d, err := contract.Start(t.Context(), hook, options)
	if err != nil {
		t.Fatal(err)
	}
	outcomes, err := check.Run(t.Context(), check.Plan{
		Features: features.FS, Rules: rules, Driver: d, Within: within,
	})
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	return outcomes
}

// eachOnce chooses which of the rules that they break the mutants are held against
// where that is not all of them: each rule once, by the mutant that breaks the fewest,
// and one for each mutant at the least.
func eachOnce(all []mutant) [][]string {
	order := make([]int, len(all))
	for i := range all {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(all[a].finds()) - len(all[b].finds()) })
	chosen, found := make([][]string, len(all)), map[string]bool{}
	for _, i := range order {
		for _, id := range all[i].finds() {
			if !found[id] {
				chosen[i] = append(chosen[i], id)
			}
			found[id] = true
		}
		if len(chosen[i]) == 0 {
			chosen[i] = all[i].finds()[:min(1, len(all[i].finds()))]
		}
	}
	return chosen
}

// some are those rules, and one that it must not break.
func (m mutant) some(book []rulebook.Rule, ids []string) []rulebook.Rule {
	return slices.DeleteFunc(book, func(r rulebook.Rule) bool {
		return idOf(r) != "LOGIN" && !slices.Contains(ids, idOf(r))
	})
}

// every are all rules, but the slow ones where it breaks none of these. What depends
// on how busy the machine is is left out.
func (m mutant) every(book []rulebook.Rule) []rulebook.Rule {
	slow := m.Mistake == noMistake || slices.ContainsFunc(book, func(r rulebook.Rule) bool { return isSlow(r) && m.breaks(r) })
	return slices.DeleteFunc(book, func(r rulebook.Rule) bool {
		return idOf(r) == timed || isSlow(r) && !slow
	})
}

// timed is the rule that measures time. e2e/rules has a test of it.
const timed = "ENUM-TIME"

func isSlow(r rulebook.Rule) bool {
	return slices.ContainsFunc(r.Tags, func(tag string) bool { return strings.TrimPrefix(tag, "@") == "slow" })
}

// TestTableOfMutants: there is nothing in vain in it, and no rule finds nothing.
func TestTableOfMutants(t *testing.T) {
	t.Parallel()
	mistakes, found := map[string]bool{noMistake: true}, map[string]bool{}
	for kind, all := range table(t) {
		for _, m := range all {
			if m.Mistake != noMistake && len(m.finds()) == 0 {
				t.Errorf("%s: nothing finds %s", kind, m.name())
			}
			if m.In == "" {
				mistakes[m.Mistake] = true
			}
			for _, id := range m.finds() {
				found[id] = true
			}
		}
	}
	for _, name := range inGo(t) {
		if !mistakes[name] {
			t.Errorf("nobody makes the mistake %s", name)
		}
	}
	for _, rule := range load(t).Rules() {
		// SFTPGo ends what might go wrong when the client hangs up.
		if id := idOf(rule); !found[id] && id != timed && !strings.HasPrefix(id, "HANGUP-") {
			t.Errorf("%s finds nothing", rule.ID)
		}
	}
}

// inGo are the names of the mistakes that are functions.
func inGo(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(mutants, "hook", "mistakes_*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range regexp.MustCompile(`(?m)^\t\t"([^"]+)": +func\(h \*hook\)`).FindAllStringSubmatch(string(content), -1) {
			names = append(names, name[1])
		}
	}
	return names
}

func load(t *testing.T) rulebook.Book {
	t.Helper()
	book, err := rulebook.Load(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	return book
}
