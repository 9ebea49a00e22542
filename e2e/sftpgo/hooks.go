package sftpgo

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
)

// Hook is a login hook: a [Program] that SFTPGo starts for each login, or a service
// at a [URL] that it asks.
type Hook struct {
	program []byte
	url     string
}

// Program is a hook of these bytes: a static program for Linux, or a script whose
// interpreter is in the image.
func Program(content []byte) Hook { return Hook{program: content} }

// URL is a hook that SFTPGo asks over HTTP. The address is one that the container
// reaches, such as http://hook:9000/auth in a network of both.
func URL(address string) Hook { return Hook{url: address} }

// ExternalAuthScope is what SFTPGo asks an external authentication hook about; a sum
// is several of them.
type ExternalAuthScope int

// The bits of an [ExternalAuthScope], as external_auth_scope has them.
const (
	// ExternalAuthAll is all of them, also those that a later release adds.
	ExternalAuthAll                 ExternalAuthScope = 0
	ExternalAuthPassword            ExternalAuthScope = 1
	ExternalAuthPublicKey           ExternalAuthScope = 2
	ExternalAuthKeyboardInteractive ExternalAuthScope = 4
	ExternalAuthTLSCertificate      ExternalAuthScope = 8
)

// CheckPasswordScope is for which protocols SFTPGo asks a check password hook; a
// sum is several of them.
type CheckPasswordScope int

// The bits of a [CheckPasswordScope], as check_password_scope has them.
const (
	// CheckPasswordAll is all protocols, the web client too, which has no bit.
	CheckPasswordAll    CheckPasswordScope = 0
	CheckPasswordSSH    CheckPasswordScope = 1
	CheckPasswordFTP    CheckPasswordScope = 2
	CheckPasswordWebDAV CheckPasswordScope = 4
)

// Where hooks that are programs are put, and what they need.
const (
	programs   = "/usr/local/bin/"
	hookCAPath = "/etc/sftpgo/hook-ca.pem"
	commandEnv = "SFTPGO_COMMAND__ENV"
)

// WithKeyboardInteractiveHook lets the hook ask the questions of SSH's
// keyboard-interactive. All other ways to log in stay as they are: of them,
// "SFTPGO_SFTPD__PASSWORD_AUTHENTICATION=false" closes SSH passwords.
func WithKeyboardInteractiveHook(hook Hook) Option {
	return func(s *settings) error {
		s.env["SFTPGO_SFTPD__KEYBOARD_INTERACTIVE_AUTHENTICATION"] = "true"
		return s.hook("WithKeyboardInteractiveHook", "SFTPGO_SFTPD__KEYBOARD_INTERACTIVE_AUTH_HOOK", "keyboard-interactive-hook", hook)
	}
}

// WithExternalAuthHook lets the hook decide who logs in.
func WithExternalAuthHook(hook Hook, scope ExternalAuthScope) Option {
	return func(s *settings) error {
		const all = ExternalAuthPassword | ExternalAuthPublicKey | ExternalAuthKeyboardInteractive | ExternalAuthTLSCertificate
		if scope&^all != 0 {
			return fmt.Errorf("WithExternalAuthHook: the scope %d: want 0 to %d, SFTPGo would take it for 0", scope, all)
		}
		s.env["SFTPGO_DATA_PROVIDER__EXTERNAL_AUTH_SCOPE"] = strconv.Itoa(int(scope))
		return s.hook("WithExternalAuthHook", "SFTPGO_DATA_PROVIDER__EXTERNAL_AUTH_HOOK", "external-auth-hook", hook)
	}
}

// WithCheckPasswordHook lets the hook check, or change, what was typed as password.
func WithCheckPasswordHook(hook Hook, scope CheckPasswordScope) Option {
	return func(s *settings) error {
		const all = CheckPasswordSSH | CheckPasswordFTP | CheckPasswordWebDAV
		if scope&^all != 0 {
			return fmt.Errorf("WithCheckPasswordHook: the scope %d: want 0 to %d", scope, all)
		}
		s.env["SFTPGO_DATA_PROVIDER__CHECK_PASSWORD_SCOPE"] = strconv.Itoa(int(scope))
		return s.hook("WithCheckPasswordHook", "SFTPGO_DATA_PROVIDER__CHECK_PASSWORD_HOOK", "check-password-hook", hook)
	}
}

func (s *settings) hook(option, setting, name string, hook Hook) error {
	if (hook.program == nil) == (hook.url == "") {
		return fmt.Errorf("%s: want a Program or a URL", option)
	}
	if hook.url != "" {
		u, err := url.Parse(hook.url)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return fmt.Errorf("%s: the URL %q: want http:// or https:// and a host", option, hook.url)
		}
		s.env[setting] = hook.url
		return nil
	}
	if !bytes.HasPrefix(hook.program, []byte("\x7fELF")) && !bytes.HasPrefix(hook.program, []byte("#!")) {
		return fmt.Errorf("%s: want a program for Linux (GOOS=linux), or #! and a script", option)
	}
	s.env[setting] = programs + name
	s.files = append(s.files, build.File{Path: programs + name, Content: hook.program, Mode: 0o755})
	return nil
}

// WithHookEnv is the environment of hooks that are programs, which get nothing else
// from SFTPGo's own. SFTPGo cuts a value at each comma: such ones go into a file.
func WithHookEnv(env map[string]string) Option {
	return func(s *settings) error {
		for name, value := range env {
			if name == "" || strings.ContainsAny(name, "=,") || strings.Contains(value, ",") {
				return fmt.Errorf("WithHookEnv: the variable %q: want a name, and no comma in its value", name)
			}
		}
		maps.Copy(s.hookEnv, env)
		return nil
	}
}

// joined are variables as SFTPGo takes them.
func joined(env map[string]string) string {
	variables := make([]string, 0, len(env))
	for _, name := range slices.Sorted(maps.Keys(env)) {
		variables = append(variables, name+"="+env[name])
	}
	return strings.Join(variables, ",")
}

// WithHookTimeout is how long SFTPGo waits for a hook: a program from its start to
// its end, the typing of the user included, and a service for each request. Without
// it these are 30 and 20 seconds.
func WithHookTimeout(timeout time.Duration) Option {
	return func(s *settings) error {
		const most = 300 * time.Second
		if timeout < time.Second || timeout > most || timeout%time.Second != 0 {
			return fmt.Errorf("WithHookTimeout: %s: want whole seconds, from 1s to %s", timeout, most)
		}
		seconds := strconv.Itoa(int(timeout / time.Second))
		s.env["SFTPGO_COMMAND__TIMEOUT"], s.env["SFTPGO_HTTP__TIMEOUT"] = seconds, seconds
		return nil
	}
}

// WithHookCA lets SFTPGo trust the certificates of this authority, in PEM, when it
// asks a hook by HTTPS.
func WithHookCA(certificate []byte) Option {
	return func(s *settings) error {
		if !bytes.Contains(certificate, []byte("-----BEGIN CERTIFICATE-----")) {
			return errors.New("WithHookCA: want a certificate in PEM")
		}
		s.env["SFTPGO_HTTP__CA_CERTIFICATES"] = hookCAPath
		s.files = append(s.files, build.File{Path: hookCAPath, Content: certificate, Mode: 0o444})
		return nil
	}
}
