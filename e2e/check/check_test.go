package check_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/check"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/contract"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/report"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/rulebook"
	"github.com/sftpgo-authy/sftpgo-authy/features"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
)

const apiKey = "the-api-key-of-the-suite"

// TestMain lets more tests run side by side than there are cores, unless -parallel
// says how many: they wait for hooks more than they work.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", "4"); err != nil {
		panic(err)
	}
	m.Run()
}

// TestOwnHooks holds the programs of this repository against all rules, one after the
// other, so that each has its time and says how long it took.
func TestOwnHooks(t *testing.T) {
	book, err := rulebook.Load(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	programs := build.ForTest(t, "hooks/cmd/keyint", "hooks/cmd/extauth", "hooks/cmd/checkpwd")
	users := crowd(40)
	file := filepath.Join(t.TempDir(), "users.csv")
	write(t, file, users)
	for kind, name := range map[driver.Kind]string{
		driver.KeyboardInteractive: "keyint", driver.ExternalAuth: "extauth", driver.CheckPassword: "checkpwd",
	} {
		t.Run(name, func(t *testing.T) {
			holds(t, driver.Hook{
				Kind: kind, Program: programs.Path(name), APIKey: apiKey, Users: users,
				Env: []string{
					"AUTHY_API_URL=" + driver.AuthyPlaceholder, "AUTHY_ALLOW_PLAIN_HTTP=true",
					"AUTHY_API_KEY=" + apiKey, "AUTHY_USERS_FILE=" + file,
					"AUTHY_DEADLINE=3s", "AUTHY_DENY_AFTER=700ms",
				},
			}, book.Of(kind))
		})
	}
}

// holds fails the test for each rule that the hook does not keep.
func holds(t *testing.T, hook driver.Hook, rules []rulebook.Rule) {
	t.Helper()
	start := time.Now()
	outcomes := run(t, hook, rules)
	cases := 0
	for _, o := range outcomes {
		cases += len(o.Cases)
		if o.Status != report.Passed {
			t.Errorf("%s: %s", o.Rule.ID, explain(o))
		}
	}
	t.Logf("%d rules, %d scenarios in %s", len(outcomes), cases, time.Since(start).Round(10*time.Millisecond))
}

func run(t *testing.T, hook driver.Hook, rules []rulebook.Rule) []report.Outcome {
	t.Helper()
	d, err := contract.Start(t.Context(), hook, contract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}()
	outcomes, err := check.Run(t.Context(), check.Plan{Features: features.FS, Rules: rules, Driver: d})
	if err != nil {
		t.Fatal(err)
	}
	return outcomes
}

// explain tells the cases that did not pass.
func explain(o report.Outcome) string {
	var b strings.Builder
	for _, one := range o.Cases {
		if one.Status == report.Passed {
			continue
		}
		fmt.Fprintf(&b, "%s: %s: %s\n", one.Status, one.Name, one.Message)
		for _, e := range one.Events {
			fmt.Fprintf(&b, "    %s %s %s\n", e.Time.Format("05.000"), e.Who, e.What)
		}
	}
	return b.String()
}

// crowd are users whom a hook may know.
func crowd(n int) []driver.Person {
	all := make([]driver.Person, 0, n)
	for i := range n {
		all = append(all, driver.Person{Username: fmt.Sprintf("user%02d", i), AuthyID: int64(1000 + i)})
	}
	return all
}

func write(t *testing.T, file string, users []driver.Person) {
	t.Helper()
	var b strings.Builder
	for _, u := range users {
		fmt.Fprintf(&b, "%s,%d\n", u.Username, u.AuthyID)
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestBroken tells the errors of the suite from those of the hook.
func TestBroken(t *testing.T) {
	t.Parallel()
	book, err := rulebook.Load(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	shell := filepath.Join(t.TempDir(), "hook")
	if err := os.WriteFile(shell, []byte("#!/no/such/interpreter\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	outcomes := run(t, driver.Hook{
		Kind: driver.CheckPassword, Program: shell, APIKey: apiKey, Users: crowd(1),
	}, book.Of(driver.CheckPassword))
	for _, o := range outcomes {
		if o.Status == report.Failed || o.Rule.ID == "CHECKPWD-LOGIN" && o.Status != report.Broken {
			t.Errorf("%s: %s, want an error of the suite: %s", o.Rule.ID, o.Status, explain(o))
		}
	}
}

// TestSkipped leaves out what the hook cannot show, and says why.
func TestSkipped(t *testing.T) {
	t.Parallel()
	book := load(t)
	for id, why := range map[string]string{
		"CHECKPWD-SECRETS":      "look into its log",
		"CHECKPWD-BRUTE-OTHERS": "name a second one",
	} {
		rule, ok := book.Find(id)
		if !ok {
			t.Fatalf("there is no rule %s", id)
		}
		for _, o := range run(t, driver.Hook{
			Kind: driver.CheckPassword, URL: "http://127.0.0.1:1/", APIKey: apiKey, Users: crowd(1),
		}, []rulebook.Rule{rule}) {
			if o.Status != report.Skipped || !strings.Contains(o.Cases[0].Message, why) {
				t.Errorf("%s: %s: %s", id, o.Status, explain(o))
			}
		}
	}
}

// deaf is a driver that does not see what a program writes.
type deaf struct{ *contract.Driver }

func (deaf) SeesStandardError() bool { return false }

// TestUnseen keeps no rule by what nobody saw.
func TestUnseen(t *testing.T) {
	t.Parallel()
	rule, ok := load(t).Find("CHECKPWD-SECRETS")
	if !ok {
		t.Fatal("there is no rule CHECKPWD-SECRETS")
	}
	d, err := contract.Start(t.Context(), driver.Hook{
		Kind: driver.CheckPassword, Program: "/bin/sh", APIKey: apiKey, Users: crowd(1),
	}, contract.Options{AtOnce: 1})
	if err != nil {
		t.Fatal(err)
	}
	outcomes, err := check.Run(t.Context(), check.Plan{Features: features.FS, Rules: []rulebook.Rule{rule}, Driver: deaf{d}})
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	if o := outcomes[0]; o.Status != report.Skipped || !strings.Contains(o.Cases[0].Message, "drops what a program writes") {
		t.Errorf("%s: %s", o.Status, explain(o))
	}
}
