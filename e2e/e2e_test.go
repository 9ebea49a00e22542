package e2e_test

import (
	"context"
	"io/fs"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/cucumber/godog"
	"github.com/testcontainers/testcontainers-go/log"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/preflight"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/steps"
	"github.com/sftpgo-authy/sftpgo-authy/features"
)

// atOnce is how many scenarios of each form run at the same time. They wait more
// than they work.
const atOnce = 6

func TestFeatures(t *testing.T) {
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// Past the deadline the test binary panics, and nobody removes the containers.
	if deadline, ok := t.Deadline(); ok {
		early, cancel := context.WithDeadline(ctx, deadline.Add(-time.Minute))
		defer cancel()
		ctx = early
	}
	preflight.Require(ctx, t)
	log.SetDefault(log.NewNoopLogger()) // what a scenario needs is attached to it
	on, err := stack.Start(ctx, preflight.Image(), stack.WithNotes(func(note string) { t.Log(note) }))
	t.Cleanup(func() {
		if err := on.Close(); err != nil {
			t.Errorf("remove the containers: %v", err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	release, err := sftpgo.ReleaseOf(ctx, preflight.Image())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the scenarios run on SFTPGo %s", release)
	// Not by t.Parallel, which lets as many wait side by side as there are cores.
	var all sync.WaitGroup
	for name, form := range map[string]struct {
		overHTTP bool
		tags     string
	}{
		"programs": {false, "~@over-http && ~@slow"},
		// What takes minutes begins at once: otherwise all may wait for it in the end.
		"programs, slow": {false, "~@over-http && @slow"},
		// hookctl is started where the programs are, and enrols for these.
		"over HTTP": {true, "~@as-program && ~@hookctl"},
	} {
		all.Go(func() {
			t.Run(name, func(t *testing.T) { run(ctx, t, on, release, form.overHTTP, form.tags) })
		})
	}
	all.Wait()
	loginsHop(ctx, t, on)
	tellNoSecret(ctx, t, on)
}

// loginsHop fails the test unless one replica of hookd has ended a login that
// another one had begun.
func loginsHop(ctx context.Context, t *testing.T, on *stack.Stack) {
	t.Helper()
	logs, err := on.HookdLogs(ctx)
	if err != nil {
		t.Fatal(err)
	}
	began := regexp.MustCompile(`msg="login begun" .* request=(\S+)`)
	hopped := 0
	for i, log := range logs {
		for _, login := range began.FindAllStringSubmatch(log, -1) {
			for j, other := range logs {
				if i != j && strings.Contains(other, "request="+login[1]) {
					hopped++
				}
			}
		}
	}
	t.Logf("%d logins hopped from one replica of hookd to another", hopped)
	if hopped == 0 {
		t.Error("no login hopped from one replica of hookd to another")
	}
}

// tellNoSecret looks for secrets in all that was logged.
func tellNoSecret(ctx context.Context, t *testing.T, on *stack.Stack) {
	t.Helper()
	logs, err := on.Logs(ctx)
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for name, log := range logs {
		if log == "" {
			t.Errorf("there is no log of %s", name)
		}
		lines += strings.Count(log, "\n")
		for _, leak := range on.Leaks(log) {
			if !isKnown(name, leak) {
				t.Errorf("the log of %s tells %s", name, leak)
			}
		}
	}
	t.Logf("secrets were looked for in %d logs with %d lines", len(logs), lines)
}

// isKnown tells whether a leak is none of ours.
func isKnown(log, leak string) bool {
	// The mock greets with the key that it takes.
	if log == "mock" {
		return strings.HasPrefix(leak, "the API key in:   API key ") ||
			strings.HasPrefix(leak, "the API key in:     curl -H 'X-Authy-API-Key: ")
	}
	// SFTPGo tells its settings when it starts, see docs/sftpgo.md.
	return strings.HasPrefix(log, "SFTPGo ") && strings.HasPrefix(leak, "the secret of hookd in: ") &&
		strings.Contains(leak, `"sender":"config","message":"config file used: `)
}

func run(ctx context.Context, t *testing.T, on *stack.Stack, release sftpgo.Release, overHTTP bool, tags string) {
	t.Helper()
	// Not the rules, which are in a folder below: they have steps of their own.
	paths, err := fs.Glob(features.FS, "*.feature")
	if err != nil {
		t.Fatal(err)
	}
	suite := godog.TestSuite{
		Name:                "sftpgo-authy",
		ScenarioInitializer: func(sc *godog.ScenarioContext) { steps.AddTo(sc, on, release, overHTTP) },
		Options: &godog.Options{
			FS:             features.FS,
			Paths:          paths,
			Format:         "progress",
			Output:         t.Output(),
			Concurrency:    atOnce,
			Randomize:      -1,
			Strict:         true,
			Tags:           tags,
			NoColors:       true,
			DefaultContext: ctx,
			TestingT:       t,
		},
	}
	if suite.Run() != 0 {
		t.Fail()
	}
}
