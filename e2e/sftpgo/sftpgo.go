// Package sftpgo runs a real SFTPGo server in a container, by testcontainers-go,
// for tests of its login hooks.
//
//	server, err := sftpgo.Run(ctx, "drakkan/sftpgo:v2.7.5",
//		sftpgo.WithFile("/usr/local/bin/keyint", hook, 0o755),
//		sftpgo.WithEnv(map[string]string{
//			"SFTPGO_SFTPD__KEYBOARD_INTERACTIVE_AUTH_HOOK": "/usr/local/bin/keyint",
//		}))
//	defer testcontainers.TerminateContainer(server)
//
// The server keeps its users in memory. It has one administrator, whom
// [Server.AddUser] uses.
package sftpgo

import (
	"context"
	"fmt"
	"maps"

	"github.com/testcontainers/testcontainers-go"
	"golang.org/x/crypto/ssh"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/files"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/jsonlog"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/metrics"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/poll"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/ports"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
)

// seedPath is where SFTPGo finds the data it starts with.
const seedPath = "/etc/sftpgo/seed.json"

// Server is a running SFTPGo.
type Server struct {
	testcontainers.Container

	hostKey ssh.PublicKey
	admin   *admin
	logs    *logs

	// Where the servers are, HOST:PORT.
	ssh, web, ftp, dav, telemetry string
}

// Option changes how [Run] starts the server.
type Option func(*settings)

type settings struct {
	env       map[string]string
	files     []build.File
	customize []testcontainers.ContainerCustomizer
	onHost    bool
}

// WithEnv sets environment variables of the server, which override its
// configuration file.
func WithEnv(env map[string]string) Option {
	return func(s *settings) { maps.Copy(s.env, env) }
}

// WithFile puts a file into the container before the server starts. It belongs
// to the server's user, so that a mode such as 0o400 is enough to read it.
func WithFile(path string, content []byte, mode int64) Option {
	return func(s *settings) { s.files = append(s.files, build.File{Path: path, Content: content, Mode: mode}) }
}

// WithFiles puts files and folders into the container, as [WithFile] does.
func WithFiles(files ...build.File) Option {
	return func(s *settings) { s.files = append(s.files, files...) }
}

// WithContainer passes options on to testcontainers-go, such as a network.
func WithContainer(opts ...testcontainers.ContainerCustomizer) Option {
	return func(s *settings) { s.customize = append(s.customize, opts...) }
}

// WithSSHPort publishes SSH on this port of the host, and only on its loopback,
// instead of on a free port.
func WithSSHPort(port string) Option {
	return WithContainer(ports.Publish(sshPort, port))
}

// Run starts a server from the image and waits until it greets SSH clients. The
// server is returned with an error too, for its logs, and has to be terminated
// in any case.
func Run(ctx context.Context, image string, opts ...Option) (*Server, error) {
	key, err := newHostKey()
	if err != nil {
		return nil, fmt.Errorf("sftpgo: host key: %w", err)
	}
	s := &Server{hostKey: key.public, logs: &logs{}}
	set := settings{
		env: map[string]string{
			"SFTPGO_DATA_PROVIDER__DRIVER": "memory",
			// The default name would be taken for a file to load.
			"SFTPGO_DATA_PROVIDER__NAME": "",
			"SFTPGO_LOADDATA_FROM":       seedPath,
			// One key made here is pinned by the clients, and saves the time
			// that SFTPGo takes to make three.
			"SFTPGO_SFTPD__HOST_KEYS": key.path,
			// All tests come from one address.
			"SFTPGO_COMMON__MAX_PER_HOST_CONNECTIONS": "0",
			"SFTPGO_LOG_LEVEL":                        "debug",
			"SFTPGO_TELEMETRY__ENABLE_PROFILER":       "true",
			"SFTPGO_LOG_UTC_TIME":                     "true",
		},
		files: []build.File{
			{Path: key.path, Content: key.private, Mode: 0o400},
			{Path: seedPath, Content: []byte(seedJSON), Mode: 0o400},
		},
	}
	for _, opt := range opts {
		opt(&set)
	}
	var at endpoints = published{}
	if set.onHost {
		if at, err = newOnHost(ctx); err != nil {
			return nil, fmt.Errorf("sftpgo: %w", err)
		}
	}
	env := at.env()
	maps.Copy(env, set.env)
	s.Container, err = testcontainers.Run(ctx, image, append([]testcontainers.ContainerCustomizer{
		testcontainers.WithEnv(env),
		at.customize(),
		files.BeforeStart(uid, set.files),
		jsonlog.Follow(s.logs.add),
		testcontainers.WithWaitStrategy(banner{at}),
	}, set.customize...)...)
	if err != nil {
		return s, fmt.Errorf("sftpgo: start %s: %w", image, err)
	}
	for port, address := range map[string]*string{
		sshPort: &s.ssh, httpPort: &s.web, ftpPort: &s.ftp, davPort: &s.dav, telemetryPort: &s.telemetry,
	} {
		if *address, err = at.address(ctx, s, port); err != nil {
			return s, fmt.Errorf("sftpgo: %w", err)
		}
	}
	// A seed that cannot be loaded is only logged; SFTPGo goes on without it.
	if err := s.logs.await(ctx, 0, "data loaded from file"); err != nil {
		return s, fmt.Errorf("sftpgo: the server did not load its seed: %w", err)
	}
	if s.admin, err = newAdmin(ctx, s.Web()); err != nil {
		return s, err
	}
	// The servers start side by side.
	for _, await := range []func(context.Context) error{s.greetsFTP, s.answersWebDAV} {
		if err := poll.Until(ctx, startWithin, func(ctx context.Context) (bool, error) { return false, await(ctx) }); err != nil {
			return s, fmt.Errorf("sftpgo: %w", err)
		}
	}
	return s, nil
}

// SSH is the address of the SSH server, HOST:PORT.
func (s *Server) SSH() string { return s.ssh }

// FTP is the address of the FTP server, HOST:PORT. Only its control port is
// published: a client can log in, and no more.
func (s *Server) FTP() string { return s.ftp }

// WebDAV is the URL of the WebDAV server.
func (s *Server) WebDAV() string { return "http://" + s.dav }

// Web is the URL of the web server: the web client and the REST API.
func (s *Server) Web() string { return "http://" + s.web }

// Holds is what the server still needs: its garbage is collected first, as Go does
// by itself at least every two minutes.
func (s *Server) Holds(ctx context.Context) (metrics.Process, error) {
	if err := metrics.Collect(ctx, "http://"+s.telemetry+"/debug/pprof/heap"); err != nil {
		return metrics.Process{}, err
	}
	return metrics.Read(ctx, "http://"+s.telemetry+"/metrics")
}

// HostKey is the key by which the SSH server shows who it is.
func (s *Server) HostKey() ssh.PublicKey { return s.hostKey }

// Terminate removes the container.
func (s *Server) Terminate(ctx context.Context, opts ...testcontainers.TerminateOption) error {
	if s == nil || s.Container == nil {
		return nil
	}
	if s.admin != nil {
		s.admin.http.CloseIdleConnections()
	}
	return s.Container.Terminate(ctx, opts...)
}
