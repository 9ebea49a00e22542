//go:build unix

package hooks_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// The secrets of the test vectors: the digits from 1 to 0 over and over, 20
// bytes for SHA1, 32 for SHA256, 64 for SHA512 (RFC 6238, appendix A).
var vectorKeys = map[string]string{
	"SHA1":   "12345678901234567890",
	"SHA256": "12345678901234567890123456789012",
	"SHA512": "1234567890123456789012345678901234567890123456789012345678901234",
}

// TestTOTPVectors are RFC 6238, appendix B, through all of the verifier.
func TestTOTPVectors(t *testing.T) {
	t.Parallel()
	for _, vector := range []struct {
		second    int64
		algorithm string
		token     string
	}{
		{59, "SHA1", "94287082"},
		{59, "SHA256", "46119246"},
		{59, "SHA512", "90693936"},
		{1111111109, "SHA1", "07081804"},
		{1111111109, "SHA256", "68084774"},
		{1111111109, "SHA512", "25091201"},
		{1111111111, "SHA1", "14050471"},
		{1111111111, "SHA256", "67062674"},
		{1111111111, "SHA512", "99943326"},
		{1234567890, "SHA1", "89005924"},
		{1234567890, "SHA256", "91819424"},
		{1234567890, "SHA512", "93441116"},
		{2000000000, "SHA1", "69279037"},
		{2000000000, "SHA256", "90698825"},
		{2000000000, "SHA512", "38618901"},
		{20000000000, "SHA1", "65353130"},
		{20000000000, "SHA256", "77737706"},
		{20000000000, "SHA512", "47863826"},
	} {
		secret := hooks.TOTPSecret{Key: hooks.NewSecret(vectorKeys[vector.algorithm]), Digits: 8, Period: 30 * time.Second, Algorithm: vector.algorithm}
		totp := newTOTP(t, secret, hooks.TOTPRules{Now: func() time.Time { return time.Unix(vector.second, 0) }})
		if err := totp.Verify(t.Context(), aliceID, tokenOf(t, vector.token)); err != nil {
			t.Errorf("%s at %d: %v", vector.algorithm, vector.second, err)
		}
	}
}

// TestHOTPVectors are RFC 4226, appendix D.
func TestHOTPVectors(t *testing.T) {
	t.Parallel()
	secret := hooks.TOTPSecret{Key: hooks.NewSecret(vectorKeys["SHA1"]), Digits: 6, Algorithm: "SHA1"}
	for step, want := range []string{"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"} {
		if got := secret.Code(uint64(step)); got != want {
			t.Errorf("step %d: %s, want %s", step, got, want)
		}
	}
}

// TestTOTPSecretLimits holds what is refused of secrets and rules.
func TestTOTPSecretLimits(t *testing.T) {
	t.Parallel()
	good := hooks.TOTPSecret{Key: hooks.NewSecret(vectorKeys["SHA1"]), Digits: 6, Period: 30 * time.Second, Algorithm: "SHA1"}
	rules := hooks.TOTPRules{StateDir: t.TempDir(), Window: 1, Attempts: 10, LockFor: time.Minute}
	if _, err := hooks.NewTOTP(hooks.TOTPSecrets{aliceID: good}, rules); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*hooks.TOTPSecret, *hooks.TOTPRules){
		"the secret has 0 bits":                   func(s *hooks.TOTPSecret, _ *hooks.TOTPRules) { s.Key = hooks.Secret{} },
		"the secret has 120 bits, expected 128":   func(s *hooks.TOTPSecret, _ *hooks.TOTPRules) { s.Key = hooks.NewSecret(strings.Repeat("x", 15)) },
		"expected 1024 at most":                   func(s *hooks.TOTPSecret, _ *hooks.TOTPRules) { s.Key = hooks.NewSecret(strings.Repeat("x", 129)) },
		"digits: expected":                        func(s *hooks.TOTPSecret, _ *hooks.TOTPRules) { s.Digits = 9 },
		"digits: expected a number from 6":        func(s *hooks.TOTPSecret, _ *hooks.TOTPRules) { s.Digits = 0 },
		"period: expected":                        func(s *hooks.TOTPSecret, _ *hooks.TOTPRules) { s.Period = 0 },
		"period: expected whole":                  func(s *hooks.TOTPSecret, _ *hooks.TOTPRules) { s.Period = 30*time.Second + 1 },
		"period: expected whole seconds from 10":  func(s *hooks.TOTPSecret, _ *hooks.TOTPRules) { s.Period = time.Hour },
		"algorithm: expected":                     func(s *hooks.TOTPSecret, _ *hooks.TOTPRules) { s.Algorithm = "" },
		"algorithm: expected SHA1":                func(s *hooks.TOTPSecret, _ *hooks.TOTPRules) { s.Algorithm = "MD5" },
		"no state directory":                      func(_ *hooks.TOTPSecret, r *hooks.TOTPRules) { r.StateDir = "" },
		"expected a number of steps from 0 to 2":  func(_ *hooks.TOTPSecret, r *hooks.TOTPRules) { r.Window = 3 },
		"expected a number of steps":              func(_ *hooks.TOTPSecret, r *hooks.TOTPRules) { r.Window = -1 },
		"expected a number from 1 to 100":         func(_ *hooks.TOTPSecret, r *hooks.TOTPRules) { r.Attempts = 0 },
		"expected a number from":                  func(_ *hooks.TOTPSecret, r *hooks.TOTPRules) { r.Attempts = 101 },
		"expected a duration from 1s to 24h":      func(_ *hooks.TOTPSecret, r *hooks.TOTPRules) { r.LockFor = 0 },
		"expected a duration from 1s to 24h0m0s,": func(_ *hooks.TOTPSecret, r *hooks.TOTPRules) { r.LockFor = 25 * time.Hour },
	} {
		secret, rules := good, rules
		change(&secret, &rules)
		if _, err := hooks.NewTOTP(hooks.TOTPSecrets{aliceID: secret}, rules); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v, want it to hold %q", err, name)
		}
	}
	for _, id := range []hooks.AuthyID{"", "../1001", "1001/x", "123456789012345678901"} {
		if _, err := hooks.NewTOTP(hooks.TOTPSecrets{id: good}, rules); err == nil {
			t.Errorf("ID %q was taken", id)
		}
	}
}

// newTOTP is a verifier with one secret, for alice, and state of its own. Rules
// that are not given are the usual ones.
func newTOTP(tb testing.TB, secret hooks.TOTPSecret, rules hooks.TOTPRules) *hooks.TOTP {
	tb.Helper()
	if rules.StateDir == "" {
		rules.StateDir = tb.TempDir()
	}
	if rules.Attempts == 0 {
		rules.Attempts = hooks.DefaultTOTPAttempts
	}
	if rules.LockFor == 0 {
		rules.LockFor = hooks.DefaultTOTPLockFor
	}
	totp, err := hooks.NewTOTP(hooks.TOTPSecrets{aliceID: secret}, rules)
	if err != nil {
		tb.Fatal(err)
	}
	return totp
}

// tokenOf is text as a token of its own length.
func tokenOf(tb testing.TB, text string) hooks.Token {
	tb.Helper()
	parsed, err := hooks.ParseToken(text, len(text))
	if err != nil && !errors.Is(err, hooks.ErrTokenFormat) {
		tb.Fatal(err)
	}
	return parsed
}
