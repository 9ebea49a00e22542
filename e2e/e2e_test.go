package e2e_test

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/cucumber/godog"
	"github.com/testcontainers/testcontainers-go/log"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/preflight"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/steps"
	"github.com/sftpgo-authy/sftpgo-authy/features"
)

// atOnce is how many scenarios run at the same time. They wait more than they
// work.
const atOnce = 8

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
	run(ctx, t, on)
}

func run(ctx context.Context, t *testing.T, on *stack.Stack) {
	t.Helper()
	suite := godog.TestSuite{
		Name:                "sftpgo-authy",
		ScenarioInitializer: func(sc *godog.ScenarioContext) { steps.AddTo(sc, on) },
		Options: &godog.Options{
			FS:             features.FS,
			Paths:          []string{"."},
			Format:         "progress",
			Output:         t.Output(),
			Concurrency:    atOnce,
			Randomize:      -1,
			Strict:         true,
			NoColors:       true,
			DefaultContext: ctx,
			TestingT:       t,
		},
	}
	if suite.Run() != 0 {
		t.Fail()
	}
}
