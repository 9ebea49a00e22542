package hooks

import (
	"fmt"
	"io"
	"log/slog"
)

// redacted is what every printed form of a [Secret] looks like.
const redacted = "[redacted]"

// Secret is a string that must not be printed: a password, an API key, an
// answer typed by a user, the stored user with its password hash. Whatever
// prints it, logs it or encodes it gets "[redacted]"; only [Secret.Reveal]
// hands the string out. The zero value is the empty string.
type Secret struct {
	// A pointer, because fmt prints the unexported fields of a struct by
	// reflection, past the methods below: it then shows an address instead of
	// the string.
	value *string
}

// NewSecret returns value as a Secret.
func NewSecret(value string) Secret { return Secret{value: &value} }

// Reveal returns the string itself. Its callers are the places to look at when
// asking where a secret goes.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// String implements [fmt.Stringer]; it never returns the secret.
func (s Secret) String() string { return redacted }

// GoString implements [fmt.GoStringer]; it never returns the secret.
func (s Secret) GoString() string { return redacted }

// Format implements [fmt.Formatter] so that no verb prints the secret.
func (s Secret) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, redacted) }

// LogValue implements [slog.LogValuer]; it never returns the secret.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText implements [encoding.TextMarshaler], hence also covers JSON and
// XML; it never returns the secret.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// The lengths a token can have. Authy's own tokens have 7 digits; applications
// that use other authenticators have 6 or 8 (Authy API, tokens).
const (
	MinTokenDigits     = 6
	MaxTokenDigits     = 8
	DefaultTokenDigits = 7
)

// Token is an Authy one-time token: nothing but ASCII digits, of an agreed
// length. It redacts itself like every [Secret]. The zero Token is not a token
// and verifies nowhere.
type Token struct{ Secret }

// ParseToken returns text as a Token if it consists of exactly the given number
// of ASCII digits, and [ErrTokenFormat] otherwise: no space, sign, digit of
// another script or path character gets through. digits must be between
// [MinTokenDigits] and [MaxTokenDigits].
func ParseToken(text string, digits int) (Token, error) {
	if digits < MinTokenDigits || digits > MaxTokenDigits || len(text) != digits || !isDigits(text) {
		return Token{}, ErrTokenFormat
	}
	return Token{NewSecret(text)}, nil
}

// isDigits reports whether text is one or more ASCII digits and nothing else.
func isDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}
