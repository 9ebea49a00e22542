package stack

import (
	"bufio"
	"bytes"
	"context"
	"embed"
	"fmt"
	"strings"

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
)

// Program is the name of the program that serves the hook.
func (h Hook) Program() string {
	switch h {
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
}

// settingsFiles are SFTPGo's settings for each hook, as the README shows them.
//
//go:embed settings/*.env
var settingsFiles embed.FS

// Settings are SFTPGo's settings for the hook as a program, as the lines of an
// env file.
func (h Hook) Settings() ([]byte, error) {
	return settingsFiles.ReadFile("settings/" + string(h) + ".env")
}

// SettingsOverHTTP are SFTPGo's settings for the hook in hookd.
func (h Hook) SettingsOverHTTP() ([]byte, error) {
	return settingsFiles.ReadFile("settings/" + string(h) + "_over_http.env")
}

func (s Setup) environment() (map[string]string, error) {
	settings := s.Hook.Settings
	if s.OverHTTP {
		settings = s.Hook.SettingsOverHTTP
	}
	lines, err := settings()
	if err != nil {
		return nil, fmt.Errorf("settings of the hook %s: %w", s.Hook, err)
	}
	env := map[string]string{}
	scanner := bufio.NewScanner(bytes.NewReader(lines))
	for scanner.Scan() {
		line := scanner.Text()
		if name, value, ok := strings.Cut(line, "="); ok && !strings.HasPrefix(line, "#") {
			env[name] = value
		}
	}
	return env, nil
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
	env, err := setup.environment()
	if err != nil {
		return nil, err
	}
	opts := []sftpgo.Option{sftpgo.WithContainer(network.WithNetwork(nil, s.network))}
	if setup.SSHPort != "" {
		opts = append(opts, sftpgo.WithSSHPort(setup.SSHPort))
	}
	if setup.OverHTTP {
		asked := hookdSetup{setup.AuthyDown, setup.Deadline}
		h, err := s.hookd(ctx, asked)
		if err != nil {
			return nil, err
		}
		opts = append(opts, sftpgo.WithEnv(renamed(env, asked.host())), sftpgo.WithFile("/etc/sftpgo/hookd-ca.pem", h.ca, 0o444))
		return sftpgo.Run(ctx, s.image, opts...)
	}
	program, err := s.binaries.read(setup.Hook.Program())
	if err != nil {
		return nil, err
	}
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
	opts = append(opts,
		sftpgo.WithEnv(env),
		sftpgo.WithFile("/usr/local/bin/"+setup.Hook.Program(), program, 0o755),
		sftpgo.WithFile("/etc/sftpgo/authy.conf", config, 0o440),
		sftpgo.WithFile("/etc/sftpgo/authy.key", []byte(apiKey+"\n"), 0o400),
		sftpgo.WithFile("/etc/sftpgo/authy-users.csv", usersFile(), 0o440),
	)
	return sftpgo.Run(ctx, s.image, opts...)
}
