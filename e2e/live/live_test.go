package live_test

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/check"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/ports"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/live"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/preflight"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/report"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/rulebook"
	"github.com/sftpgo-authy/sftpgo-authy/features"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
)

// ownHooks are the names of their programs, and of the paths of hookd.
var ownHooks = map[driver.Kind]string{
	driver.KeyboardInteractive: "keyint",
	driver.ExternalAuth:        "extauth",
	driver.CheckPassword:       "checkpwd",
}

const (
	apiKey = "the-api-key-of-the-tests"
	secret = "the-secret-of-the-tests"
)

// TestOwnHooksKeepTheRules holds our three hooks against all rules on a real
// SFTPGo, as programs and over HTTP, side by side.
func TestOwnHooksKeepTheRules(t *testing.T) {
	preflight.Require(t.Context(), t)
	book, err := rulebook.Load(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	programs := build.ForTest(t, "e2e/cmd/hookcheck", "hooks/cmd/keyint", "hooks/cmd/extauth", "hooks/cmd/checkpwd", "hooks/cmd/hookd")
	start := time.Now()
	t.Cleanup(func() { t.Logf("all rules took %s", time.Since(start).Round(time.Second)) })
	for kind, name := range ownHooks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSetup(t, programs)
			hook := driver.Hook{
				Kind: kind, Program: programs.Path(name), Users: people(), APIKey: apiKey,
				Env: []string{
					"AUTHY_CONFIG_FILE=" + s.config,
					"AUTHY_API_URL=" + driver.AuthyPlaceholder,
					"AUTHY_ALLOW_PLAIN_HTTP=true",
				},
			}
			on := startLive(t, hook, programs, s.config, s.key, s.users)
			keepsAll(t, on, book.Of(kind))
		})
		t.Run(name+" over HTTP", func(t *testing.T) {
			t.Parallel()
			s := newSetup(t, programs)
			listen := freePort(t)
			on := startLive(t, driver.Hook{
				Kind: kind, URL: "http://" + listen + "/" + name, Users: people(), APIKey: apiKey,
				Header: http.Header{"Authorization": {"Bearer " + secret}},
			}, programs)
			s.serve(t, listen, on.AuthyURL(), s.secretFile(t))
			keepsAll(t, on, book.Of(kind))
		})
	}
}

// keepsAll runs the rules, each of which has to hold.
func keepsAll(t *testing.T, on *live.Driver, rules []rulebook.Rule) {
	t.Helper()
	start, cases, skipped := time.Now(), 0, 0
	outcomes, err := check.Run(t.Context(), check.Plan{
		Features: features.FS, Rules: rules, Driver: on,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, outcome := range outcomes {
		for _, one := range outcome.Cases {
			cases++
			switch one.Status {
			case report.Passed:
			case report.Skipped:
				skipped++
			default:
				t.Errorf("%s: %s: %s: %s\n%s", outcome.Rule.ID, one.Status, one.Name, one.Message, timeline(one.Events))
			}
		}
	}
	t.Logf("%d rules, %d scenarios, %d of them skipped, %d at once, in %s", len(rules), cases, skipped, on.AtOnce(), time.Since(start).Round(100*time.Millisecond))
}

func timeline(events []driver.Event) string {
	text := ""
	for _, e := range events {
		text += fmt.Sprintf("  %s %-6s %s\n", e.Time.UTC().Format("15:04:05.000"), e.Who, e.What)
	}
	return text
}

// peopleCount is enough for 32 places.
const peopleCount = 64

func people() []driver.Person {
	var all []driver.Person
	for n := range peopleCount {
		all = append(all, driver.Person{Username: "user" + strconv.Itoa(n), AuthyID: int64(1000 + n)})
	}
	return all
}

func freePort(t *testing.T) string {
	t.Helper()
	free, err := ports.Free(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	return "127.0.0.1:" + strconv.Itoa(free[0])
}

func write(t *testing.T, name, content string, mode os.FileMode) string {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
	return name
}

// startLive starts SFTPGo with the hook, until the end of the test.
func startLive(t *testing.T, hook driver.Hook, programs build.Programs, files ...string) *live.Driver {
	t.Helper()
	on, err := live.Start(t.Context(), hook, live.Options{
		Image: preflight.Image(), Files: files,
		MockProgram: programs.Path("hookcheck"), Note: func(note string) { t.Log(note) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := on.Close(); err != nil {
			t.Error(err)
		}
	})
	return on
}

// deadline of our hooks: it bounds the rules with an Authy that never answers.
const deadline = 6 * time.Second
