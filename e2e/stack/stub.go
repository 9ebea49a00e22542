package stack

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/network"
	"github.com/testcontainers/testcontainers-go/wait"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/authority"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/files"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stubhook"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
)

const (
	// stubHost is the name under which SFTPGo finds the stub hook over HTTP.
	stubHost = "stubhook"
	// stubUID is its user there.
	stubUID = 1000
	// stubPath is where its program is there.
	stubPath = "/usr/local/bin/stubhook"
)

// stubPatience is how long SFTPGo waits for a stub hook: less than by itself, as some
// never answer.
const stubPatience = 4 * time.Second

// stub is the stub hook over HTTP, started once, by whoever needs it first.
type stub struct {
	once      sync.Once
	container testcontainers.Container
	ca        []byte
	err       error
}

// Tell tells the stub hook of the setup what to do when the user logs in.
func (s *Stack) Tell(ctx context.Context, setup Setup, username string, answer stubhook.Answer) error {
	file, err := stubhook.File(stubhook.Folder, username, answer)
	if err != nil {
		return err
	}
	server, err := s.Server(ctx, setup)
	if err != nil {
		return err
	}
	hears := server.Container
	if setup.OverHTTP {
		hears = s.stub.container
	}
	return files.Copy(ctx, hears, file)
}

// stubHook gives a server the stub hook, of the kind of the setup's.
func (s *Stack) stubHook(ctx context.Context, setup Setup) ([]testcontainers.ContainerCustomizer, error) {
	opts := []testcontainers.ContainerCustomizer{sftpgo.WithHookTimeout(stubPatience)}
	if !setup.OverHTTP {
		program, err := s.programs.Read("stubhook")
		return append(opts, setup.ofKind(sftpgo.Program(program))), err
	}
	s.stub.once.Do(func() { s.stub.err = s.startStub(ctx) })
	if s.stub.err != nil {
		return nil, s.stub.err
	}
	hook := sftpgo.URL("https://" + stubHost + ":2885/" + setup.Hook.Program())
	return append(opts, sftpgo.WithHookCA(s.stub.ca), setup.ofKind(hook)), nil
}

// ofKind makes a hook one of the setup's kind.
func (setup Setup) ofKind(hook sftpgo.Hook) sftpgo.Option {
	switch setup.Hook {
	case TokenOnly:
		return sftpgo.WithExternalAuthHook(hook, sftpgo.ExternalAuthPassword|sftpgo.ExternalAuthKeyboardInteractive)
	case PrefixAndToken:
		return sftpgo.WithCheckPasswordHook(hook, sftpgo.CheckPasswordAll)
	default:
		return sftpgo.WithKeyboardInteractiveHook(hook)
	}
}

// startStub takes SFTPGo's image, as any would do.
func (s *Stack) startStub(ctx context.Context) error {
	ca, err := authority.New()
	if err != nil {
		return err
	}
	certified, err := ca.Server(stubHost)
	if err != nil {
		return err
	}
	s.stub.ca = ca.Certificate()
	program, err := s.programs.Read("stubhook")
	if err != nil {
		return err
	}
	container, err := testcontainers.Run(ctx, s.image,
		testcontainers.WithCmd(stubPath, ":2885", "/etc/stubhook/cert.pem", "/etc/stubhook/key.pem"),
		files.BeforeStart(stubUID, []build.File{
			{Path: stubPath, Content: program, Mode: 0o755},
			{Path: "/etc/stubhook/cert.pem", Content: certified.Certificate, Mode: 0o444},
			{Path: "/etc/stubhook/key.pem", Content: certified.Key, Mode: 0o400},
		}),
		testcontainers.WithWaitStrategy(wait.ForLog("listening")),
		network.WithNetwork([]string{stubHost}, s.network),
	)
	if container != nil {
		s.stub.container = container
	}
	if err != nil {
		return fmt.Errorf("start the stub hook: %w", err)
	}
	return nil
}
