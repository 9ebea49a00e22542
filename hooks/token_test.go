package hooks_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// notTokens are texts of which no request may leave, for any length of token.
var notTokens = []string{
	"", " ", "       ", "1", "12345", "123456789", "123456789012", "1234567890123",
	"+123456", "-123456", " 123456", "123456 ", "123456\n", "1234567\n", "123456\x00", "12345.6", "0x12345", "1e00005",
	"１２３４５６７", "١٢٣٤٥٦٧", "۱۲۳۴۵۶۷", "12345６", "½½½½", "123456a", "abcdefg",
	"../../app/details?", "..%2f..%2fapp", "1234567/1002?", "1234567/1002", "1234567?x=/", "123456#", "123456;", `12345\6`, "12345%00", "12345%zz", "1/2?x=a",
	"1234567\x00", "OK", strings.Repeat("1", 1<<20),
}

func TestParseToken(t *testing.T) {
	t.Parallel()
	for digits := -1; digits <= 13; digits++ {
		for length := range 14 {
			text := strings.Repeat("7", length)
			token, err := hooks.ParseToken(text, digits)
			if want := length == digits && digits >= 6 && digits <= 8; (err == nil) != want {
				t.Errorf("ParseToken of %d digits with %d expected: %v", length, digits, err)
			}
			if err == nil && token.Reveal() != text || err != nil && token.Reveal() != "" {
				t.Errorf("ParseToken(%q, %d) holds %q", text, digits, token.Reveal())
			}
		}
		for _, text := range notTokens {
			if _, err := hooks.ParseToken(text, digits); err == nil && !isDecimal(text) {
				t.Errorf("ParseToken(%q, %d) succeeded", text, digits)
			} else if err != nil && !errors.Is(err, hooks.ErrTokenFormat) {
				t.Errorf("ParseToken(%q, %d): %v", text, digits, err)
			}
		}
	}
}

func isDecimal(text string) bool { return strings.Trim(text, "0123456789") == "" && text != "" }

func TestSecretsAreNeverPrinted(t *testing.T) {
	t.Parallel()
	token, err := hooks.ParseToken(canaryToken, 7)
	if err != nil {
		t.Fatal(err)
	}
	type wrapped struct {
		Secret hooks.Secret
		Token  *hooks.Token
		hidden hooks.Token
	}
	secret := hooks.NewSecret(canaryKey)
	request := hooks.CheckPasswordRequest{Username: "alice", Password: hooks.NewSecret(canaryPassword)}
	values := []any{
		token, &token, secret, &secret,
		wrapped{secret, &token, token},
		&wrapped{secret, &token, token},
		[]hooks.Token{token},
		map[string]hooks.Secret{"k": secret},
		request, &request,
		hooks.CheckPasswordAnswer{ToVerify: secret},
		hooks.ExternalAuthAnswer{User: secret},
		hooks.NewAuthyClient(nil, secret, nil), *hooks.NewAuthyClient(nil, secret, nil),
	}
	for _, value := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%U", "%c", "%t", "%T", "%p", "%08.3f"} {
			text := fmt.Sprintf(verb, value)
			noSecrets(t, verb, text)
			if strings.Contains(strings.ToLower(text), fmt.Sprintf("%x", canaryToken)) {
				t.Errorf("%s of %T prints the token in hexadecimal: %s", verb, value, text)
			}
		}
		var log strings.Builder
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "value", value)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "value", value)
		noSecrets(t, "slog", log.String())
		if text, err := json.Marshal(value); err == nil {
			noSecrets(t, "JSON", string(text))
		}
		if text, err := xml.Marshal(value); err == nil {
			noSecrets(t, "XML", string(text))
		}
	}
	if secret.Reveal() != canaryKey || token.Reveal() != canaryToken || (hooks.Secret{}).Reveal() != "" {
		t.Error("Reveal does not return the secret")
	}
}
