// Package ports publishes ports of containers and finds them again.
package ports

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/testcontainers/testcontainers-go"
)

// Publish publishes an exposed port, such as 2022/tcp, on this port of the host,
// and only on its loopback. Without it testcontainers-go takes any free port.
func Publish(exposed, hostPort string) testcontainers.CustomizeRequestOption {
	return testcontainers.WithHostConfigModifier(func(host *container.HostConfig) {
		if host.PortBindings == nil {
			host.PortBindings = network.PortMap{}
		}
		host.PortBindings[network.MustParsePort(exposed)] = []network.PortBinding{{
			HostIP: netip.MustParseAddr("127.0.0.1"), HostPort: hostPort,
		}}
	})
}

// Mapper is what [Mapped] asks: a container.
type Mapper interface {
	MappedPort(ctx context.Context, exposed string) (network.Port, error)
}

// Mapped is the port of the host on which an exposed port is published.
func Mapped(ctx context.Context, c Mapper, exposed string) (string, error) {
	port, err := c.MappedPort(ctx, exposed)
	if err != nil {
		return "", fmt.Errorf("published port of %s: %w", exposed, err)
	}
	return strconv.Itoa(int(port.Num())), nil
}
