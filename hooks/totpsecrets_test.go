package hooks_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// canarySecret is the base32 form of "canary-totp-secret-0".
const canarySecret = "MNQW4YLSPEWXI33UOAWXGZLDOJSXILJQ"

func TestParseTOTPSecrets(t *testing.T) {
	t.Parallel()
	key := hooks.NewSecret("canary-totp-secret-0")
	usual := hooks.TOTPSecret{Key: key, Digits: 6, Period: 30 * time.Second, Algorithm: "SHA1"}
	other := hooks.TOTPSecret{Key: key, Digits: 8, Period: time.Minute, Algorithm: "SHA256"}
	for text, want := range map[string]hooks.TOTPSecret{
		canarySecret:                                              usual,
		strings.ToLower(canarySecret):                             usual,
		"mnqw 4yls pewx i33u oawx gzld ojsx iljq":                 usual,
		canarySecret + "====":                                     usual,
		canarySecret + ", digits=6,period=30 , algorithm=sha1":    usual,
		canarySecret + ",digits=8,period=60,algorithm=SHA256":     other,
		"otpauth://totp/alice?secret=" + canarySecret:             usual,
		"otpauth://totp/SFTPGo:a,b@c?secret=" + canarySecret:      usual,
		"otpauth://totp/?secret=" + strings.ToLower(canarySecret): usual,
		"otpauth://totp/SFTPGo:alice%40x?issuer=A&secret=mnqw4ylspewxi33uoawxgzldojsxiljq&algorithm=SHA256&digits=8&period=60&image=x": other,
	} {
		secrets, err := hooks.ParseTOTPSecrets("totp.csv", []byte("# id,secret\r\n\n 1001 , "+text+" \r\n"))
		if err != nil || len(secrets) != 1 || !same(secrets[aliceID], want) {
			t.Errorf("%q: %+v, %v", text, secrets, err)
		}
	}
	for _, text := range []string{"", "# nothing\n"} {
		if secrets, err := hooks.ParseTOTPSecrets("totp.csv", []byte(text)); err != nil || len(secrets) != 0 {
			t.Errorf("%q: %v, %v", text, secrets, err)
		}
	}
}

// same compares what two secrets are, and not where their keys are.
func same(a, b hooks.TOTPSecret) bool {
	equal := a.Key.Reveal() == b.Key.Reveal()
	a.Key, b.Key = hooks.Secret{}, hooks.Secret{}
	return equal && reflect.DeepEqual(a, b)
}

