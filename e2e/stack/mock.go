package stack

import (
	"context"
	"fmt"
	"net"
	"strings"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/network"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/files"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/ports"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/docker"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

const (
	// mockHost is the mock's name in the network of the stack.
	mockHost = "mockauthy"
	// mockPath is where its image has the program, and mockUID whose it is here.
	mockPath = "/mockauthy"
	mockUID  = 1000
)

// APIKey is that of the mock's application. It proves nothing to anybody.
const APIKey = "the-api-key-of-the-suite"

type mockSettings struct {
	hostPort string // "" is any free one
}

// startMock starts the mock, and finds the address at which this machine reaches
// published ports. It takes SFTPGo's image, which is there: to build the mock's own,
// as its tests do, takes longer than all the rest of the start.
func (s *Stack) startMock(ctx context.Context, m mockSettings) error {
	program, err := s.programs.Read("mockauthy")
	if err != nil {
		return err
	}
	opts := []testcontainers.ContainerCustomizer{
		testcontainers.WithEntrypoint(mockPath),
		testcontainers.WithCmd("serve"),
		testcontainers.WithEnv(map[string]string{"MOCKAUTHY_LISTEN": ":2884"}),
		files.BeforeStart(mockUID, []build.File{{Path: mockPath, Content: program, Mode: 0o755}}),
		container.WithSeed(strings.NewReader(seed())),
		network.WithNetwork([]string{mockHost}, s.network),
	}
	if m.hostPort != "" {
		opts = append(opts, ports.Publish(container.Port, m.hostPort))
	}
	if s.mock, err = container.Run(ctx, s.image, opts...); err != nil {
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
