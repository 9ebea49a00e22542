package main

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/check"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

// defaultListen is where a hook over HTTP is to look for Authy.
const defaultListen = "127.0.0.1:2884"

// defaultKey is the API key of Authy's old documentation.
const defaultKey = "d57d919d11e6b221c9bf6f7c882028f9"

// leastKey is how long an API key has to be. Authy's have 32 characters.
const leastKey = 8

// flags are those of the command.
type flags struct {
	kind, program, url, apiKey string
	args, env, headers, users  []string
	files                      []string
	tls                        driver.TLS
	digits                     int

	sftpgo, listen  string
	within, timeout time.Duration

	rules, tags []string
	strict      bool
	list        bool
	junit, html string
	json        string
	keep        bool
}

func (f *flags) register(set *pflag.FlagSet) {
	set.StringVar(&f.kind, "kind", "", "`KIND` of hook: keyboard-interactive, external-auth or check-password")
	set.StringVar(&f.program, "program", "", "`PATH` of the hook's program")
	set.StringArrayVar(&f.args, "arg", nil, "`ARGUMENT` of the program; may be repeated")
	set.StringArrayVar(&f.env, "env", nil, "`NAME=VALUE` in the program's environment, as command.env of SFTPGo; {authy} stands for the URL of the mock Authy, {ca} for a file with its certificate; may be repeated")
	set.StringArrayVar(&f.files, "file", nil, "`PATH` of a file that the program reads, for --sftpgo: it is put to the same path in the container; may be repeated")
	set.StringVar(&f.url, "url", "", "`URL` of a hook over HTTP, in the place of a program")
	set.StringArrayVar(&f.headers, "header", nil, "`NAME: VALUE` that a hook over HTTP wants with each request; may be repeated")
	set.StringVar(&f.tls.CA, "cacert", "", "`FILE` with certificates of authorities, in PEM, that SFTPGo trusts besides those of the system, for an https:// URL, as http.ca_certificates of SFTPGo")
	set.StringVar(&f.tls.Cert, "cert", "", "`FILE` with the certificate, in PEM, that SFTPGo shows to the hook, as http.certificates of SFTPGo")
	set.StringVar(&f.tls.Key, "key", "", "`FILE` with the private key of --cert, in PEM, without a passphrase")
	set.StringArrayVar(&f.users, "user", nil, "`NAME=ID`: a user whom the hook knows, and the Authy ID; may be repeated, and more make it faster")
	set.StringVar(&f.apiKey, "api-key", defaultKey, "`KEY` that the hook sends to Authy")
	set.IntVar(&f.digits, "digits", 7, "`N` digits of a token: 6, 7 or 8")
	set.StringVar(&f.sftpgo, "sftpgo", "", "`IMAGE` of SFTPGo, to run the rules through a real server instead of calling the hook as SFTPGo does (needs Docker)")
	set.StringVar(&f.listen, "listen", defaultListen, "`HOST:PORT` where the mock Authy listens for a hook over HTTP, which has to be told")
	set.DurationVar(&f.within, "within", check.Within, "how `LONG` a login may take, whatever happens")
	set.DurationVar(&f.timeout, "timeout", 0, "how `LONG` SFTPGo waits for the hook (default 30s for a program, 20s over HTTP, as SFTPGo does)")
	set.StringArrayVar(&f.rules, "rule", nil, "`ID` of a rule to run, such as CHECKPWD-FORCE or *-AUTHY-*; may be repeated (default all of the kind)")
	set.StringArrayVar(&f.tags, "tags", nil, "`TAG` that the rules to run have, such as @slow, or have not, such as ~@slow; may be repeated")
	set.BoolVar(&f.strict, "strict", false, "let the hook fail for a SHOULD too")
	set.BoolVar(&f.list, "list", false, "list the rules, and run none")
	set.StringVar(&f.junit, "junit", "", "`FILE` for a report in JUnit's XML")
	set.StringVar(&f.html, "html", "", "`FILE` for a report to read, in one page")
	set.StringVar(&f.json, "json", "", "`FILE` for a report in JSON")
	set.BoolVar(&f.keep, "keep", false, "keep the containers of --sftpgo, to look into them")
}

// hook is what is to be tested.
func (f *flags) hook() (driver.Hook, error) {
	hook := driver.Hook{
		Kind: driver.Kind(f.kind), Args: f.args, Env: f.env, URL: f.url, TLS: f.tls, APIKey: f.apiKey, Digits: f.digits,
	}
	var err error
	if f.program != "" {
		// SFTPGo wants an absolute path; whoever types one here need not.
		if hook.Program, err = filepath.Abs(f.program); err != nil {
			return driver.Hook{}, fmt.Errorf("--program: %w", err)
		}
	}
	if hook.Users, err = parseUsers(f.users); err != nil {
		return driver.Hook{}, err
	}
	if hook.Header, err = parseHeaders(f.headers); err != nil {
		return driver.Hook{}, err
	}
	if len(hook.APIKey) < leastKey {
		return driver.Hook{}, fmt.Errorf("--api-key: want %d characters or more, as a shorter one is found in any text: the rules look for it there, and reports leave it out", leastKey)
	}
	return hook, hook.Check()
}

func parseUsers(typed []string) ([]driver.Person, error) {
	users := make([]driver.Person, 0, len(typed))
	seen := map[int64]bool{}
	for _, user := range typed {
		name, number, ok := strings.Cut(user, "=")
		id, err := strconv.ParseInt(number, 10, 64)
		switch {
		case !ok || name == "" || err != nil || id <= 0:
			return nil, fmt.Errorf("--user %q: want NAME=ID, the name on SFTPGo and a number", user)
		case seen[id]:
			return nil, fmt.Errorf("--user %q: another user has this Authy ID", user)
		}
		seen[id] = true
		users = append(users, driver.Person{Username: name, AuthyID: id})
	}
	return users, nil
}

func parseHeaders(typed []string) (http.Header, error) {
	headers := http.Header{}
	for _, header := range typed {
		name, value, ok := strings.Cut(header, ":")
		if !ok || strings.TrimSpace(name) == "" {
			return nil, errors.New("--header: want NAME: VALUE") // the value may be a secret
		}
		headers.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	return headers, nil
}
