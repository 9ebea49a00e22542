// Package networks removes networks of containers.
package networks

import (
	"context"
	"time"

	"github.com/testcontainers/testcontainers-go"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/poll"
)

// within bounds how long a network is tried to be removed.
const within = time.Minute

// Remove removes a network whose containers are gone: the engine takes a moment to
// know that the last one has left it. The error is that of the last try.
func Remove(ctx context.Context, n *testcontainers.DockerNetwork) error {
	return poll.Until(ctx, within, func(ctx context.Context) (hopeless bool, err error) {
		return false, n.Remove(ctx)
	})
}
