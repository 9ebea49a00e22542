// Package sftpgo runs a real SFTPGo server in a container, by testcontainers-go,
// for tests of its login hooks.
//
// [Run] takes any official image from 2.4 on, as Debian or Alpine, and returns when
// SSH, FTP, WebDAV and the web server answer. The hooks are told by their kind: a
// program, whose bytes are put into the container, or the URL of a service that the
// container reaches. Options of testcontainers-go, such as a network, are taken too.
//
// The server keeps its users in memory. It has one administrator, [AdminName], whom
// [Server.AddUser] and the like use.
package sftpgo

import (
	"context"
	"errors"
	"fmt"

	"github.com/testcontainers/testcontainers-go"
	"golang.org/x/crypto/ssh"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/authority"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/poll"
)

// Server is a running SFTPGo.
type Server struct {
	testcontainers.Container

	hostKey   ssh.PublicKey
	authority *authority.Authority
	admin     *admin
	logs      *logs

	// Where the servers are, HOST:PORT. The last is "" without [WithTelemetry].
	ssh, web, ftp, dav, telemetry string
}

// Run starts a server from the image, such as drakkan/sftpgo:v2.7.5, and returns
// when all its servers answer. The options are those of this package and of
// testcontainers-go. The server is returned with an error too, for its logs, if
// there is one by then, and has to be terminated in any case;
// [testcontainers.CleanupContainer] and [testcontainers.TerminateContainer] do so.
func Run(ctx context.Context, image string, opts ...testcontainers.ContainerCustomizer) (*Server, error) {
	if image == "" {
		return nil, errors.New("sftpgo: no image")
	}
	set, err := newSettings(ctx, opts)
	if err != nil {
		return nil, fmt.Errorf("sftpgo: %w", err)
	}
	s := &Server{hostKey: set.hostKey.public, authority: set.authority, logs: &logs{}}
	// Those of the caller come last, and win.
	c, err := testcontainers.Run(ctx, image, append(set.customizers(s.logs), opts...)...)
	if c != nil {
		s.Container = c
	}
	if err != nil {
		return s, fmt.Errorf("sftpgo: start %s: %w", image, err)
	}
	if err := s.ready(ctx, set); err != nil {
		return s, fmt.Errorf("sftpgo: %w", err)
	}
	return s, nil
}

// ready finds the servers, and waits for those that come after SSH: they start side
// by side.
func (s *Server) ready(ctx context.Context, set *settings) (err error) {
	servers := map[string]*string{sshPort: &s.ssh, httpPort: &s.web, ftpPort: &s.ftp, davPort: &s.dav}
	if set.telemetry {
		servers[telemetryPort] = &s.telemetry
	}
	for port, address := range servers {
		if *address, err = set.at.address(ctx, s, port); err != nil {
			return err
		}
	}
	// A seed that cannot be loaded is only logged; SFTPGo goes on without it.
	if err := s.logs.await(ctx, "data loaded from file"); err != nil {
		return fmt.Errorf("the server did not load its seed: %w", err)
	}
	if s.admin, err = newAdmin(ctx, s.Web()); err != nil {
		return err
	}
	for _, await := range []func(context.Context) error{s.greetsFTP, s.answersWebDAV} {
		if err := poll.Until(ctx, startWithin, func(ctx context.Context) (bool, error) { return false, await(ctx) }); err != nil {
			return err
		}
	}
	return nil
}

// SSH is the address of the SSH server, HOST:PORT.
func (s *Server) SSH() string { return s.ssh }

// FTP is the address of the FTP server, HOST:PORT, which takes explicit TLS too, see
// [Server.CA]. Only its control port is published: a client can log in, and no more.
func (s *Server) FTP() string { return s.ftp }

// WebDAV is the URL of the WebDAV server.
func (s *Server) WebDAV() string { return "http://" + s.dav }

// Web is the URL of the web server: the web client and the REST API.
func (s *Server) Web() string { return "http://" + s.web }

// Telemetry is the URL of the metrics and the profiler, see [WithTelemetry]; without
// that it is "".
func (s *Server) Telemetry() string {
	if s.telemetry == "" {
		return ""
	}
	return "http://" + s.telemetry
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
