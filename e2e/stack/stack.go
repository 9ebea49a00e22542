// Package stack is what the scenarios and the demo run on: a mock Authy and
// SFTPGo servers with the hooks, in containers of one network.
package stack

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/network"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/networks"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// Stack is a running one.
type Stack struct {
	// Mock is the control API of the mock Authy.
	Mock *control.Client
	// MockURL is where this machine reaches it.
	MockURL string
	// ControlToken is what its control API wants.
	ControlToken string

	image     string
	telemetry bool
	note      func(string)
	programs  build.Programs
	network   *testcontainers.DockerNetwork
	mock      *container.Container
	people    people

	secrets    secrets
	stub       stub
	hookdImage hookdImage

	mu      sync.Mutex
	servers map[Setup]*starting
	hookds  map[hookSetup]*hookd
}

// starting is a server that is started once, by whoever needs it first.
type starting struct {
	once   sync.Once
	server *sftpgo.Server
	err    error
}

// Option changes how [Start] starts a stack.
type Option func(*Stack, *mockSettings)

// WithMockPort publishes the mock on this port of the host's loopback instead
// of on a free one.
func WithMockPort(port string) Option {
	return func(_ *Stack, m *mockSettings) { m.hostPort = port }
}

// WithNotes hears what the stack has to set on this machine.
func WithNotes(note func(string)) Option {
	return func(s *Stack, _ *mockSettings) { s.note = note }
}

// WithTelemetry lets the servers tell what they hold, see [sftpgo.WithTelemetry].
func WithTelemetry() Option {
	return func(s *Stack, _ *mockSettings) { s.telemetry = true }
}

// Start builds the programs and starts the mock. SFTPGo servers from the image
// are started when they are first asked for. The stack is returned with an error
// too, and has to be closed in any case.
func Start(ctx context.Context, image string, opts ...Option) (*Stack, error) {
	s := &Stack{image: image, note: func(string) {}, servers: map[Setup]*starting{}, hookds: map[hookSetup]*hookd{}}
	var m mockSettings
	for _, opt := range opts {
		opt(s, &m)
	}
	var err error
	if s.programs, err = build.New(ctx,
		"hooks/cmd/keyint",
		"hooks/cmd/extauth",
		"hooks/cmd/checkpwd",
		"hooks/cmd/hookctl",
		"hooks/cmd/hookd",
		"e2e/cmd/stubhook",
		"mockauthy/cmd/mockauthy",
	); err != nil {
		return s, err
	}
	if s.network, err = network.New(ctx); err != nil {
		return s, fmt.Errorf("network: %w", err)
	}
	return s, s.startMock(ctx, m)
}

// Server is the server of that setup, started if it was not yet.
func (s *Stack) Server(ctx context.Context, setup Setup) (*sftpgo.Server, error) {
	s.mu.Lock()
	st, ok := s.servers[setup]
	if !ok {
		st = &starting{}
		s.servers[setup] = st
	}
	s.mu.Unlock()
	st.once.Do(func() { st.server, st.err = s.startServer(ctx, setup) })
	return st.server, st.err
}

// running are the servers that have started so far.
func (s *Stack) running() map[Setup]*sftpgo.Server {
	s.mu.Lock()
	defer s.mu.Unlock()
	servers := map[Setup]*sftpgo.Server{}
	for setup, st := range s.servers {
		if st.err == nil && st.server != nil {
			servers[setup] = st.server
		}
	}
	return servers
}

// removeWithin bounds the removal of everything.
const removeWithin = time.Minute

// Close removes the containers and the network, also those of a start that
// failed, and also when the context of the start is over.
func (s *Stack) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), removeWithin)
	defer cancel()
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.containers()
	failures := make(chan error)
	for _, container := range all {
		go func() {
			// Nobody has anything to save: they need not be waited for.
			failures <- testcontainers.TerminateContainer(container, testcontainers.StopContext(ctx), testcontainers.StopTimeout(0))
		}()
	}
	var err error
	for range all {
		err = errors.Join(err, <-failures)
	}
	err = errors.Join(err, s.hookdImage.remove(ctx))
	if s.network != nil {
		err = errors.Join(err, networks.Remove(ctx, s.network))
	}
	return errors.Join(err, s.programs.Remove())
}

// containers are all there are, also those whose start failed.
func (s *Stack) containers() []testcontainers.Container {
	var all []testcontainers.Container
	for _, st := range s.servers {
		if st.server != nil {
			all = append(all, st.server)
		}
	}
	for _, h := range s.hookds {
		all = append(all, h.containers...)
	}
	if s.stub.container != nil {
		all = append(all, s.stub.container)
	}
	if s.mock != nil {
		all = append(all, s.mock)
	}
	return all
}

// ProgramPath is where a program of the repository was built, such as keyint.
func (s *Stack) ProgramPath(name string) string { return s.programs.Path(name) }
