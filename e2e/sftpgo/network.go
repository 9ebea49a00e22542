package sftpgo

import (
	"context"
	"fmt"
	"net"
	"strconv"

	"github.com/moby/moby/api/types/container"
	"github.com/testcontainers/testcontainers-go"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/ports"
)

// The ports on which SFTPGo listens in its container.
const (
	sshPort  = "2022/tcp"
	httpPort = "8080/tcp"
	ftpPort  = "2121/tcp"
	davPort  = "10080/tcp"
	// telemetryPort is that of the metrics, which are off if not asked for.
	telemetryPort = "10000/tcp"
)

// bindings are the settings of the port and the address of each server.
var bindings = map[string]struct{ port, address string }{
	sshPort:       {"SFTPGO_SFTPD__BINDINGS__0__PORT", "SFTPGO_SFTPD__BINDINGS__0__ADDRESS"},
	httpPort:      {"SFTPGO_HTTPD__BINDINGS__0__PORT", "SFTPGO_HTTPD__BINDINGS__0__ADDRESS"},
	ftpPort:       {"SFTPGO_FTPD__BINDINGS__0__PORT", "SFTPGO_FTPD__BINDINGS__0__ADDRESS"},
	davPort:       {"SFTPGO_WEBDAVD__BINDINGS__0__PORT", "SFTPGO_WEBDAVD__BINDINGS__0__ADDRESS"},
	telemetryPort: {"SFTPGO_TELEMETRY__BIND_PORT", "SFTPGO_TELEMETRY__BIND_ADDRESS"},
}

// profiler is the setting that switches it on, beside the metrics.
const profiler = "SFTPGO_TELEMETRY__ENABLE_PROFILER"

// listening are the ports on which there is a server.
func listening(telemetry bool) []string {
	all := []string{sshPort, httpPort, ftpPort, davPort}
	if telemetry {
		all = append(all, telemetryPort)
	}
	return all
}

// loopback is where a server in the network of the host listens.
const loopback = "127.0.0.1"

// hosted is a container, as far as its endpoints need one.
type hosted interface {
	ports.Mapper
	Host(ctx context.Context) (string, error)
}

// endpoints find out where this process reaches a port of the container.
type endpoints interface {
	// customize says how the container is started, env what SFTPGo is told.
	customize(telemetry bool) testcontainers.CustomizeRequestOption
	env(telemetry bool) map[string]string
	address(ctx context.Context, c hosted, port string) (string, error)
}

// WithHostNetwork lets the server join the network of the host, so that its hooks
// can be services that listen on the host's loopback. The servers listen on free
// ports there, and on loopback only. The engine has to run on this machine.
func WithHostNetwork() Option {
	return func(s *settings) error {
		s.onHost = true
		return nil
	}
}

// published are ports that the engine publishes.
type published struct{}

func (published) customize(telemetry bool) testcontainers.CustomizeRequestOption {
	return testcontainers.WithExposedPorts(listening(telemetry)...)
}

func (published) env(telemetry bool) map[string]string {
	env := map[string]string{bindings[ftpPort].port: "2121", bindings[davPort].port: "10080"}
	if telemetry {
		env[bindings[telemetryPort].port], env[bindings[telemetryPort].address] = "10000", ""
		env[profiler] = "true"
	}
	return env
}

func (published) address(ctx context.Context, c hosted, port string) (string, error) {
	host, err := c.Host(ctx)
	if err != nil {
		return "", err
	}
	mapped, err := ports.Mapped(ctx, c, port)
	if err != nil {
		return "", err
	}
	return net.JoinHostPort(host, mapped), nil
}

// onHost are free ports of the host, by the usual ones.
type onHost map[string]int

func newOnHost(ctx context.Context) (onHost, error) {
	free, err := ports.Free(ctx, len(bindings))
	if err != nil {
		return nil, err
	}
	h := onHost{}
	for port := range bindings {
		h[port], free = free[0], free[1:]
	}
	return h, nil
}

func (onHost) customize(bool) testcontainers.CustomizeRequestOption {
	return testcontainers.WithHostConfigModifier(func(host *container.HostConfig) { host.NetworkMode = "host" })
}

func (h onHost) env(telemetry bool) map[string]string {
	env := map[string]string{}
	for _, port := range listening(telemetry) {
		env[bindings[port].port], env[bindings[port].address] = strconv.Itoa(h[port]), loopback
	}
	if telemetry {
		env[profiler] = "true"
	}
	return env
}

func (h onHost) address(_ context.Context, _ hosted, port string) (string, error) {
	own, ok := h[port]
	if !ok {
		return "", fmt.Errorf("port %s: SFTPGo does not listen there", port)
	}
	return net.JoinHostPort(loopback, strconv.Itoa(own)), nil
}
