package hooks

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// SFTPGoConfig is how to reach the REST API of SFTPGo.
type SFTPGoConfig struct {
	// URL is the base URL of SFTPGo's web server.
	URL *url.URL
	// APIKey identifies the hook; without one Admin and Password do.
	APIKey Secret
	// Admin is the name of an SFTPGo administrator who may view users.
	Admin string
	// Password is that of Admin.
	Password Secret
	// RootCAs are the certificate authorities to trust; nil means the system's.
	RootCAs *x509.CertPool
	// CacheFor is how long an answer may be used again; 0 is not at all.
	CacheFor time.Duration
}

// DefaultCacheFor is how long SFTPGo's answers are used again by default.
const DefaultCacheFor = 30 * time.Second

// maxCacheFor bounds for how long an Authy ID or an exception that was taken
// away goes on to count.
const maxCacheFor = time.Hour

// sftpgoSettings are the values of the variables for SFTPGo's REST API.
type sftpgoSettings struct {
	url                           *url.URL
	allowPlainHTTP                bool
	apiKey                        Secret
	keyFile, passwordFile, caFile string
	admin                         string
	cacheFor                      time.Duration
	given                         []string // the variables that say nothing without the URL
}

// sftpgoVariables are the settings for SFTPGo's REST API.
func sftpgoVariables() []Variable {
	given := func(name string, set func(*sftpgoSettings, string) error) func(*settings, string) error {
		return func(s *settings, v string) error {
			s.sftpgo.given = append(s.sftpgo.given, "AUTHY_SFTPGO_"+name)
			return set(&s.sftpgo, v)
		}
	}
	return []Variable{
		{
			Name: "AUTHY_SFTPGO_URL", part: directoryPart,
			Meaning: "Base URL of SFTPGo's web server, such as http://127.0.0.1:8080. If it is set, additional_info of users " +
				"who are not in the users file is asked for there. No proxy is used.",
			set: func(s *settings, v string) (err error) {
				s.sftpgo.url, err = parseBaseURL(v, "http://127.0.0.1:8080")
				return err
			},
		},
		{
			Name: "AUTHY_SFTPGO_ALLOW_PLAIN_HTTP", part: directoryPart, Default: "false",
			Meaning: "true allows http to another machine for AUTHY_SFTPGO_URL: anyone on the way can then take over SFTPGo.",
			set:     func(s *settings, v string) (err error) { s.sftpgo.allowPlainHTTP, err = parseBool(v); return err },
		},
		{
			Name: "AUTHY_SFTPGO_API_KEY", part: directoryPart,
			Meaning: "API key of SFTPGo, with the scope admin and for an administrator who may view users.",
			secret:  true,
			set:     given("API_KEY", func(s *sftpgoSettings, v string) error { s.apiKey = NewSecret(v); return checkKey(v) }),
		},
		{
			Name: "AUTHY_SFTPGO_API_KEY_FILE", part: directoryPart,
			Meaning: "File with the API key of SFTPGo in its only line, not accessible to everyone (chmod o-rwx).",
			set:     given("API_KEY_FILE", func(s *sftpgoSettings, v string) error { s.keyFile = v; return nil }),
		},
		{
			Name: "AUTHY_SFTPGO_ADMIN", part: directoryPart,
			Meaning: "Name of an SFTPGo administrator who may view users, in place of an API key.",
			set:     given("ADMIN", func(s *sftpgoSettings, v string) error { s.admin = v; return checkAdmin(v) }),
		},
		{
			Name: "AUTHY_SFTPGO_PASSWORD_FILE", part: directoryPart,
			Meaning: "File with the password of AUTHY_SFTPGO_ADMIN in its only line, not accessible to everyone (chmod o-rwx).",
			set:     given("PASSWORD_FILE", func(s *sftpgoSettings, v string) error { s.passwordFile = v; return nil }),
		},
		{
			Name: "AUTHY_SFTPGO_CA_FILE", part: directoryPart,
			Meaning: "PEM file with the certificate authorities to trust for AUTHY_SFTPGO_URL, instead of those of the system.",
			set:     given("CA_FILE", func(s *sftpgoSettings, v string) error { s.caFile = v; return nil }),
		},
		{
			Name: "AUTHY_SFTPGO_CACHE", part: directoryPart, Default: DefaultCacheFor.String(),
			Meaning: "For how long an answer of SFTPGo is used again, 0s to 1h: what is changed there counts after that time. " +
				"A program lives for one login, so that this is of use to a server only.",
			set: func(s *settings, v string) (err error) { s.sftpgo.cacheFor, err = parseCacheFor(v); return err },
		},
	}
}

