package hooks

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// newTOTPKeyBytes is the length of a new secret, the one that RFC 4226, section
// 4, requirement R6, recommends.
const newTOTPKeyBytes = 20

// NewTOTPSecret returns a new secret, made of the system's random numbers, for
// tokens of so many digits. All else is what every authenticator knows.
func NewTOTPSecret(digits int) (TOTPSecret, error) {
	key := make([]byte, newTOTPKeyBytes)
	if _, err := rand.Read(key); err != nil {
		return TOTPSecret{}, fmt.Errorf("a secret needs random numbers: %w", err)
	}
	secret := TOTPSecret{Key: NewSecret(string(key)), Digits: digits, Period: DefaultTOTPPeriod, Algorithm: DefaultTOTPAlgorithm}
	return secret, secret.check()
}

// Line is the line of a secrets file for the user with that ID, see
// [ParseTOTPSecrets].
func (s TOTPSecret) Line(id AuthyID) Secret {
	columns := append([]string{string(id), s.base32()}, s.options()...)
	return NewSecret(strings.Join(columns, ","))
}

// Link is what an authenticator takes as a QR code (the key URI format of Google
// Authenticator). Issuer and account are how it names the entry.
func (s TOTPSecret) Link(issuer, account string) Secret {
	parameters := append([]string{"secret=" + s.base32(), "issuer=" + escapeLink(issuer)}, s.options()...)
	return NewSecret("otpauth://totp/" + escapeLink(issuer) + ":" + escapeLink(account) + "?" + strings.Join(parameters, "&"))
}

func (s TOTPSecret) base32() string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte(s.Key.Reveal()))
}

// options are what is not as usual in it.
func (s TOTPSecret) options() []string {
	var options []string
	if s.Digits != DefaultTOTPDigits {
		options = append(options, "digits="+strconv.Itoa(s.Digits))
	}
	if s.Period != DefaultTOTPPeriod {
		options = append(options, "period="+strconv.FormatInt(s.seconds(), 10))
	}
	if s.Algorithm != DefaultTOTPAlgorithm {
		options = append(options, "algorithm="+s.Algorithm)
	}
	return options
}

// escapeLink escapes all that could end a part of a link. A space is %20:
// authenticators show a plus as it is.
func escapeLink(text string) string {
	return strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
}
