package stack

import (
	"context"
	"fmt"
	"net"
	"strings"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/network"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/ports"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/docker"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

const (
	// mockHost is the mock's name in the network of the stack.
	mockHost = "mockauthy"
)

// APIKey is that of the mock's application. It proves nothing to anybody.
const APIKey = "the-api-key-of-the-suite"

type mockSettings struct {
	hostPort string // "" is any free one
}

// startMock builds the mock's image and starts it, and finds the address at
// which this machine reaches published ports.
func (s *Stack) startMock(ctx context.Context, m mockSettings) error {
	archive, err := build.Mock(ctx)
	if err != nil {
		return err
	}
	opts := []testcontainers.ContainerCustomizer{
		testcontainers.WithDockerfile(testcontainers.FromDockerfile{ContextArchive: archive}),
		container.WithSeed(strings.NewReader(seed())),
		network.WithNetwork([]string{mockHost}, s.network),
	}
	if m.hostPort != "" {
		opts = append(opts, ports.Publish(container.Port, m.hostPort))
	}
	if s.mock, err = container.Run(ctx, "", opts...); err != nil {
		return fmt.Errorf("start the mock: %w", err)
	}
	if err := s.reachMock(ctx); err != nil {
		return fmt.Errorf("reach the mock: %w", err)
	}
	return nil
}

func (s *Stack) reachMock(ctx context.Context) error {
	port, err := ports.Mapped(ctx, s.mock, container.Port)
	if err != nil {
		return err
	}
	guess, err := s.mock.Host(ctx)
	if err != nil {
		return err
	}
	host, note, err := docker.ReachableHost(ctx, guess, port)
	if err != nil {
		return err
	}
	if note != "" {
		s.note(note)
	}
	s.MockURL = "http://" + net.JoinHostPort(host, port)
	s.ControlToken = s.mock.ControlToken()
	s.Mock, err = control.New(s.MockURL, control.WithAPIKey(APIKey), control.WithToken(s.ControlToken))
	return err
}

// MockLogs is what the mock has logged so far.
func (s *Stack) MockLogs(ctx context.Context) (string, error) { return containerLog(ctx, s.mock) }
