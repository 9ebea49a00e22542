package driver

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// Hook is the hook that is tested, as its administrator would set it up in
// SFTPGo, and whom it knows.
type Hook struct {
	Kind Kind
	// Program is the path of a program that SFTPGo starts for each login, with Args
	// and Env, NAME=VALUE each, and no other environment. "" is a hook over HTTP.
	Program string
	Args    []string
	Env     []string
	// URL of a hook over HTTP, which gets Header with each request, and TLS for one
	// with https://.
	URL    string
	Header http.Header
	TLS    TLS
	// Users whom the hook knows: user names and their Authy IDs.
	Users []Person
	// APIKey that the hook sends to Authy.
	APIKey string
	// Digits of the tokens; 0 stands for Authy's own 7.
	Digits int
}

// What an environment variable of a hook may hold, in the place of what is not
// known before the suite runs.
const (
	// AuthyPlaceholder stands for the URL of the mock.
	AuthyPlaceholder = "{authy}"
	// CAPlaceholder stands for a file with the certificate of its authority.
	CAPlaceholder = "{ca}"
)

// Check tells what is wrong with the hook, and what was expected.
func (h Hook) Check() error {
	if err := h.Kind.Check(); err != nil {
		return err
	}
	switch {
	case (h.Program == "") == (h.URL == ""):
		return errors.New("want either a program or a URL")
	case h.URL != "" && !strings.HasPrefix(h.URL, "http://") && !strings.HasPrefix(h.URL, "https://"):
		return fmt.Errorf("URL %q: want http:// or https://", h.URL)
	case h.URL != "" && len(h.Env) > 0:
		return errors.New("a hook over HTTP is not started by SFTPGo, and gets no environment from it")
	case len(h.Users) == 0:
		return errors.New("want at least one user whom the hook knows, with an Authy ID")
	case h.APIKey == "":
		return errors.New("want the API key that the hook sends to Authy")
	}
	for _, variable := range h.Env {
		if name, _, ok := strings.Cut(variable, "="); !ok || name == "" {
			return fmt.Errorf("environment %q: want NAME=VALUE", variable)
		}
	}
	if err := h.TLS.check(h.URL); err != nil {
		return err
	}
	if h.Program != "" {
		return checkProgram(h.Program)
	}
	return nil
}

// checkProgram wants what SFTPGo wants (validateHooks, and the start itself).
func checkProgram(path string) error {
	if !filepath.IsAbs(path) {
		return fmt.Errorf("program %s: want an absolute path, as SFTPGo does", path)
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return fmt.Errorf("program: %w", err)
	case !info.Mode().IsRegular() || info.Mode().Perm()&0o111 == 0:
		return fmt.Errorf("program %s: want an executable file (chmod +x)", path)
	}
	return nil
}

// Environment is what SFTPGo gives to the program, with the address of the mock
// and its certificate in the place of the placeholders. A program with
// https://api.authy.com compiled in reaches the mock by the proxy and the
// certificate, which the usual libraries find here; what the hook sets itself
// stays.
func (h Hook) Environment(authy, ca string) []string {
	env := []string{
		"HTTPS_PROXY=" + authy, "https_proxy=" + authy,
		"SSL_CERT_FILE=" + ca, "REQUESTS_CA_BUNDLE=" + ca, "CURL_CA_BUNDLE=" + ca, "NODE_EXTRA_CA_CERTS=" + ca,
	}
	fill := strings.NewReplacer(AuthyPlaceholder, authy, CAPlaceholder, ca)
	for _, variable := range h.Env {
		env = append(env, fill.Replace(variable))
	}
	return env
}
