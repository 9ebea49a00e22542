package hooks

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Config is the checked configuration of a hook program.
type Config struct {
	// APIURL is the base URL of the Authy API.
	APIURL *url.URL
	// APIKey is the API key of the Authy application.
	APIKey Secret
	// RootCAs are the certificate authorities to trust; nil means the system's.
	RootCAs *x509.CertPool
	// Deadline is the time for one login from the start of the program.
	Deadline time.Duration
	// DenyAfter is the time before which no login is denied, at most half of
	// Deadline.
	DenyAfter time.Duration
	// TokenDigits is the length of a token.
	TokenDigits int
	// Users is the content of the users file; nil without one.
	Users Users
	// TOTP checks the tokens if Authy does not; nil means Authy, or an own
	// [Verifier].
	TOTP *TOTP
	// UsersFile is the path of the users file; empty without one.
	UsersFile string
	// TOTPFile is the path of the secrets file; empty without one.
	TOTPFile string
	// Files are the paths of all files that were read.
	Files []string
	// LogFile is the path of the log file; empty means standard error.
	LogFile string
	// SFTPGo is how to reach SFTPGo's REST API; nil if it is not to be asked.
	SFTPGo *SFTPGoConfig
}

// Config reads the configuration of the program from an environment in the form
// of [os.Environ], and from the files named there. There is no half-valid
// configuration: any problem, a mistyped name included, is an error, which names
// the variable, or the file and the line, and never holds a value of the API
// key. Next to an error only LogFile is meaningful.
func (p Program) Config(environ []string) (Config, error) {
	env := parseEnviron(environ)
	logFile := env[logFileVariable]
	settings, err := p.settings(env)
	if settings.logFile != "" {
		logFile = settings.logFile
	}
	if err != nil {
		return Config{LogFile: logFile}, err
	}
	config, err := settings.load(slices.Contains(p.replaced, verifierPart))
	config.LogFile = logFile
	if file := env[configFileVariable]; file != "" {
		config.Files = append(config.Files, file)
	}
	return config, err
}

// parseEnviron splits "NAME=value" entries. Of two with the same name the last
// one counts, as for [os/exec.Cmd].
func parseEnviron(environ []string) map[string]string {
	env := make(map[string]string, len(environ))
	for _, entry := range environ {
		if name, value, ok := strings.Cut(entry, "="); ok {
			env[name] = value
		}
	}
	return env
}

// settings applies defaults, configuration file and environment, the later over
// the earlier.
func (p Program) settings(env map[string]string) (settings, error) {
	table := p.Variables()
	if err := checkNames(table, env); err != nil {
		return settings{}, err
	}
	values := make(map[string]string)
	origin := make(map[string]string) // "file:line: " of a value, for errors
	if file, ok := env[configFileVariable]; ok {
		lines, err := readConfigFile(table, file)
		if err != nil {
			return settings{}, fmt.Errorf("%s: %w", configFileVariable, err)
		}
		for name, line := range lines {
			values[name], origin[name] = line.value, fmt.Sprintf("%s:%d: ", file, line.number)
		}
	}
	for name, value := range env {
		if isKnown(table, name) {
			values[name], origin[name] = value, ""
		}
	}
	result := settings{needsSource: p.needsSource && !slices.Contains(p.replaced, directoryPart)}
	for _, variable := range table {
		if err := variable.apply(&result, values); err != nil {
			return result, fmt.Errorf("%s%s: %w", origin[variable.Name], variable.Name, err)
		}
	}
	return result, nil
}

// apply sets the variable from values, or to its default.
func (v Variable) apply(result *settings, values map[string]string) error {
	value, ok := values[v.Name]
	switch {
	case !ok && v.Default == "":
		return nil
	case !ok:
		value = v.Default
	case value == "":
		return errors.New("set to nothing; give it a value or remove it")
	case value[0] == '"' || value[0] == '\'':
		return errors.New("the value starts with a quote, which would be a part of it; write it without quotes")
	}
	return v.set(result, value)
}

