package stack

import (
	"context"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/network"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
)

// Hook is one of SFTPGo's login hooks, named by what it asks a user for.
type Hook string

// The hooks.
const (
	PasswordAndToken Hook = "password_and_token" // keyboard-interactive
	TokenOnly        Hook = "token_only"         // external authentication
	PrefixAndToken   Hook = "prefix_and_token"   // check password
	// KeyintAndCheckpwd is password and token over SSH, and the password followed
	// by the token over FTP and WebDAV: two hooks.
	KeyintAndCheckpwd Hook = "keyint_and_checkpwd"
	// NoHook asks for the password as SFTPGo does by itself.
	NoHook Hook = "no_hook"
)

// Program is the name of the program that serves the hook, over SSH if there are
// two.
func (h Hook) Program() string {
	switch h {
	case NoHook:
		return ""
	case PasswordAndToken, KeyintAndCheckpwd:
		return "keyint"
	case TokenOnly:
		return "extauth"
	default:
		return "checkpwd"
	}
}

// programs are the names of the programs that serve the hook.
func (h Hook) programs() []string {
	if h == KeyintAndCheckpwd {
		return []string{PasswordAndToken.Program(), PrefixAndToken.Program()}
	}
	return []string{h.Program()}
}

// AsksForToken tells whether the hook asks for the token by itself, with
// keyboard-interactive. The others take it from the password.
func (h Hook) AsksForToken() bool { return h == PasswordAndToken || h == KeyintAndCheckpwd }

// Setup is how an SFTPGo server is set up.
type Setup struct {
	Hook Hook
	// OverHTTP lets SFTPGo ask hookd instead of starting a program.
	OverHTTP bool
	// OnLoopback puts that hookd on SFTPGo's own machine, where it needs no TLS.
	OnLoopback bool
	// Deadline of the hook, such as "5s"; "" is the hook's own default.
	Deadline string
	// AsksSFTPGo lets the hook look for Authy IDs in SFTPGo itself, by its REST API,
	// and in no users file.
	AsksSFTPGo bool
	// TOTP lets the hook check the tokens itself, without Authy.
	TOTP bool
	// DenyAfter is how long the hook takes to deny at least; "" is its own default.
	DenyAfter string
	// More settings of SFTPGo, which win over those of the hook: lines of an env file,
	// sorted, so that the same settings are the same setup.
	More string
	// Stub takes the stub hook for the hook, see [Stack.Tell].
	Stub bool
	// SSHPort of the host; "" is any free one.
	SSHPort string
	// JSON sets the hook up in SFTPGo's configuration file instead of by its
	// environment.
	JSON bool
}

func (s *Stack) startServer(ctx context.Context, setup Setup) (*sftpgo.Server, error) {
	opts := []testcontainers.ContainerCustomizer{network.WithNetwork(nil, s.network)}
	if s.telemetry {
		opts = append(opts, sftpgo.WithTelemetry())
	}
	if setup.SSHPort != "" {
		opts = append(opts, sftpgo.WithSSHPort(setup.SSHPort))
	}
	if setup.Hook != NoHook {
		hook, err := s.hookOptions(ctx, setup)
		if err != nil {
			return nil, err
		}
		opts = append(opts, hook...)
	}
	if setup.More != "" {
		opts = append(opts, testcontainers.WithEnv(environment([]byte(setup.More))))
	}
	server, err := sftpgo.Run(ctx, s.image, opts...)
	if err == nil && setup.OnLoopback {
		err = s.hookdBeside(ctx, setup, server)
	}
	return server, err
}

// Where SFTPGo's settings say that things are.
const (
	hookdCA      = "/etc/sftpgo/hookd-ca.pem"
	hookPrograms = "/usr/local/bin/"
)

// hookOptions give a server its settings, and the programs of the hook or what
// SFTPGo needs to ask hookd.
func (s *Stack) hookOptions(ctx context.Context, setup Setup) ([]testcontainers.ContainerCustomizer, error) {
	if setup.Stub {
		return s.stubHook(ctx, setup)
	}
	settings, err := setup.settings()
	if err != nil {
		return nil, err
	}
	opts := []testcontainers.ContainerCustomizer{settings}
	var more []testcontainers.ContainerCustomizer
	switch {
	case setup.OnLoopback:
		more = []testcontainers.ContainerCustomizer{testcontainers.WithExposedPorts(hookdMetrics)}
	case setup.OverHTTP:
		var h *hookd
		h, err = s.hookd(ctx, setup.hook())
		more = []testcontainers.ContainerCustomizer{sftpgo.WithFile(hookdCA, h.ca, 0o444)}
	default:
		more, err = s.programHook(setup)
	}
	return append(opts, more...), err
}

func (s *Stack) programHook(setup Setup) ([]testcontainers.ContainerCustomizer, error) {
	var opts []testcontainers.ContainerCustomizer
	for _, name := range setup.Hook.programs() {
		program, err := s.programs.Read(name)
		if err != nil {
			return nil, err
		}
		opts = append(opts, sftpgo.WithFile(hookPrograms+name, program, 0o755))
	}
	if setup.AsksSFTPGo {
		hookctl, err := s.forHookctl()
		if err != nil {
			return nil, err
		}
		opts = append(opts, hookctl...)
	}
	for _, f := range setup.hook().files("/etc/sftpgo", "/var/lib/sftpgo/authy-state") {
		opts = append(opts, sftpgo.WithFile(f.Path, f.Content, f.Mode))
	}
	return opts, nil
}
