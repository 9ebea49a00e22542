package hooks

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The variables that other code than the table below has to name.
const (
	configFileVariable = "AUTHY_CONFIG_FILE"
	logFileVariable    = "AUTHY_LOG_FILE"
	deadlineVariable   = "AUTHY_DEADLINE"
)

// The shortest and the longest time that a hook may be given for one login.
// SFTPGo's own limit for a program, command.timeout, is at most 300 seconds.
const (
	minDeadline = 100 * time.Millisecond
	maxDeadline = 290 * time.Second
)

// Variable is one setting of a hook program. It comes from the environment or,
// except for AUTHY_CONFIG_FILE, from the configuration file.
type Variable struct {
	// Name is the name of the environment variable.
	Name string
	// Default is the value used if the variable is not set. If it is empty the
	// variable is optional.
	Default string
	// Meaning tells an administrator what the value does and what it can be.
	Meaning string

	// secret says that a file which sets the variable must be private.
	secret bool
	part   part
	set    func(*settings, string) error
}

// settings are the values of the variables, each valid by itself.
type settings struct {
	keyFile, caFile, usersFile, logFile string

	apiURL         *url.URL
	allowPlainHTTP bool
	apiKey         Secret
	deadline       time.Duration
	denyAfter      time.Duration
	tokenDigits    int
	totp           totpSettings
	daemon         daemonSettings

	needsSource bool
	sftpgo      sftpgoSettings
}

// Variables returns all settings of the program, in the order of -help. Parsing,
// -help and documentation have no other list.
func (p Program) Variables() []Variable {
	return slices.DeleteFunc(slices.Concat(p.variables(), sftpgoVariables(), totpVariables(), p.more), func(v Variable) bool {
		return slices.Contains(p.replaced, v.part)
	})
}

func (p Program) variables() []Variable {
	return []Variable{
		{
			Name:    configFileVariable,
			Meaning: "File with lines NAME=value for the variables below, # starts a comment line. The environment wins over the file.",
			set:     func(*settings, string) error { return nil }, // read before all others
		},
		// Before the others, so that their problems are told in the log file.
		{
			Name:    logFileVariable,
			Meaning: "File to append the log to, instead of standard error. SFTPGo discards standard error of keyboard-interactive programs.",
			set:     func(s *settings, v string) error { s.logFile = v; return nil },
		},
		{
			Name: "AUTHY_API_URL", Default: "https://api.authy.com", part: verifierPart,
			Meaning: "Base URL of the Authy API. Plain http is refused except for this machine, see AUTHY_ALLOW_PLAIN_HTTP.",
			set: func(s *settings, v string) (err error) {
				s.apiURL, err = parseBaseURL(v, "https://api.authy.com")
				return err
			},
		},
		{
			Name: "AUTHY_ALLOW_PLAIN_HTTP", Default: "false", part: verifierPart,
			Meaning: "true allows http to another machine: the API key then travels in clear text and anyone on the way can let users in.",
			set:     func(s *settings, v string) (err error) { s.allowPlainHTTP, err = parseBool(v); return err },
		},
		{
			Name: "AUTHY_API_KEY", part: verifierPart,
			Meaning: "API key of the Authy application. Exactly one of AUTHY_API_KEY, AUTHY_API_KEY_FILE and AUTHY_TOTP_FILE must be set.",
			secret:  true,
			set:     func(s *settings, v string) error { s.apiKey = NewSecret(v); return checkKey(v) },
		},
		{
			Name: "AUTHY_API_KEY_FILE", part: verifierPart,
			Meaning: "File with the API key in its only line, not accessible to everyone (chmod o-rwx).",
			set:     func(s *settings, v string) error { s.keyFile = v; return nil },
		},
		{
			Name: "AUTHY_CA_FILE", part: verifierPart,
			Meaning: "PEM file with the certificate authorities to trust for AUTHY_API_URL, instead of those of the system.",
			set:     func(s *settings, v string) error { s.caFile = v; return nil },
		},
		{
			Name: deadlineVariable, Default: p.deadline.String(),
			Meaning: "Time for one login from the start of the program, or for one request to hookd, to the decision, 100ms to 290s. " +
				"Keep it below command.timeout of SFTPGo, or with hookd below its http.timeout.",
			set: func(s *settings, v string) (err error) { s.deadline, err = parseDeadline(v); return err },
		},
		{
			Name: "AUTHY_DENY_AFTER", Default: DefaultDenyAfter.String(),
			Meaning: "No login is denied sooner than this, so that the time does not tell whether a user exists or has an Authy ID. " +
				"Let it be more than Authy usually takes; it counts as no more than half of AUTHY_DEADLINE, and 0s denies at once.",
			set: func(s *settings, v string) (err error) { s.denyAfter, err = parseDenyAfter(v); return err },
		},
		{
			Name: "AUTHY_TOKEN_DIGITS", Default: strconv.Itoa(DefaultTokenDigits),
			Meaning: "Number of digits of a token: 6, 7 or 8. A user may have another one, see the users file.",
			set:     func(s *settings, v string) (err error) { s.tokenDigits, err = parseDigits(v); return err },
		},
		{
			Name: "AUTHY_USERS_FILE", part: directoryPart,
			Meaning: "CSV file with lines \"sftpgo user,authy id,options\". It comes before additional_info of the user. " +
				"keyint and checkpwd need this or AUTHY_SFTPGO_URL. hookd takes changes of it within a second.",
			set: func(s *settings, v string) error { s.usersFile = v; return nil },
		},
	}
}

