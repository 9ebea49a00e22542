package live_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/check"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/contract"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/preflight"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/report"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/rulebook"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
	"github.com/sftpgo-authy/sftpgo-authy/features"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/docker"
)

// TestContractIsWhatSFTPGoDoes holds broken hooks against all rules, straight and
// through SFTPGo: each scenario comes to the same. The hooks are called by their
// kind first, in the words of our own.
func TestContractIsWhatSFTPGoDoes(t *testing.T) {
	if os.Getenv(docker.RequiredVariable) == "" {
		t.Skip("left out, because it takes minutes: make e2e")
	}
	preflight.Require(t.Context(), t)
	book, err := rulebook.Load(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	release, err := sftpgo.ReleaseOf(t.Context(), preflight.Image())
	if err != nil {
		t.Fatal(err)
	}
	programs := build.ForTest(t, "e2e/cmd/hookcheck")
	scripts, err := filepath.Glob("testdata/hooks/*.sh")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no hooks: %v", err)
	}
	for _, script := range scripts {
		name := strings.TrimSuffix(filepath.Base(script), ".sh")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "extauth_says_nothing" && release.Before(sftpgo.Release{Major: 2, Minor: 5, Patch: 5}) {
				t.Skipf("SFTPGo %s asks for the right password where the hook says nothing; the contract driver does as SFTPGo does from 2.5.5 on", release)
			}
			program, err := filepath.Abs(script)
			if err != nil {
				t.Fatal(err)
			}
			hook := driver.Hook{Kind: kindOf(t, name), Program: program, Users: people(), APIKey: apiKey}
			straight, err := contract.Start(t.Context(), hook, contract.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer straight.Close()
			through := startLive(t, hook, programs)
			rules := slices.DeleteFunc(book.Of(hook.Kind), func(r rulebook.Rule) bool {
				return !through.SeesStandardError() && slices.Contains(r.Tags, "@program")
			})
			want := statuses(t, through, rules)
			got := statuses(t, straight, rules)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the contract driver (+) does not do what SFTPGo does (-):\n%s", diff)
			}
			if !slices.Contains(slices.Collect(maps.Values(want)), report.Failed) {
				t.Error("a broken hook keeps all rules")
			}
		})
	}
}

func kindOf(t *testing.T, name string) driver.Kind {
	t.Helper()
	word, _, _ := strings.Cut(name, "_")
	for kind, own := range ownHooks {
		if own == word {
			return kind
		}
	}
	t.Fatalf("%s: want a name that begins with one of our hooks", name)
	return ""
}

// statuses are what came of each scenario.
func statuses(t *testing.T, on driver.Driver, rules []rulebook.Rule) map[string]report.Status {
	t.Helper()
	all := map[string]report.Status{}
	outcomes, err := check.Run(t.Context(), check.Plan{Features: features.FS, Rules: rules, Driver: on})
	if err != nil {
		t.Fatal(err)
	}
	for _, outcome := range outcomes {
		// SFTPGo loses lines of standard error, see Written; and what is measured
		// depends on how busy the machine is.
		if strings.Contains(outcome.Rule.ID, "-SECRETS") || strings.HasSuffix(outcome.Rule.ID, "-ENUM-TIME") {
			continue
		}
		for _, one := range outcome.Cases {
			all[outcome.Rule.ID+": "+one.Name] = one.Status
			if one.Status == report.Broken {
				t.Errorf("%s: %s: %s\n%s", outcome.Rule.ID, one.Name, one.Message, timeline(one.Events))
			}
		}
	}
	return all
}
