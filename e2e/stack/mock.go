package stack

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/network"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/poll"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/ports"
	"github.com/sftpgo-authy/sftpgo-authy/internal/docker"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

const (
	// mockHost is the mock's name in the network of the stack.
	mockHost = "mockauthy"
	mockPort = "2884/tcp"
	// apiKey is that of the mock's application. It proves nothing to anybody.
	apiKey = "the-api-key-of-the-suite"
	// answerWithin bounds how long the mock is waited for.
	answerWithin = 15 * time.Second
)

type mockSettings struct {
	hostPort string // "" is any free one
}

// startMock builds the mock's image and starts it, and finds the address at
// which this machine reaches published ports.
func (s *Stack) startMock(ctx context.Context, m mockSettings) error {
	archive, err := s.mockImage()
	if err != nil {
		return err
	}
	opts := []testcontainers.ContainerCustomizer{
		testcontainers.WithDockerfile(testcontainers.FromDockerfile{ContextArchive: archive}),
		testcontainers.WithExposedPorts(mockPort),
		testcontainers.WithEnv(map[string]string{"MOCKAUTHY_SEED": "/seed.yaml"}),
		testcontainers.WithFiles(testcontainers.ContainerFile{
			Reader: strings.NewReader(seed()), ContainerFilePath: "/seed.yaml", FileMode: 0o444,
		}),
		network.WithNetwork([]string{mockHost}, s.network),
	}
	if m.hostPort != "" {
		opts = append(opts, ports.Publish(mockPort, m.hostPort))
	}
	if s.mock, err = testcontainers.Run(ctx, "", opts...); err != nil {
		return fmt.Errorf("start the mock: %w", err)
	}
	if err := s.reachMock(ctx); err != nil {
		return fmt.Errorf("reach the mock: %w", err)
	}
	return nil
}

func (s *Stack) reachMock(ctx context.Context) error {
	port, err := ports.Mapped(ctx, s.mock, mockPort)
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
	if s.Mock, err = control.New(s.MockURL, control.WithAPIKey(apiKey)); err != nil {
		return err
	}
	return poll.Until(ctx, answerWithin, func(ctx context.Context) (bool, error) {
		return false, s.Mock.Live(ctx)
	})
}

// mockImage is what the mock's image is built from: the Dockerfile of the
// repository and the program.
func (s *Stack) mockImage() (io.ReadSeeker, error) {
	dockerfile, err := os.ReadFile(filepath.Join(s.binaries.root, "Dockerfile"))
	if err != nil {
		return nil, fmt.Errorf("image of the mock: %w", err)
	}
	program, err := s.binaries.read("mockauthy")
	if err != nil {
		return nil, fmt.Errorf("image of the mock: %w", err)
	}
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	for _, f := range []struct {
		name    string
		mode    int64
		content []byte
	}{
		{"Dockerfile", 0o644, dockerfile},
		{"mockauthy", 0o755, program},
	} {
		if err := w.WriteHeader(&tar.Header{Name: f.name, Mode: f.mode, Size: int64(len(f.content))}); err != nil {
			return nil, fmt.Errorf("image of the mock: %w", err)
		}
		if _, err := w.Write(f.content); err != nil {
			return nil, fmt.Errorf("image of the mock: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("image of the mock: %w", err)
	}
	return bytes.NewReader(archive.Bytes()), nil
}

// MockLogs is what the mock has logged so far.
func (s *Stack) MockLogs(ctx context.Context) ([]byte, error) {
	logs, err := s.mock.Logs(ctx)
	if err != nil {
		return nil, fmt.Errorf("logs of the mock: %w", err)
	}
	defer logs.Close()
	return io.ReadAll(logs)
}
