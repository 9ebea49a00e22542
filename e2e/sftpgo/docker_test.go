package sftpgo_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"testing"

	"github.com/testcontainers/testcontainers-go"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/login"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/preflight"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
)

// user is one with these filters.
func user(name string, filters map[string]any) sftpgo.User {
	return sftpgo.User{
		Username: name, Password: "secret", Status: 1, Filters: filters,
		Permissions: map[string][]string{"/": {"*"}},
	}
}

// TestOnDocker holds what the package's documentation says of a server.
func TestOnDocker(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	server, err := sftpgo.Run(ctx, preflight.DefaultImage,
		sftpgo.WithKeyboardInteractiveHook(sftpgo.Program([]byte("#!/bin/sh\necho '{\"auth_result\":'$RESULT'}'\n"))),
		sftpgo.WithHookEnv(map[string]string{"RESULT": "1"}),
		sftpgo.WithUsers(user("alice", nil)),
		testcontainers.WithEnv(map[string]string{"SFTPGO_SFTPD__PASSWORD_AUTHENTICATION": "false"}),
	)
	testcontainers.CleanupContainer(t, server, testcontainers.StopTimeout(0))
	if err != nil {
		t.Fatal(err)
	}
	at := login.Server{Address: server.SSH(), HostKey: server.HostKey()}
	session, err := login.KeyboardInteractive(ctx, at, "alice", &login.Dialogue{})
	if err != nil {
		t.Errorf("a user of the start, by a hook that asks nothing: %v", err)
	} else if err := session.Close(); err != nil {
		t.Error(err)
	}
	if _, err := login.Password(ctx, at, "alice", "secret"); !errors.Is(err, login.ErrRefused) {
		t.Errorf("with password_authentication off: %v", err)
	}
	if err := server.AddUser(ctx, user("bob", map[string]any{"tls_username": "CommonName"})); err != nil {
		t.Fatal(err)
	}
	speaksTLS(ctx, t, server)
	keepsGroups(ctx, t, server)
	if len(server.Records()) == 0 || server.Telemetry() != "" {
		t.Errorf("%d records, telemetry at %q, which was not asked for", len(server.Records()), server.Telemetry())
	}
}

// speaksTLS logs in to FTP by a password and by a certificate.
func speaksTLS(ctx context.Context, t *testing.T, server *sftpgo.Server) {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(server.CA())
	config := &tls.Config{RootCAs: roots, ServerName: sftpgo.FTPSName, MinVersion: tls.VersionTLS12}
	if err := login.FTPS(ctx, server.FTP(), config, "alice", "secret"); err != nil {
		t.Errorf("FTPS with a password: %v", err)
	}
	certificate, err := server.ClientCertificate("bob")
	if err != nil {
		t.Fatal(err)
	}
	config.Certificates = []tls.Certificate{certificate}
	if err := login.FTPS(ctx, server.FTP(), config, "bob", ""); err != nil {
		t.Errorf("FTPS with the certificate of bob: %v", err)
	}
	if err := login.FTPS(ctx, server.FTP(), config, "alice", ""); !errors.Is(err, login.ErrRefused) {
		t.Errorf("FTPS as alice with the certificate of bob: %v", err)
	}
}

// keepsGroups loads a user with a group that may not use FTP.
func keepsGroups(ctx context.Context, t *testing.T, server *sftpgo.Server) {
	t.Helper()
	carol := user("carol", nil)
	carol.Groups = []sftpgo.Membership{{Name: "no FTP", Type: sftpgo.Primary}}
	err := server.Load(ctx, sftpgo.Data{
		Users:  []sftpgo.User{carol},
		Groups: []sftpgo.Group{{Name: "no FTP", Settings: sftpgo.GroupSettings{Filters: map[string]any{"denied_protocols": []string{"FTP"}}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := login.FTP(ctx, server.FTP(), "carol", "secret"); !errors.Is(err, login.ErrRefused) {
		t.Errorf("FTP of a group that may not: %v", err)
	}
	if err := login.WebDAV(ctx, server.WebDAV(), "carol", "secret"); err != nil {
		t.Errorf("WebDAV of the same: %v", err)
	}
}

// TestOnDockerFails holds that the server comes with the error, for its logs.
func TestOnDockerFails(t *testing.T) {
	t.Parallel()
	server, err := sftpgo.Run(t.Context(), preflight.DefaultImage,
		testcontainers.WithEnv(map[string]string{"SFTPGO_DATA_PROVIDER__DRIVER": "nonsense"}))
	testcontainers.CleanupContainer(t, server, testcontainers.StopTimeout(0))
	if err == nil || server == nil || len(server.LogLines("nonsense")) == 0 {
		t.Errorf("%v, %v: want an error, and what SFTPGo logged", server, err)
	}
}
