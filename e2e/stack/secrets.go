package stack

import (
	"fmt"
	"maps"
	"regexp"
	"strings"
	"sync"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
)

// secrets are what nobody may write into a log.
type secrets struct {
	mu    sync.Mutex
	noted map[string]bool
}

func (s *secrets) note(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.noted == nil {
		s.noted = map[string]bool{}
	}
	s.noted[secret] = true
}

// Note keeps a secret of a scenario that the stack does not know by itself, for
// [Stack.Leaks].
func (s *Stack) Note(secret string) { s.secrets.note(secret) }

// Leaks are the lines of a log that tell a secret: the API key, the secret of
// hookd, the administrator's password, the passwords and TOTP secrets of the
// people, the token of the mock's control API, and all tokens of users that there
// were so far.
func (s *Stack) Leaks(log string) []string {
	fixed := map[string]string{
		"the API key":                    APIKey,
		"the secret of hookd":            hookdSecret,
		"the administrator's password":   sftpgo.AdminPassword,
		"a user's password":              passwords,
		"a user's TOTP secret":           totpSecret("")[:len(totpSecret(""))-1], // the last letter has bits of what follows
		"the token of the control API":   s.ControlToken,
		"a user's TOTP secret, as bytes": secretText,
	}
	s.secrets.mu.Lock()
	noted := maps.Clone(s.secrets.noted)
	s.secrets.mu.Unlock()
	return leaks(log, fixed, noted)
}

// word is what a token of digits has to be by itself: the same digits within a
// longer number or name are not it. SFTPGo counts requests in six digits behind a
// hyphen.
var word = regexp.MustCompile(`[\w.-]+`)

// digits is a secret that a log may hold by chance, as a part of something else.
var digits = regexp.MustCompile(`^\d+$`)

func leaks(log string, fixed map[string]string, noted map[string]bool) []string {
	names := maps.Clone(fixed)
	tokens := map[string]bool{}
	for secret := range noted {
		if digits.MatchString(secret) {
			tokens[secret] = true
		} else {
			names["a secret of a scenario, "+secret] = secret
		}
	}
	var found []string
	for line := range strings.Lines(log) {
		line = strings.TrimRight(line, "\r\n")
		for name, secret := range names {
			if secret != "" && strings.Contains(line, secret) {
				found = append(found, fmt.Sprintf("%s in: %s", name, line))
			}
		}
		for _, w := range word.FindAllString(line, -1) {
			if tokens[strings.Trim(w, ".-")] {
				found = append(found, "a token in: "+line)
			}
		}
	}
	return found
}