func parseBaseURL(text, example string) (*url.URL, error) {
	// The text is not repeated in the error: it may hold a password.
	bad := fmt.Errorf("expected an absolute URL such as %s, http or https, without user name, query or fragment", example)
	base, err := url.Parse(text)
	if err != nil || base.Hostname() == "" || base.User != nil || strings.ContainsAny(text, "?#") {
		return nil, bad
	}
	if base.Scheme != "http" && base.Scheme != "https" {
		return nil, bad
	}
	return base, nil
}

// isLoopback reports whether host is this machine, which no network lies before.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

func parseBool(text string) (bool, error) {
	switch text {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, errors.New("expected true or false")
}

// checkKey refuses a key that cannot be sent in an HTTP header as it is (RFC
// 9110, section 5.5), or that looks copied with its surroundings.
func checkKey(key string) error {
	if !isVisible(key) {
		return errors.New("the API key must consist of visible ASCII characters without spaces")
	}
	if key == "" {
		return errors.New("the API key is empty")
	}
	return nil
}

// isVisible reports whether text consists of visible ASCII characters.
func isVisible(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}

func parseDeadline(text string) (time.Duration, error) {
	deadline, err := time.ParseDuration(text)
	if err != nil || deadline < minDeadline || deadline > maxDeadline {
		return 0, fmt.Errorf("expected a duration from %v to %v, such as 10s", minDeadline, maxDeadline)
	}
	return deadline, nil
}

func parseDenyAfter(text string) (time.Duration, error) {
	after, err := time.ParseDuration(text)
	if err != nil || after < 0 || after > maxDeadline {
		return 0, fmt.Errorf("expected a duration from 0s to %v, such as 1s", maxDeadline)
	}
	return after, nil
}

// isOurs reports whether a variable of that name is meant for the table: it
// begins like one of it, up to the underscore.
func isOurs(table []Variable, name string) bool {
	prefix, _, found := strings.Cut(name, "_")
	return found && slices.ContainsFunc(table, func(v Variable) bool { return strings.HasPrefix(v.Name, prefix+"_") })
}

// isKnown reports whether the table has a variable of that name.
func isKnown(table []Variable, name string) bool {
	return slices.ContainsFunc(table, func(v Variable) bool { return v.Name == name })
}
