package hooks_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// TestNewTOTPSecret holds that what is written of a new secret is read as the
// same one, and that no two are alike.
func TestNewTOTPSecret(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	for _, digits := range []int{6, 7, 8, 6, 6} {
		secret, err := hooks.NewTOTPSecret(digits)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(secret.Key.Reveal()); n != 20 || seen[secret.Key.Reveal()] {
			t.Errorf("a key of %d bytes, seen before %t", n, seen[secret.Key.Reveal()])
		}
		seen[secret.Key.Reveal()] = true
		mustRead(t, secret)
		if text := fmt.Sprint(secret, secret.Line("1"), secret.Link("a", "b")); !strings.Contains(text, "[redacted] [redacted]") {
			t.Errorf("printed it is %s", text)
		}
	}
	for _, digits := range []int{0, 5, 9} {
		if _, err := hooks.NewTOTPSecret(digits); err == nil {
			t.Errorf("%d digits pass", digits)
		}
	}
	mustRead(t, hooks.TOTPSecret{Key: hooks.NewSecret("canary-totp-secret-0"), Digits: 8, Period: time.Minute, Algorithm: "SHA256"})
}

// mustRead reads a secret from its line, and from a line with its link.
func mustRead(t *testing.T, secret hooks.TOTPSecret) {
	t.Helper()
	link := secret.Link("A & B: 1+1,", "häns\n@x:/?#%,").Reveal()
	for _, line := range []string{secret.Line("1001").Reveal(), "1001," + link} {
		secrets, err := hooks.ParseTOTPSecrets("totp.csv", []byte(line+"\n"))
		got := secrets["1001"]
		if err != nil || got.Key.Reveal() != secret.Key.Reveal() || got.Digits != secret.Digits || got.Period != secret.Period || got.Algorithm != secret.Algorithm {
			t.Errorf("%s is read as %+v, %v", line, got, err)
		}
	}
	parsed, err := url.Parse(link)
	if err != nil || parsed.Path != "/A & B: 1+1,:häns\n@x:/?#%," || parsed.Query().Get("issuer") != "A & B: 1+1," || strings.Contains(link, "+") {
		t.Errorf("%s: %v, %q", link, err, parsed.Path)
	}
}

func ExampleTOTPSecret_Link() {
	secret := hooks.TOTPSecret{Key: hooks.NewSecret("12345678901234567890"), Digits: 6, Period: 30 * time.Second, Algorithm: "SHA1"}
	fmt.Println(secret.Line("1001").Reveal())
	fmt.Println(secret.Link("SFTPGo", "alice").Reveal())
	// Output:
	// 1001,GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ
	// otpauth://totp/SFTPGo:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=SFTPGo
}