func parseCacheFor(text string) (time.Duration, error) {
	cacheFor, err := time.ParseDuration(text)
	if err != nil || cacheFor < 0 || cacheFor > maxCacheFor {
		return 0, errors.New("expected a duration from 0s to 1h, such as 30s")
	}
	return cacheFor, nil
}

// checkAdmin refuses a name that basic authentication (RFC 7617) cannot carry.
func checkAdmin(name string) error {
	if strings.ContainsFunc(name, isControl) || strings.Contains(name, ":") {
		return errors.New("the name of an administrator has no colon and no control characters")
	}
	return nil
}

func checkPassword(password string) error {
	if password == "" || strings.ContainsFunc(password, isControl) {
		return errors.New("expected the password in the only line of the file")
	}
	return nil
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// load turns the settings into a configuration, nil without a URL.
func (s sftpgoSettings) load() (*SFTPGoConfig, error) {
	if s.url == nil {
		if len(s.given) > 0 {
			return nil, fmt.Errorf("%s: of no use without AUTHY_SFTPGO_URL", strings.Join(s.given, ", "))
		}
		return nil, nil
	}
	if s.url.Scheme == "http" && !s.allowPlainHTTP && !isLoopback(s.url.Hostname()) {
		return nil, errors.New("AUTHY_SFTPGO_URL: over plain http the key to SFTPGo travels in clear text " +
			"and its answer can be forged; use https, or set AUTHY_SFTPGO_ALLOW_PLAIN_HTTP=true")
	}
	config := &SFTPGoConfig{URL: s.url, APIKey: s.apiKey, Admin: s.admin, CacheFor: s.cacheFor}
	ways := 0
	for _, way := range []string{s.apiKey.Reveal(), s.keyFile, s.admin} {
		if way != "" {
			ways++
		}
	}
	if ways != 1 || (s.admin == "") != (s.passwordFile == "") {
		return nil, errors.New("AUTHY_SFTPGO_URL: set exactly one of AUTHY_SFTPGO_API_KEY, AUTHY_SFTPGO_API_KEY_FILE " +
			"and AUTHY_SFTPGO_ADMIN with AUTHY_SFTPGO_PASSWORD_FILE")
	}
	var err error
	if s.keyFile != "" {
		if config.APIKey, err = readSecret(s.keyFile, "API key of SFTPGo", checkKey); err != nil {
			return nil, fmt.Errorf("AUTHY_SFTPGO_API_KEY_FILE: %w", err)
		}
	}
	if s.passwordFile != "" {
		if config.Password, err = readSecret(s.passwordFile, "password of an administrator", checkPassword); err != nil {
			return nil, fmt.Errorf("AUTHY_SFTPGO_PASSWORD_FILE: %w", err)
		}
	}
	if config.RootCAs, err = loadCAs(s.caFile); err != nil {
		return nil, fmt.Errorf("AUTHY_SFTPGO_CA_FILE: %w", err)
	}
	return config, nil
}

// sftpgoDirectory is the directory behind SFTPGo's REST API, if it is to be
// asked.
func (c Config) sftpgoDirectory() Directories {
	if c.SFTPGo == nil {
		return nil
	}
	return Directories{NewCache(NewSFTPGo(*c.SFTPGo), c.SFTPGo.CacheFor)}
}