// checkNames refuses mistyped variables of the environment: ignored, each of
// them would be a setting that its author believes in.
func checkNames(table []Variable, env map[string]string) error {
	var unknown []string
	for name := range env {
		if isOurs(table, name) && !isKnown(table, name) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	slices.Sort(unknown)
	return fmt.Errorf("%s: unknown variable; known are %s", strings.Join(unknown, ", "), names(table))
}

func names(table []Variable) string {
	var list []string
	for _, variable := range table {
		list = append(list, variable.Name)
	}
	return strings.Join(list, ", ")
}

// load turns settings into a configuration: it checks what depends on more than
// one of them, and reads the files. With an own Verifier there is nothing to be
// set for Authy or TOTP.
func (s settings) load(ownVerifier bool) (Config, error) {
	// A denial that waited for the deadline would be one for that reason only.
	config := Config{APIURL: s.apiURL, Deadline: s.deadline, DenyAfter: min(s.denyAfter, s.deadline/2), TokenDigits: s.tokenDigits, UsersFile: s.usersFile, TOTPFile: s.totp.file, Files: s.files()}
	var err error
	if !ownVerifier {
		if err = s.loadVerifier(&config); err != nil {
			return config, err
		}
	}
	if config.Users, err = s.loadUsers(); err != nil {
		return config, fmt.Errorf("AUTHY_USERS_FILE: %w", err)
	}
	if config.SFTPGo, err = s.sftpgo.load(); err != nil {
		return config, err
	}
	if s.needsSource && config.Users == nil && config.SFTPGo == nil {
		return config, errors.New("AUTHY_USERS_FILE, AUTHY_SFTPGO_URL: set at least one of the two: " +
			"without, this hook does not learn who has which Authy ID")
	}
	return config, nil
}

// files are those that load reads.
func (s settings) files() (list []string) {
	for _, path := range []string{s.keyFile, s.caFile, s.usersFile, s.totp.file, s.sftpgo.keyFile, s.sftpgo.passwordFile, s.sftpgo.caFile} {
		if path != "" {
			list = append(list, path)
		}
	}
	return list
}

// loadVerifier reads what is needed to check tokens: by TOTP or by Authy.
func (s settings) loadVerifier(config *Config) (err error) {
	if config.TOTP, err = s.loadTOTP(); config.TOTP != nil || err != nil {
		return err
	}
	if s.apiURL.Scheme == "http" && !s.allowPlainHTTP && !isLoopback(s.apiURL.Hostname()) {
		return errors.New("AUTHY_API_URL: over plain http the API key travels in clear text " +
			"and Authy's answer can be forged; use https, or set AUTHY_ALLOW_PLAIN_HTTP=true")
	}
	if config.APIKey, err = s.loadKey(); err != nil {
		return err
	}
	if config.RootCAs, err = loadCAs(s.caFile); err != nil {
		return fmt.Errorf("AUTHY_CA_FILE: %w", err)
	}
	return nil
}

func (s settings) loadKey() (Secret, error) {
	key := s.apiKey
	if (key.Reveal() == "") == (s.keyFile == "") {
		return Secret{}, errors.New("AUTHY_API_KEY, AUTHY_API_KEY_FILE, AUTHY_TOTP_FILE: set exactly one of the three")
	}
	if s.keyFile == "" {
		return key, nil
	}
	key, err := readSecret(s.keyFile, "API key", checkKey)
	if err != nil {
		return Secret{}, fmt.Errorf("AUTHY_API_KEY_FILE: %w", err)
	}
	return key, nil
}

func loadCAs(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	data, err := readFile(file, maxCAFileBytes)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(bytes.TrimSpace(data)) {
		return nil, fmt.Errorf("%s: no PEM certificate found", file)
	}
	return pool, nil
}

func (s settings) loadUsers() (Users, error) {
	if s.usersFile == "" {
		return nil, nil
	}
	data, err := readFile(s.usersFile, maxUsersFileBytes)
	if err != nil {
		return nil, err
	}
	return ParseUsers(s.usersFile, data)
}
