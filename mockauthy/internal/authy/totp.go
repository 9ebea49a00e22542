package authy

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // RFC 6238's own, and what authenticators speak
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"strings"
	"time"
)

// maxDigits of a token.
const maxDigits = 8

// TokenFormat is how an application's tokens look and how long they live.
// Authy's own apps make 7 digits from a step of 10 seconds; other
// authenticators make 6 digits from a step of 30 seconds (RFC 6238).
type TokenFormat struct {
	// Digits of a token, 6 to 8.
	Digits int
	// Step is the time for which one token is current (RFC 6238 section 4.1).
	Step time.Duration
	// Window is the number of steps before and after the current one whose
	// tokens are accepted too.
	Window int
}

// NativeFormat is the format of the tokens that Authy's own apps show: 7
// digits and a step of 10 seconds. No source tells Authy's window; one step to
// either side is the mock's choice, in the spirit of RFC 6238 section 5.2.
func NativeFormat() TokenFormat {
	return TokenFormat{Digits: 7, Step: 10 * time.Second, Window: 1}
}

// QRFormat is the format of other authenticators, which a user sets up by the QR
// code that Authy makes: RFC 6238's own 6 digits and 30 seconds.
func QRFormat() TokenFormat {
	return TokenFormat{Digits: 6, Step: 30 * time.Second, Window: 1}
}

// withDefaults fills the fields that are zero from [NativeFormat], but for the
// window, where zero means something.
func (f TokenFormat) withDefaults() TokenFormat {
	native := NativeFormat()
	if f.Digits == 0 {
		f.Digits = native.Digits
	}
	if f.Step == 0 {
		f.Step = native.Step
	}
	return f
}

func (f TokenFormat) validate() error {
	if f.Digits < 6 || f.Digits > maxDigits {
		return fmt.Errorf("tokens of %d digits: want 6, 7 or 8", f.Digits)
	}
	if f.Step < time.Second || f.Step%time.Second != 0 {
		return fmt.Errorf("a token step of %s: want whole seconds, at least one", f.Step)
	}
	if f.Window < 0 || f.Window > 60 {
		return fmt.Errorf("a token window of %d steps: want 0 to 60", f.Window)
	}
	return nil
}

// stepAt is the number of the step that holds the instant t.
func (f TokenFormat) stepAt(t time.Time) int64 {
	return t.Unix() / int64(f.Step/time.Second)
}

// startOf is the first instant of a step.
func (f TokenFormat) startOf(step int64) time.Time {
	return time.Unix(step*int64(f.Step/time.Second), 0).UTC()
}

// token is what an app shows offset steps away from the time at, if its clock is
// ahead by skew, and the newest step whose token was accepted is last.
func (f TokenFormat) token(s Secret, at time.Time, skew time.Duration, offset, last int64) Token {
	step := f.stepAt(at.Add(skew)) + offset
	return Token{
		Digits: s.tokens(f.Digits).at(step),
		From:   f.startOf(step).Add(-skew),
		Until:  f.startOf(step + 1).Add(-skew),
		Used:   step <= last,
	}
}

// check looks for the step whose token it is. A right token moves last, the
// newest step whose token was accepted, forward. The second result is its step.
func (f TokenFormat) check(s Secret, now time.Time, token string, last *int64) (Verdict, int64) {
	tokens := s.tokens(f.Digits)
	current, window := f.stepAt(now), int64(f.Window)
	for step := current + window; step >= current-window; step-- {
		if !tokens.matches(token, step) {
			continue
		}
		if step <= *last {
			return TokenReused, step
		}
		*last = step
		return TokenValid, step
	}
	return TokenInvalid, 0
}

// Secret is the key that a user's app and Authy share, in base32 as in an
// otpauth link, without padding.
type Secret string

var secretEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewSecret makes a random secret of 160 bits, the length that RFC 4226
// section 4 recommends.
func NewSecret() Secret {
	key := make([]byte, 20)
	_, _ = rand.Read(key) // crypto/rand.Read never fails
	return Secret(secretEncoding.EncodeToString(key))
}

// ParseSecret reads a secret as people write it: base32 in either case, with
// or without white space and padding.
func ParseSecret(text string) (Secret, error) {
	s := strings.ToUpper(strings.TrimRight(strings.Join(strings.Fields(text), ""), "="))
	key, err := secretEncoding.DecodeString(s)
	// The decoder drops a character at the end that makes no byte: a slip of
	// the pen, which others refuse.
	if err != nil || len(s) != secretEncoding.EncodedLen(len(key)) {
		return "", errors.New("want base32 (letters A-Z and digits 2-7, as in an otpauth link)")
	}
	if len(key) < 10 {
		return "", fmt.Errorf("%d bits: want at least 80, that is 16 base32 characters", 8*len(key))
	}
	return Secret(secretEncoding.EncodeToString(key)), nil
}

// check tells whether it is as [ParseSecret] makes one.
func (s Secret) check() error {
	parsed, err := ParseSecret(string(s))
	if err == nil && parsed != s {
		err = errors.New("want base32 in capital letters, without white space and padding")
	}
	return err
}

// tokens makes the tokens of this secret.
func (s Secret) tokens(digits int) tokens {
	key, err := secretEncoding.DecodeString(string(s))
	if err != nil {
		// ParseSecret and NewSecret let no other text become a Secret.
		panic(fmt.Sprintf("authy: a secret that is not base32: %v", err))
	}
	return tokens{mac: hmac.New(sha1.New, key), digits: digits}
}

// tokens makes the tokens of one secret, of which it takes several to find the
// one that a client sent: the key is prepared once. That is why this is no
// library's work, which would begin anew for each. A test holds it to one.
type tokens struct {
	mac    hash.Hash
	digits int
}

// at is the token of one step (RFC 4226 section 5.3, RFC 6238 section 4.2).
func (t tokens) at(step int64) string {
	var token [maxDigits]byte
	return string(t.append(token[:0], step))
}

func (t tokens) append(token []byte, step int64) []byte {
	if step < 0 {
		return token // before 1970 there is no token
	}
	var sum [sha1.Size]byte
	t.mac.Reset()
	_, _ = t.mac.Write(binary.BigEndian.AppendUint64(sum[:0], uint64(step))) // a hash takes everything
	hash := t.mac.Sum(sum[:0])
	code := binary.BigEndian.Uint32(hash[hash[len(hash)-1]&0xf:]) & (1<<31 - 1)
	token = token[:t.digits]
	for i := range token {
		token[t.digits-1-i] = byte('0' + code%10)
		code /= 10
	}
	return token
}

// matches tells whether token is the one of that step, in constant time.
func (t tokens) matches(token string, step int64) bool {
	var right [maxDigits]byte
	return step >= 0 && subtle.ConstantTimeCompare([]byte(token), t.append(right[:0], step)) == 1
}
