package container

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/testcontainers/testcontainers-go/wait"
)

const (
	// startWithin bounds how long the mock is waited for; it takes well below a
	// second, but machines are busy.
	startWithin = 30 * time.Second
	// pause is between two tries.
	pause = 50 * time.Millisecond
	// maxLog is how much of a log is read, in bytes.
	maxLog = 64 << 10
)

// answers waits until the mock answers. It is asked in its container, where it
// is at the same address whatever lies between the engine and this process; a
// published port would accept connections before anybody listens behind it.
type answers struct{}

var _ wait.Strategy = answers{}

// WaitUntilReady implements [wait.Strategy].
func (answers) WaitUntilReady(ctx context.Context, target wait.StrategyTarget) error {
	ctx, cancel := context.WithTimeoutCause(ctx, startWithin, fmt.Errorf("the mock does not answer within %s", startWithin))
	defer cancel()
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		code, _, err := target.Exec(ctx, []string{"/mockauthy", "health"})
		if err == nil && code == 0 {
			return nil
		}
		if state, err := target.State(ctx); err == nil && !state.Running {
			return fmt.Errorf("the mock has ended with exit code %d: %s", state.ExitCode, lastLine(ctx, target))
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
	}
}

// lastLine is what a mock has said last: why it has ended.
func lastLine(ctx context.Context, target wait.StrategyTarget) string {
	logs, err := target.Logs(ctx)
	if err != nil {
		return err.Error()
	}
	defer logs.Close()
	text, err := io.ReadAll(io.LimitReader(logs, maxLog))
	if err != nil {
		return err.Error()
	}
	text = bytes.TrimSpace(text)
	return string(text[bytes.LastIndexByte(text, '\n')+1:])
}
