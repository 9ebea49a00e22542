package hooks

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"
)

// Daemon is hookd, the service that SFTPGo asks over HTTP in place of the three
// programs: its settings, and what is made of them. To listen is the matter of
// the command.
type Daemon struct {
	program Program
}

// Hookd returns the daemon.
func Hookd() Daemon {
	return Daemon{Program{
		name:     "hookd",
		purpose:  "the login hooks for SFTPGo over HTTP: keyboard-interactive, external authentication, check password",
		deadline: machineDeadline,
		more:     daemonVariables(),
	}}
}

// DaemonConfig is the checked configuration of hookd.
type DaemonConfig struct {
	Config

	// Network and Address are where to listen, as for [net.Listen]: "tcp" or
	// "unix".
	Network, Address string
	// MetricsAddress is where to listen for metrics and probes, HOST:PORT; ""
	// is nowhere.
	MetricsAddress string
	// TLS is what the listener speaks; nil is plain HTTP.
	TLS *tls.Config
	// Secrets are the shared secrets, one of which a request has to carry; nil
	// asks for none.
	Secrets []Secret
	// ClientCertificates demands a client certificate that TLS has verified.
	ClientCertificates bool
	// DrainFor is the time between the first sign of a stop and the end of
	// listening.
	DrainFor time.Duration

	settings settings
}

// Variables returns all settings of hookd, in the order of -help: those of the
// programs, which mean the same, and its own.
func (d Daemon) Variables() []Variable { return d.program.Variables() }

// Common reads the settings that hookd has in common with the programs. Those of
// its own may be there, and are not looked at beyond their shape.
func (d Daemon) Common(environ []string) (Config, error) { return d.program.Config(environ) }

// Named reports whether the settings are meant for hookd: one of its own, be it
// mistyped, is in the environment or in the configuration file.
func (Daemon) Named(environ []string) bool {
	lines := environ
	if file, ok := parseEnviron(environ)[configFileVariable]; ok {
		data, _ := readFile(file, maxConfigFileBytes) // Config tells what is wrong with it
		lines = append(slices.Clone(lines), strings.Split(string(data), "\n")...)
	}
	return slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), "HOOKD_") })
}

// Config reads the configuration of hookd, see [Program.Config]. It refuses to
// serve the network without TLS, or without knowing who asks.
func (d Daemon) Config(environ []string) (DaemonConfig, error) {
	common, err := d.program.Config(environ)
	if err != nil {
		return DaemonConfig{Config: common}, err
	}
	values, err := d.program.settings(parseEnviron(environ))
	if err != nil {
		return DaemonConfig{Config: common}, err
	}
	config := DaemonConfig{
		Config:             common,
		Network:            "tcp",
		Address:            values.daemon.listen,
		MetricsAddress:     values.daemon.metricsListen,
		ClientCertificates: values.daemon.clientCAFile != "",
		DrainFor:           values.daemon.drainFor,
		settings:           values,
	}
	if path, ok := strings.CutPrefix(config.Address, unixPrefix); ok {
		config.Network, config.Address = "unix", path
	}
	for _, path := range []string{values.daemon.secretFile, values.daemon.certFile, values.daemon.keyFile, values.daemon.clientCAFile} {
		if path != "" {
			config.Files = append(config.Files, path)
		}
	}
	if config.Secrets, err = values.daemon.loadSecrets(); err != nil {
		return config, fmt.Errorf("HOOKD_SECRET_FILE: %w", err)
	}
	if config.TLS, err = values.daemon.loadTLS(); err != nil {
		return config, err
	}
	return config, config.checkExposure()
}

// checkExposure refuses what others could use or overhear.
func (c DaemonConfig) checkExposure() error {
	if c.IsLocal() {
		return nil
	}
	if c.TLS == nil {
		return fmt.Errorf("%s: %s can be reached over the network, where passwords must not travel in clear text; "+
			"set HOOKD_TLS_CERT_FILE and HOOKD_TLS_KEY_FILE, or listen on 127.0.0.1", listenVariable, c.Address)
	}
	if !c.KnowsWhoAsks() {
		return fmt.Errorf("%s: %s can be reached over the network, where anybody could try tokens; "+
			"set HOOKD_SECRET_FILE or HOOKD_CLIENT_CA_FILE, or listen on 127.0.0.1", listenVariable, c.Address)
	}
	return nil
}

// IsLocal reports whether only this machine can ask.
func (c DaemonConfig) IsLocal() bool {
	host, _, _ := net.SplitHostPort(c.Address)
	return c.Network == "unix" || isLoopback(host)
}

// KnowsWhoAsks reports whether a request has to prove where it comes from.
func (c DaemonConfig) KnowsWhoAsks() bool { return len(c.Secrets) > 0 || c.ClientCertificates }

// Verifier is the token service of the configuration.
func (c DaemonConfig) Verifier() Verifier { return tokenVerifier(c.Config) }

