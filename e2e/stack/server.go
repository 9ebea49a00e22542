package stack

import (
	"context"

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
	// NoHook asks for the password as SFTPGo does by itself.
	NoHook Hook = "no_hook"
)

// Program is the name of the program that serves the hook.
func (h Hook) Program() string {
	switch h {
	case NoHook:
		return ""
	case PasswordAndToken:
		return "keyint"
	case TokenOnly:
		return "extauth"
	default:
		return "checkpwd"
	}
}

// Setup is how an SFTPGo server is set up.
type Setup struct {
	Hook Hook
	// OverHTTP lets SFTPGo ask hookd instead of starting a program.
	OverHTTP bool
	// AuthyDown points the hook at an address where nobody listens.
	AuthyDown bool
	// Deadline of the hook, such as "5s"; "" is the hook's own default.
	Deadline string
	// AsksSFTPGo lets the hook look for Authy IDs in SFTPGo itself, by its REST API,
	// and in no users file.
	AsksSFTPGo bool
	// SSHPort of the host; "" is any free one.
	SSHPort string
	// JSON sets the hook up in SFTPGo's configuration file instead of by its
	// environment.
	JSON bool
}

// hookConfig is the configuration file of a hook, or of hookd, whose other files
// are in the folder. A directory is where it finds Authy IDs; "" is in a users
// file there.
func hookConfig(folder string, authyDown bool, deadline, directory string) []byte {
	authy := "http://" + mockHost + ":2884"
	if authyDown {
		authy = "http://" + mockHost + ":1"
	}
	if directory == "" {
		directory = "AUTHY_USERS_FILE=" + folder + "/authy-users.csv\n"
	}
	config := "AUTHY_API_KEY_FILE=" + folder + "/authy.key\n" + directory +
		"AUTHY_API_URL=" + authy + "\n" +
		"AUTHY_ALLOW_PLAIN_HTTP=true\n"
	if deadline != "" {
		config += "AUTHY_DEADLINE=" + deadline + "\n"
	}
	return []byte(config)
}

func (s *Stack) startServer(ctx context.Context, setup Setup) (*sftpgo.Server, error) {
	opts := []sftpgo.Option{sftpgo.WithContainer(network.WithNetwork(nil, s.network))}
	if setup.SSHPort != "" {
		opts = append(opts, sftpgo.WithSSHPort(setup.SSHPort))
	}
	if setup.Hook != NoHook {
		hook, err := s.hook(ctx, setup)
		if err != nil {
			return nil, err
		}
		opts = append(opts, hook...)
	}
	return sftpgo.Run(ctx, s.image, opts...)
}

// hook gives a server its settings, and the program of the hook or what SFTPGo
// needs to ask hookd.
func (s *Stack) hook(ctx context.Context, setup Setup) ([]sftpgo.Option, error) {
	settings, err := setup.settings()
	if err != nil {
		return nil, err
	}
	if setup.OverHTTP {
		h, err := s.hookd(ctx, setup.hookd())
		if err != nil {
			return nil, err
		}
		return []sftpgo.Option{settings, sftpgo.WithFile("/etc/sftpgo/hookd-ca.pem", h.ca, 0o444)}, nil
	}
	program, err := s.programs.Read(setup.Hook.Program())
	if err != nil {
		return nil, err
	}
	var opts []sftpgo.Option
	directory := ""
	if setup.AsksSFTPGo {
		directory = asksSFTPGo
	}
	config := hookConfig("/etc/sftpgo", setup.AuthyDown, setup.Deadline, directory)
	if setup.AsksSFTPGo {
		more, err := s.forHookctl(string(config))
		if err != nil {
			return nil, err
		}
		opts = append(opts, more...)
	}
	return append(opts,
		settings,
		sftpgo.WithFile("/usr/local/bin/"+setup.Hook.Program(), program, 0o755),
		sftpgo.WithFile("/etc/sftpgo/authy.conf", config, 0o440),
		sftpgo.WithFile("/etc/sftpgo/authy.key", []byte(APIKey+"\n"), 0o400),
		sftpgo.WithFile("/etc/sftpgo/authy-users.csv", usersFile(), 0o440),
	), nil
}
