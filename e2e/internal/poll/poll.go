// Package poll waits for what comes of itself: a server that starts, a line of a
// log.
package poll

import (
	"context"
	"time"
)

// often is the pause between two tries that cost next to nothing.
const often = 20 * time.Millisecond

// Until tries until there is no error, or until that is hopeless, or the time is
// over. Then the error is that of the last try.
func Until(ctx context.Context, within time.Duration, try func(context.Context) (hopeless bool, err error)) error {
	return Every(ctx, often, within, try)
}

// Every is [Until] with another pause between two tries.
func Every(ctx context.Context, pause, within time.Duration, try func(context.Context) (hopeless bool, err error)) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	ticks := time.NewTicker(pause)
	defer ticks.Stop()
	for {
		hopeless, err := try(ctx)
		if err == nil || hopeless {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-ticks.C:
		}
	}
}