// Handler serves the three hooks with the verifier. Each finds Authy IDs where
// its program does, but that users, if not nil, takes the place of the users file
// as it was at the start.
func (c DaemonConfig) Handler(verifier Verifier, users *UsersFile, stderr io.Writer, observe func(Decision)) *Handler {
	rest := c.Config
	rest.Users = nil
	directories := map[string]Directory{}
	for _, p := range []Program{Keyint(), Extauth(), Checkpwd()} {
		directories[p.name] = p.directory(rest)
		if users != nil {
			directories[p.name] = Directories{users, p.directory(rest)}
		}
		if c.TOTP != nil {
			directories[p.name] = c.TOTP.Directory(directories[p.name])
		}
	}
	return newHandler(func(hook string) Decider {
		return Decider{Verifier: verifier, Directory: directories[hook], TokenDigits: c.TokenDigits, DenyAfter: c.DenyAfter}
	}, HandlerOptions{
		Deadline:           c.Deadline,
		Secrets:            c.Secrets,
		ClientCertificates: c.ClientCertificates,
		LogFile:            c.LogFile,
		Stderr:             stderr,
		Observe:            observe,
	})
}

// Started reports whether SFTPGo has started hookd like a hook program, which it
// is not: it would not answer.
func (Daemon) Started(environ []string) bool {
	_, ok := parseEnviron(environ)[usernameVariable]
	return ok
}

// Help is the text of -help.
func (d Daemon) Help() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s - %s\n\n", d.program.name, d.program.purpose)
	fmt.Fprintf(&text, "SFTPGo asks it at %s, %s and %s. Settings come from the environment\n"+
		"or from the file named by %s.\n\n", KeyintPath, ExtauthPath, CheckpwdPath, configFileVariable)
	describe(&text, d.Variables())
	fmt.Fprint(&text, `
Arguments:
  -help    print this text
  -check   read the configuration and say whether it is right; sends nothing
  -health  ask a running hookd of the same configuration whether it is alive

Exit codes:
  0  stopped by SIGTERM or SIGINT after the last login (or -help, -check, -health)
  1  failed: an address is taken, logins had to be cut off, nobody answers -health
  2  wrong configuration or arguments
`)
	return text.String()
}

// minSecretBytes is the shortest shared secret: whoever reaches the address can
// guess without a limit.
const minSecretBytes = 20

func (s daemonSettings) loadSecrets() ([]Secret, error) {
	if s.secretFile == "" {
		return nil, nil
	}
	data, err := readFile(s.secretFile, maxKeyFileBytes)
	if err == nil {
		err = requireMode(s.secretFile, otherAll, "holds a shared secret and is accessible to everyone on this machine", "chmod o-rwx")
	}
	if err != nil {
		return nil, err
	}
	var secrets []Secret
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if len(line) < minSecretBytes || !isVisible(line) {
			return nil, fmt.Errorf("%s:%d: expected a secret of %d or more visible ASCII characters, such as openssl rand -hex 32 prints",
				s.secretFile, number, minSecretBytes)
		}
		secrets = append(secrets, NewSecret(line))
	}
	if len(secrets) == 0 {
		return nil, fmt.Errorf("%s: the file is empty", s.secretFile)
	}
	return secrets, nil
}

func (s daemonSettings) loadTLS() (*tls.Config, error) {
	switch {
	case s.certFile == "" && s.keyFile == "" && s.clientCAFile == "":
		return nil, nil
	case s.certFile == "" || s.keyFile == "":
		return nil, errors.New("HOOKD_TLS_CERT_FILE, HOOKD_TLS_KEY_FILE: set both; HOOKD_CLIENT_CA_FILE needs them too")
	}
	certificate, err := readFile(s.certFile, maxCAFileBytes)
	if err != nil {
		return nil, fmt.Errorf("HOOKD_TLS_CERT_FILE: %w", err)
	}
	key, err := readFile(s.keyFile, maxCAFileBytes)
	if err == nil {
		err = requireMode(s.keyFile, otherAll, "holds a private key and is accessible to everyone on this machine", "chmod o-rwx")
	}
	if err != nil {
		return nil, fmt.Errorf("HOOKD_TLS_KEY_FILE: %w", err)
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return nil, errors.New("HOOKD_TLS_CERT_FILE, HOOKD_TLS_KEY_FILE: " +
			"expected a certificate and its private key, without a passphrase, both in PEM")
	}
	config := &tls.Config{
		Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
		// A session that goes on would bring along what an authority proved that is
		// not one any more. SFTPGo asks for none.
		SessionTicketsDisabled: true,
	}
	if s.clientCAFile != "" {
		config.ClientCAs, err = loadCAs(s.clientCAFile)
		if err != nil {
			return nil, fmt.Errorf("HOOKD_CLIENT_CA_FILE: %w", err)
		}
		// Probes have no certificate; the Handler demands one of whom it answers.
		config.ClientAuth = tls.VerifyClientCertIfGiven
	}
	return config, nil
}
