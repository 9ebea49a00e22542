package hooks

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238's own, and what most authenticators know
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"time"
)

// What a [TOTPSecret] is made of by default: what RFC 6238 and every
// authenticator have.
const (
	DefaultTOTPDigits    = 6
	DefaultTOTPPeriod    = 30 * time.Second
	DefaultTOTPAlgorithm = "SHA1"
)

// The limits of a secret. RFC 4226, section 4, requirement R6, asks for 128 bits
// at least; what is longer than a block of the hash is hashed before use.
const (
	minTOTPKeyBytes = 16
	maxTOTPKeyBytes = 128
	minTOTPPeriod   = 10 * time.Second
	maxTOTPPeriod   = 5 * time.Minute
)

// TOTPSecret is what a user's authenticator and the server share (RFC 6238).
type TOTPSecret struct {
	// Key are the bytes of the secret, not their base32 form.
	Key Secret
	// Digits is the length of a token, see [MinTokenDigits] and [MaxTokenDigits].
	Digits int
	// Period is the time for which the authenticator shows one token, in whole
	// seconds.
	Period time.Duration
	// Algorithm is SHA1, SHA256 or SHA512.
	Algorithm string
}

// check refuses what is no secret, or a weak one. The error says nothing of the
// key but its length.
func (s TOTPSecret) check() error {
	switch n := len(s.Key.Reveal()); {
	case n < minTOTPKeyBytes:
		return fmt.Errorf("the secret has %d bits, expected %d or more: %d characters of base32 (RFC 4226)",
			8*n, 8*minTOTPKeyBytes, (8*minTOTPKeyBytes+4)/5)
	case n > maxTOTPKeyBytes:
		return fmt.Errorf("the secret has %d bits, expected %d at most", 8*n, 8*maxTOTPKeyBytes)
	case s.Digits < MinTokenDigits || s.Digits > MaxTokenDigits:
		return fmt.Errorf("digits: expected a number from %d to %d", MinTokenDigits, MaxTokenDigits)
	case s.Period < minTOTPPeriod || s.Period > maxTOTPPeriod || s.Period%time.Second != 0:
		return fmt.Errorf("period: expected whole seconds from %d to %d", minTOTPPeriod/time.Second, maxTOTPPeriod/time.Second)
	case s.hash() == nil:
		return errors.New("algorithm: expected SHA1, SHA256 or SHA512")
	}
	return nil
}

func (s TOTPSecret) hash() func() hash.Hash {
	switch s.Algorithm {
	case "SHA1":
		return sha1.New
	case "SHA256":
		return sha256.New
	case "SHA512":
		return sha512.New
	}
	return nil
}

// seconds is the period as a number.
func (s TOTPSecret) seconds() int64 { return int64(s.Period / time.Second) }

// matches returns the starts, in Unix seconds, of all steps from window before
// to window after now whose token that is. It looks at each of them, and at each
// digit, so that the time does not tell how much of a token is right.
func (s TOTPSecret) matches(token string, now time.Time, window int) []int64 {
	var starts []int64
	current := now.Unix() / s.seconds()
	for step := current - int64(window); step <= current+int64(window); step++ {
		if step >= 0 && subtle.ConstantTimeCompare([]byte(s.code(uint64(step))), []byte(token)) == 1 {
			starts = append(starts, step*s.seconds())
		}
	}
	return starts
}

// code is the token of a step (RFC 6238, section 4.2; RFC 4226, section 5.3).
func (s TOTPSecret) code(step uint64) string {
	mac := hmac.New(s.hash(), []byte(s.Key.Reveal()))
	mac.Write(binary.BigEndian.AppendUint64(nil, step))
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0xf
	number := binary.BigEndian.Uint32(sum[offset:]) & 0x7fffffff
	modulus := uint32(1)
	for range s.Digits {
		modulus *= 10
	}
	return fmt.Sprintf("%0*d", s.Digits, number%modulus)
}
