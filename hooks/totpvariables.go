package hooks

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"
)

const totpFileVariable = "AUTHY_TOTP_FILE"

// maxTOTPFileBytes is the longest secrets file.
const maxTOTPFileBytes = 16 << 20

var (
	errWindow   = fmt.Errorf("expected a number of steps from 0 to %d", maxTOTPWindow)
	errAttempts = fmt.Errorf("expected a number from 1 to %d", maxTOTPAttempts)
	errLockFor  = fmt.Errorf("expected a duration from %v to %v, such as 15m", minTOTPLockFor, maxTOTPLockFor)
)

// totpSettings are the values of the variables below.
type totpSettings struct {
	file  string
	rules TOTPRules
}

// totpVariables are the settings of the tokens that need no Authy.
func totpVariables() []Variable {
	return []Variable{
		{
			Name: totpFileVariable, part: verifierPart,
			Meaning: "CSV file with lines \"id,secret,options\", not accessible to everyone (chmod o-rwx). " +
				"Tokens are then checked here (TOTP) and not by Authy, and have the length that each line says; AUTHY_API_KEY and AUTHY_API_KEY_FILE must not be set.",
			set: func(s *settings, v string) error { s.totp.file = v; return nil },
		},
		{
			Name: "AUTHY_STATE_DIR", part: verifierPart,
			Meaning: "With AUTHY_TOTP_FILE, and required then: directory where it is kept which tokens are used up, on a disk, writable by SFTPGo and not accessible to everyone (chmod o-rwx).",
			set:     func(s *settings, v string) error { s.totp.rules.StateDir = v; return nil },
		},
		{
			Name: "AUTHY_TOTP_WINDOW", Default: strconv.Itoa(DefaultTOTPWindow), part: verifierPart,
			Meaning: "With AUTHY_TOTP_FILE: number of tokens before and after the current one that are right as well, 0 to 2.",
			set: func(s *settings, v string) (err error) {
				s.totp.rules.Window, err = parseWithin(v, 0, maxTOTPWindow, errWindow)
				return err
			},
		},
		{
			Name: "AUTHY_TOTP_ATTEMPTS", Default: strconv.Itoa(DefaultTOTPAttempts), part: verifierPart,
			Meaning: "With AUTHY_TOTP_FILE: number of wrong tokens in a row after which a user is locked, 1 to 100. A right token sets the count back.",
			set: func(s *settings, v string) (err error) {
				s.totp.rules.Attempts, err = parseWithin(v, 1, maxTOTPAttempts, errAttempts)
				return err
			},
		},
		{
			Name: "AUTHY_TOTP_LOCK", Default: "15m", part: verifierPart,
			Meaning: "With AUTHY_TOTP_FILE: time for which a user is locked, also for a right token, 1s to 24h. When it is over, each further wrong token locks again.",
			set:     func(s *settings, v string) (err error) { s.totp.rules.LockFor, err = parseLockFor(v); return err },
		},
	}
}

func parseWithin(text string, lowest, highest int, bad error) (int, error) {
	number, err := strconv.Atoi(text)
	if err != nil || number < lowest || number > highest || text != strconv.Itoa(number) {
		return 0, bad
	}
	return number, nil
}

func parseLockFor(text string) (time.Duration, error) {
	duration, err := time.ParseDuration(text)
	if err != nil || duration < minTOTPLockFor || duration > maxTOTPLockFor {
		return 0, errLockFor
	}
	return duration, nil
}

// loadTOTP reads the secrets; it returns nil if Authy checks the tokens.
func (s settings) loadTOTP() (*TOTP, error) {
	if s.totp.file == "" {
		if s.totp.rules.StateDir != "" {
			return nil, errors.New("AUTHY_STATE_DIR: without AUTHY_TOTP_FILE nothing is kept there; remove it, or set both")
		}
		return nil, nil
	}
	if s.apiKey.Reveal() != "" || s.keyFile != "" {
		return nil, errors.New("AUTHY_TOTP_FILE, AUTHY_API_KEY, AUTHY_API_KEY_FILE: set exactly one of the three; " +
			"either the secrets of a file or Authy decides which token is right")
	}
	if err := requireStateDir(s.totp.rules.StateDir); err != nil {
		return nil, fmt.Errorf("AUTHY_STATE_DIR: %w", err)
	}
	secrets, err := loadTOTPSecrets(s.totp.file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", totpFileVariable, err)
	}
	totp, err := NewTOTP(secrets, s.totp.rules)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", totpFileVariable, err)
	}
	return totp, nil
}

func loadTOTPSecrets(path string) (TOTPSecrets, error) {
	data, err := readFile(path, maxTOTPFileBytes)
	if err == nil {
		err = requireMode(path, otherAll, "holds secrets and is accessible to everyone on this machine", "chmod o-rwx")
	}
	if err != nil {
		return nil, err
	}
	return ParseTOTPSecrets(path, data)
}

// reload reads the secrets anew. While that fails, no token is right.
func (t *TOTP) reload(path string) error {
	secrets, err := loadTOTPSecrets(path)
	if err != nil {
		secrets, err = nil, fmt.Errorf("%w: %w", ErrTOTPFile, err)
	}
	t.current.Store(&totpFile{secrets: secrets, err: err})
	return err
}

// Err is nil while the secrets file is in order.
func (t *TOTP) Err() error {
	if seen := t.seen.Load(); seen != nil && time.Since(*seen) > maxUnseen {
		return fmt.Errorf("%w: it could not be looked at for %v", ErrTOTPFile, maxUnseen)
	}
	return t.current.Load().err
}

// looked says that somebody who watches the secrets file has seen it.
func (t *TOTP) looked(now time.Time) { t.seen.Store(&now) }

// requireStateDir refuses a directory in which anybody could put aside what was
// used up.
func requireStateDir(path string) error {
	if path == "" {
		return errors.New("not set, and AUTHY_TOTP_FILE cannot work without it: a token is right only once")
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s: not a directory", path)
	}
	return requireMode(path, otherAll, "decides over logins and is accessible to everyone on this machine", "chmod o-rwx")
}
