package sftpgo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"strconv"

	"github.com/testcontainers/testcontainers-go"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/authority"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/files"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/jsonlog"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/ports"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
)

// seedPath is where SFTPGo finds the data it starts with.
const seedPath = "/etc/sftpgo/seed.json"

// Option changes how [Run] starts the server. It is an option of testcontainers-go
// too, so that lists of them can have both.
type Option func(*settings) error

// Customize implements [testcontainers.ContainerCustomizer]. It does nothing:
// [Run] applies the option.
func (Option) Customize(*testcontainers.GenericContainerRequest) error { return nil }

// settings are what the options say.
type settings struct {
	env       map[string]string
	hookEnv   map[string]string
	files     []build.File
	users     []User
	customize []testcontainers.ContainerCustomizer
	onHost    bool
	telemetry bool

	hostKey   hostKey
	authority *authority.Authority
	at        endpoints
}

// WithFile puts a file into the container before the server starts, or a folder if
// the path ends with a slash. It belongs to the server's user, so that a mode such
// as 0o400 is enough to read it.
func WithFile(file string, content []byte, mode int64) Option {
	return func(s *settings) error {
		if !path.IsAbs(file) {
			return fmt.Errorf("WithFile: want an absolute path, got %q", file)
		}
		s.files = append(s.files, build.File{Path: file, Content: content, Mode: mode})
		return nil
	}
}

// WithUsers starts the server with users. Others may come later, by
// [Server.AddUser].
func WithUsers(users ...User) Option {
	return func(s *settings) error {
		for _, user := range users {
			if user.Username == "" {
				return errors.New("WithUsers: a user without a name")
			}
		}
		s.users = append(s.users, users...)
		return nil
	}
}

// WithSSHPort publishes SSH on this port of the host, and only on its loopback,
// instead of on a free port: for people, who log in by hand.
func WithSSHPort(port string) Option {
	return func(s *settings) error {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return fmt.Errorf("WithSSHPort: want a port from 1 to 65535, got %q", port)
		}
		s.customize = append(s.customize, ports.Publish(sshPort, port))
		return nil
	}
}

// WithTelemetry switches SFTPGo's metrics and its profiler on, see
// [Server.Telemetry]: for tests that look for leaks.
func WithTelemetry() Option {
	return func(s *settings) error {
		s.telemetry = true
		return nil
	}
}

// newSettings are those of the options, and what every server has.
func newSettings(ctx context.Context, opts []testcontainers.ContainerCustomizer) (*settings, error) {
	s := &settings{env: map[string]string{}, hookEnv: map[string]string{}, at: published{}}
	for _, opt := range opts {
		if own, ok := opt.(Option); ok {
			if err := own(s); err != nil {
				return nil, err
			}
		}
	}
	var err error
	if s.hostKey, err = newHostKey(); err != nil {
		return nil, fmt.Errorf("host key: %w", err)
	}
	if err := s.addFTPS(); err != nil {
		return nil, err
	}
	seed, err := json.Marshal(backup{Version: backupVersion, Admins: []any{administrator()}, Data: Data{Users: s.users}})
	if err != nil {
		return nil, fmt.Errorf("users: %w", err)
	}
	s.files = append(s.files,
		build.File{Path: s.hostKey.path, Content: s.hostKey.private, Mode: 0o400},
		build.File{Path: seedPath, Content: seed, Mode: 0o400},
	)
	if s.onHost {
		if s.at, err = newOnHost(ctx); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// environment is that of the container.
func (s *settings) environment() map[string]string {
	env := map[string]string{
		"SFTPGO_DATA_PROVIDER__DRIVER": "memory",
		// The default name would be taken for a file to load.
		"SFTPGO_DATA_PROVIDER__NAME": "",
		"SFTPGO_LOADDATA_FROM":       seedPath,
		// One key made here is pinned by the clients, and saves the time that SFTPGo
		// takes to make three.
		"SFTPGO_SFTPD__HOST_KEYS": s.hostKey.path,
		// All tests come from one address.
		"SFTPGO_COMMON__MAX_PER_HOST_CONNECTIONS": "0",
		"SFTPGO_LOG_LEVEL":                        "debug",
		"SFTPGO_LOG_UTC_TIME":                     "true",
	}
	maps.Copy(env, s.at.env(s.telemetry))
	maps.Copy(env, s.env)
	if len(s.hookEnv) > 0 {
		env[commandEnv] = joined(s.hookEnv)
	}
	return env
}

// customizers are what testcontainers-go is told.
func (s *settings) customizers(to *logs) []testcontainers.ContainerCustomizer {
	return append([]testcontainers.ContainerCustomizer{
		testcontainers.WithEnv(s.environment()),
		s.at.customize(s.telemetry),
		files.BeforeStart(uid, s.files),
		jsonlog.Follow(to.add),
		testcontainers.WithWaitStrategy(banner{s.at}),
	}, s.customize...)
}
