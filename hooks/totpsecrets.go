package hooks

import (
	"encoding/base32"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// TOTPSecrets are the secrets of a secrets file, by the number that stands for
// the user where an Authy ID would.
type TOTPSecrets map[AuthyID]TOTPSecret

// ParseTOTPSecrets reads the lines of a secrets file:
//
//	# id, secret, options
//	1001,JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP
//	1002,jbsw y3dp ehpk 3pxp jbsw y3dp ehpk 3pxq, digits=8, period=60, algorithm=SHA256
//	1003,otpauth://totp/SFTPGo:carol?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXR&issuer=SFTPGo
//
// The secret is base32, in capitals or not, with or without spaces and padding;
// or all of the link behind a QR code, which has the options in itself. The
// defaults are those of RFC 6238.
//
// Blank lines and lines that start with # are skipped. One wrong line makes the
// whole file wrong, and so do two users with the same secret, since the token of
// the one would be that of the other. file is the name to use in errors, which
// say "file:line" and repeat nothing of the line.
func ParseTOTPSecrets(file string, data []byte) (TOTPSecrets, error) {
	if err := checkText(data); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	secrets := make(TOTPSecrets)
	keys := make(map[string]int) // key -> its line
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		id, secret, err := parseTOTPLine(line)
		if _, twice := secrets[id]; err == nil && twice {
			err = errors.New("the ID appears a second time")
		}
		if other := keys[secret.Key.Reveal()]; err == nil && other != 0 {
			err = fmt.Errorf("the secret is that of line %d; each ID needs one of its own", other)
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, number, err)
		}
		secrets[id], keys[secret.Key.Reveal()] = secret, number
	}
	return secrets, nil
}

var (
	errTOTPLine = errors.New(`expected "id,secret", with the secret in base32 or as an otpauth://totp link`)
	errTOTPKey  = errors.New("the secret is not base32: letters from A to Z and digits from 2 to 7")
	errTOTPLink = errors.New("expected a link otpauth://totp/NAME?secret=BASE32, " +
		"with issuer, image, algorithm, digits and period as the only other parameters, each at most once")
)

func parseTOTPLine(line string) (AuthyID, TOTPSecret, error) {
	first, rest, ok := strings.Cut(line, ",")
	if !ok {
		return "", TOTPSecret{}, errTOTPLine
	}
	id, err := ParseAuthyID(strings.TrimSpace(first))
	if err != nil {
		return "", TOTPSecret{}, err
	}
	rest = strings.TrimSpace(rest)
	parse := parseTOTPColumns
	if strings.HasPrefix(rest, "otpauth:") {
		parse = parseTOTPLink // there may be commas in it
	}
	secret, err := parse(rest)
	if err != nil {
		return "", TOTPSecret{}, err
	}
	return id, secret, secret.check()
}

func parseTOTPColumns(text string) (TOTPSecret, error) {
	columns := strings.Split(text, ",")
	options := make(map[string]string)
	for _, column := range columns[1:] {
		name, value, ok := strings.Cut(strings.TrimSpace(column), "=")
		if _, twice := options[name]; !ok || twice {
			return TOTPSecret{}, errors.New("expected the options digits=6, period=30, algorithm=SHA1, each at most once")
		}
		options[name] = value
	}
	return newTOTPSecret(columns[0], options)
}

// parseTOTPLink reads what is behind the QR codes for authenticators: the key
// URI format of Google Authenticator. The errors of [url.Parse] quote the text.
func parseTOTPLink(text string) (TOTPSecret, error) {
	link, err := url.Parse(text)
	if err != nil || link.Host != "totp" || link.User != nil || link.Fragment != "" {
		return TOTPSecret{}, errTOTPLink
	}
	parameters, err := url.ParseQuery(link.RawQuery)
	if err != nil {
		return TOTPSecret{}, errTOTPLink
	}
	options := make(map[string]string)
	for name, values := range parameters {
		if len(values) != 1 {
			return TOTPSecret{}, errTOTPLink
		}
		options[name] = values[0]
	}
	key := options["secret"]
	for _, name := range []string{"secret", "issuer", "image"} { // names and pictures say nothing of the token
		delete(options, name)
	}
	return newTOTPSecret(key, options)
}

// newTOTPSecret reads the parts of a secret, but does not check that they are
// good ones together.
func newTOTPSecret(key string, options map[string]string) (TOTPSecret, error) {
	bytes, err := parseBase32(key)
	if err != nil {
		return TOTPSecret{}, err
	}
	secret := TOTPSecret{Key: bytes, Digits: DefaultTOTPDigits, Period: DefaultTOTPPeriod, Algorithm: DefaultTOTPAlgorithm}
	for name, value := range options {
		switch name {
		case "digits":
			secret.Digits, err = parseNumber(name, value)
		case "period":
			var seconds int
			seconds, err = parseNumber(name, value)
			secret.Period = time.Duration(seconds) * time.Second
		case "algorithm":
			secret.Algorithm = strings.ToUpper(value)
		default:
			err = errors.New("unknown option; known are digits=6, period=30, algorithm=SHA1")
		}
		if err != nil {
			return TOTPSecret{}, err
		}
	}
	return secret, nil
}

// parseBase32 reads base32 as people copy it (RFC 4648, section 6). A character
// too many or too few is an error, which [encoding/base32] is not strict about.
func parseBase32(text string) (Secret, error) {
	text = strings.TrimRight(strings.ToUpper(strings.Join(strings.Fields(text), "")), "=")
	encoding := base32.StdEncoding.WithPadding(base32.NoPadding)
	key, err := encoding.DecodeString(text)
	if err != nil || len(key) == 0 || encoding.EncodedLen(len(key)) != len(text) {
		return Secret{}, errTOTPKey
	}
	return NewSecret(string(key)), nil
}

// parseNumber reads a number of at most three digits.
func parseNumber(name, text string) (int, error) {
	number, err := strconv.Atoi(text)
	if err != nil || len(text) > 3 || !isDigits(text) {
		return 0, fmt.Errorf("%s: expected a number", name)
	}
	return number, nil
}