func TestParseTOTPSecretsErrors(t *testing.T) {
	t.Parallel()
	const line, key, link = "1001," + canarySecret, "the secret is not base32", "expected a link otpauth://totp/NAME?secret=BASE32"
	for text, want := range map[string]string{
		"1001":                           `:1: expected "id,secret"`,
		canarySecret:                     `:1: expected "id,secret"`,
		"alice," + canarySecret:          ":1: an Authy ID is a number",
		"," + canarySecret:               ":1: an Authy ID is a number",
		canarySecret + ",1001":           ":1: an Authy ID is a number",
		"\n1001,":                        ":2: " + key,
		"1001, ====":                     ":1: " + key,
		line + "1":                       ":1: " + key, // no digit of base32
		line + "A":                       ":1: " + key, // no whole byte
		line + "=A":                      ":1: " + key,
		`1001,"` + canarySecret + `"`:    ":1: " + key,
		"1001,JBSWY3DPEHPK3PXP":          ":1: the secret has 80 bits, expected 128 or more: 26 characters of base32 (RFC 4226)",
		line + ",":                       ":1: expected the options",
		line + ",digits":                 ":1: expected the options",
		line + ",digits=6,digits=6":      ":1: expected the options",
		line + ",secret=" + canarySecret: ":1: unknown option",
		line + "," + canarySecret + "=":  ":1: unknown option",
		line + ",Digits=6":               ":1: unknown option",
		line + ",digits=":                ":1: digits: expected a number",
		line + ",digits=+6":              ":1: digits: expected a number",
		line + ",digits=5":               ":1: digits: expected a number from 6 to 8",
		line + ",period=9":               ":1: period: expected whole seconds from 10 to 300",
		line + ",period=30s":             ":1: period: expected a number",
		line + ",period=0030":            ":1: period: expected a number",
		line + ",algorithm=MD5":          ":1: algorithm: expected SHA1, SHA256 or SHA512",
		line + "\n" + line:               ":2: the ID appears a second time",
		line + "\n1002," + canarySecret:  ":2: the secret is that of line 1",
		line + "\n#\n1002,otpauth://totp/b?secret=" + strings.ToLower(canarySecret): ":3: the secret is that of line 1",
		"1001,otpauth://hotp/a?counter=1&secret=" + canarySecret:                    ":1: " + link,
		"1001,otpauth://totp/a?counter=1&secret=" + canarySecret:                    ":1: unknown option",
		"1001,otpauth://totp/a?secret=" + canarySecret + "&secret=" + canarySecret:  ":1: " + link,
		"1001,otpauth://totp/a?digits=6&digits=8&secret=" + canarySecret:            ":1: " + link,
		"1001,otpauth://totp/a?secret=" + canarySecret + ",digits=8":                ":1: " + key,
		"1001,otpauth://totp/a?secret=" + canarySecret + "#x":                       ":1: " + link,
		"1001,otpauth://totp/a?secret=" + canarySecret + ";":                        ":1: " + link,
		"1001,otpauth://u:p@totp/a?secret=" + canarySecret:                          ":1: " + link,
		"1001,otpauth://totp/a%zz?secret=" + canarySecret:                           ":1: " + link,
		"1001,otpauth://totp/a?secret=%zz" + canarySecret:                           ":1: " + link,
		"1001,otpauth://totp/a":                                                     ":1: " + key,
		"1001,https://totp/a?secret=" + canarySecret:                                ":1: " + key,
		"\ufeff" + line: ": the file starts with a byte order mark",
		line + "\xff":   ": the file is not UTF-8",
	} {
		secrets, err := hooks.ParseTOTPSecrets("totp.csv", []byte(text))
		if secrets != nil || err == nil || !strings.HasPrefix(err.Error(), "totp.csv"+want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
		if strings.Contains(fmt.Sprint(err), canarySecret[:12]) {
			t.Errorf("the error tells the secret: %v", err)
		}
	}
}

func FuzzParseTOTPSecrets(f *testing.F) {
	for _, text := range []string{
		"1001," + canarySecret + "\n", "# c\n\n1001 , mnqw 4yls pewx i33u oawx gzld oj == , digits=8,period=60,algorithm=SHA512\r\n",
		"1,otpauth://totp/a:b?secret=" + canarySecret + "&issuer=a&digits=7", "1,\n", "\ufeff", "1,otpauth://hotp/", "1," + canarySecret + "\n2," + canarySecret,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		secrets, err := hooks.ParseTOTPSecrets("totp.csv", data)
		if err != nil {
			if secrets != nil || !strings.HasPrefix(err.Error(), "totp.csv:") || len(err.Error()) > 300 {
				t.Errorf("%v, %v", secrets, err)
			}
			return
		}
		keys := make(map[string]bool)
		for id, secret := range secrets {
			key := secret.Key.Reveal()
			if _, err := hooks.ParseAuthyID(string(id)); err != nil || keys[key] || len(key) < 16 || secret.Digits < 6 || secret.Digits > 8 || secret.Period < 10*time.Second {
				t.Errorf("%s: %+v", id, secret)
			}
			keys[key] = true
			if code := secret.Code(1); len(code) != secret.Digits || !isDecimal(code) {
				t.Errorf("token %q", code)
			}
		}
	})
}
