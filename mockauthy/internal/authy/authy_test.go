package authy_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
)

func TestPhoneString(t *testing.T) {
	t.Parallel()
	for want, phone := range map[string]authy.Phone{
		"+1 317-338-9302":  {CountryCode: 1, Number: "3173389302"},
		"+54 317-338-9302": {CountryCode: 54, Number: "3173389302"},
		"+49 179-449-1095": {CountryCode: 49, Number: "1794491095"},
		"+84 86-674-2932":  {CountryCode: 84, Number: "866742932"},
		"+84 1234567":      {CountryCode: 84, Number: "1234567"},
	} {
		if got := phone.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestCellphoneDigits(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		cellphone, digits string
		valid             bool
	}{
		{"", "", false},
		{"12345", "12345", false},
		{"123456", "123456", false},
		{"1234567", "1234567", true},
		{"123456789012345", "123456789012345", true},
		{"1234567890123456", "1234567890123456", false}, // E.164 ends at 15
		{"+1 (317) 338.93-02", "13173389302", true},
		{"AAA-338-9302", "3389302", true},
		{"３１７３３８９３０２", "", false}, // full-width
		{"٣١٧٣٣٨٩", "", false},    // Arabic-Indic
		{"1234567\xff", "1234567", true},
	} {
		if digits, valid := authy.CellphoneDigits(test.cellphone); digits != test.digits || valid != test.valid {
			t.Errorf("%q: got %q, %t; want %q, %t", test.cellphone, digits, valid, test.digits, test.valid)
		}
	}
}

// The first digits of the codes that ITU-T E.164 assigns say which zones there
// are: a spot check of each, and of holes between them.
func TestParseCountryCode(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"1": 1, "7": 7, "20": 20, "27": 27, "30": 30, "44": 44, "49": 49, "54": 54, "57": 57, "61": 61, "81": 81, "84": 84,
		"86": 86, "90": 90, "98": 98, "211": 211, "299": 299, "353": 353, "423": 423, "500": 500, "599": 599, "670": 670,
		"692": 692, "800": 800, "886": 886, "960": 960, "998": 998, " 1 ": 1, "+1": 1, "+44": 44,
	} {
		if got, ok := authy.ParseCountryCode(text); !ok || got != want {
			t.Errorf("%q: got %d, %t; want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{
		"", "0", "999", "-1", "2", "21", "28", "37", "42", "59", "69", "80", "83", "89", "99", "210", "259", "384", "422",
		"671", "699", "801", "969", "1000", "1.0", "1e0", "0x1", "one", "१", "9223372036854775808",
	} {
		if got, ok := authy.ParseCountryCode(text); ok || got != 0 {
			t.Errorf("%q: got %d, %t; want it refused", text, got, ok)
		}
	}
}

func TestParseSecret(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]authy.Secret{
		"JBSWY3DPEHPK3PXP":         "JBSWY3DPEHPK3PXP",
		"jbswy3dpehpk3pxp":         "JBSWY3DPEHPK3PXP",
		" JBSW Y3DP EHPK 3PXP ":    "JBSWY3DPEHPK3PXP",
		"JBSWY3DPEHPK3PXP========": "JBSWY3DPEHPK3PXP",
		"JBSWY3DPEHPK3PXPAA":       "JBSWY3DPEHPK3PXPAA",
		"JBSWY3DPEHPK3PXPAB":       "JBSWY3DPEHPK3PXPAA", // the last two bits are of no byte
		"JBSWY3DP\nEHPK3PXP\r\n":   "JBSWY3DPEHPK3PXP",
	} {
		if got, err := authy.ParseSecret(text); err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"":                          "0 bits: want at least 80, that is 16 base32 characters",
		"JBSWY3DPEHPK3PX":           "72 bits: want at least 80, that is 16 base32 characters",
		"JBSWY3DPEHPK3PX1":          "want base32 (letters A-Z and digits 2-7, as in an otpauth link)",
		"JBSWY3DP=EHPK3PXP":         "want base32 (letters A-Z and digits 2-7, as in an otpauth link)",
		"JBSWY3DPEHPK3PXPA":         "want base32 (letters A-Z and digits 2-7, as in an otpauth link)", // A makes no byte
		"JBSWY3DPEHPK3PXPAAA":       "want base32 (letters A-Z and digits 2-7, as in an otpauth link)",
		"JBSWY3DPEHPK3PXPAAAAAA":    "want base32 (letters A-Z and digits 2-7, as in an otpauth link)",
		"JBSWY3DPEHPK3PX\xff":       "want base32 (letters A-Z and digits 2-7, as in an otpauth link)",
		"JBSW-Y3DP-EHPK-3PXP":       "want base32 (letters A-Z and digits 2-7, as in an otpauth link)",
		"d57d919d11e6b221c9bf6f7c8": "want base32 (letters A-Z and digits 2-7, as in an otpauth link)", // hex
	} {
		if got, err := authy.ParseSecret(text); err == nil || err.Error() != want || got != "" {
			t.Errorf("%q: got %q, %v; want %s", text, got, err, want)
		}
	}
}

func TestNewSecret(t *testing.T) {
	t.Parallel()
	first, second := authy.NewSecret(), authy.NewSecret()
	if first == second {
		t.Errorf("twice the same secret")
	}
	if parsed, err := authy.ParseSecret(string(first)); err != nil || parsed != first || len(first) != 32 {
		t.Errorf("a secret of %d characters, %v; want 32 of base32, that is 160 bits (RFC 4226 section 4)", len(first), err)
	}
}

// newUser makes a user with the secret of RFC 6238 Appendix B, and the clock of
// his application.
func newUser(t *testing.T, format authy.TokenFormat) (*authy.User, *time.Time) {
	t.Helper()
	now := new(time.Time)
	app, err := authy.NewApplication(func() time.Time { return *now }, authy.Settings{Name: "A", APIKey: "k", Tokens: format})
	if err != nil {
		t.Fatal(err)
	}
	user, err := app.AddUser(authy.NewUser{Email: "a@example.com", Phone: authy.Phone{CountryCode: 1, Number: "3173389302"}, Secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"})
	if err != nil {
		t.Fatal(err)
	}
	return user, now
}

// RFC 4226 Appendix D has the tokens of the counters 0 to 9: with a step of one
// second these are the first seconds of 1970.
func TestTokenOfFirstSeconds(t *testing.T) {
	t.Parallel()
	user, now := newUser(t, authy.TokenFormat{Digits: 6, Step: time.Second})
	for i, want := range []string{"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"} {
		*now = time.Unix(int64(i), 0)
		token := user.Token(0)
		if token.Digits != want || !token.From.Equal(*now) || !token.Until.Equal(now.Add(time.Second)) {
			t.Errorf("second %d: %+v, want %s", i, token, want)
		}
	}
	*now = time.Unix(0, 0)
	if before := user.Token(-1); before.Digits != "" {
		t.Errorf("before 1970 the token is %q, want none", before.Digits)
	}
	for _, token := range []string{"", "287082"} { // none, and one of the next second
		if got, _ := user.Verify(token, "", true); got != authy.TokenInvalid {
			t.Errorf("%q: verdict %d, want it invalid", token, got)
		}
	}
	if got, _ := user.Verify("755224", "", true); got != authy.TokenValid { // the step 0 counts
		t.Errorf("verdict %d, want it valid", got)
	}
	if got, _ := user.Verify("755224", "", true); got != authy.TokenReused {
		t.Errorf("verdict %d, want it reused", got)
	}
}

// Near 1970 the window reaches before it, where the empty token must not do.
func TestVerifyEmptyTokenBefore1970(t *testing.T) {
	t.Parallel()
	user, now := newUser(t, authy.TokenFormat{Digits: 6, Step: time.Second, Window: 60})
	for _, at := range []time.Time{time.Unix(0, 0), time.Unix(5, 0), time.Unix(-30, 0), time.Unix(-1000, 0), {}, time.Unix(math.MinInt32, 0)} {
		*now = at
		if got, _ := user.Verify("", "", true); got != authy.TokenInvalid {
			t.Errorf("%s: verdict %d, want it invalid", at, got)
		}
	}
}

func TestTokenLengths(t *testing.T) {
	t.Parallel()
	for digits := 6; digits <= 8; digits++ {
		t.Run(fmt.Sprint(digits), func(t *testing.T) {
			t.Parallel()
			user, now := newUser(t, authy.TokenFormat{Digits: digits, Step: 30 * time.Second})
			*now = time.Unix(1111111109, 0)
			const all = "07081804" // RFC 6238 Appendix B, whose leading zero stays
			if got, want := user.Token(0).Digits, all[8-digits:]; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// What is asked of an application that has run out of Authy IDs is an error.
func TestAuthyIDsRunOut(t *testing.T) {
	t.Parallel()
	app, err := authy.NewApplication(time.Now, authy.Settings{APIKey: "k"})
	if err != nil {
		t.Fatal(err)
	}
	phone := func(n int) authy.Phone { return authy.Phone{CountryCode: 1, Number: fmt.Sprintf("317338%04d", n)} }
	for i, id := range []int64{math.MaxInt64 - 1, 0} {
		user, err := app.AddUser(authy.NewUser{ID: id, Email: "a@example.com", Phone: phone(i)})
		if err != nil || user.ID() != math.MaxInt64-1+int64(i) {
			t.Fatalf("user %v, %v", user, err)
		}
	}
	if user, err := app.AddUser(authy.NewUser{Email: "a@example.com", Phone: phone(2)}); err == nil {
		t.Errorf("got the user %d, want an error", user.ID())
	}
	users := app.Users()
	if len(users) != 2 || users[0].ID() >= users[1].ID() {
		t.Errorf("users %v, want two in order", users)
	}
}

// The tokens are those of another implementation, and of RFC 4226 appendix D.
func TestTokens(t *testing.T) {
	t.Parallel()
	const rfc = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" // "12345678901234567890" in base32
	for step, want := range []string{"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"} {
		if got := token(t, rfc, 6, int64(step)); got != want {
			t.Errorf("step %d: got %q, want %q", step, got, want)
		}
	}
	for digits := 6; digits <= 8; digits++ {
		for _, step := range []int64{0, 1, 177_000_000, math.MaxInt32, 1 << 40} {
			for range 20 {
				secret := string(authy.NewSecret())
				want, err := hotp.GenerateCodeCustom(secret, uint64(step), hotp.ValidateOpts{Digits: otp.Digits(digits), Algorithm: otp.AlgorithmSHA1})
				if err != nil {
					t.Fatal(err)
				}
				if got := token(t, secret, digits, step); got != want {
					t.Errorf("%s, %d digits, step %d: got %q, want %q", secret, digits, step, got, want)
				}
			}
		}
	}
	if got := token(t, rfc, 7, -1); got != "" {
		t.Errorf("before 1970: got %q, want none", got)
	}
}

// token is that of a user with this secret in a step of one second.
func token(t *testing.T, secret string, digits int, step int64) string {
	t.Helper()
	now := func() time.Time { return time.Unix(step, 0) }
	app, err := authy.NewApplication(now, authy.Settings{APIKey: "key", Tokens: authy.TokenFormat{Digits: digits, Step: time.Second}})
	if err != nil {
		t.Fatal(err)
	}
	user, err := app.AddUser(authy.NewUser{Email: "a@example.com", Phone: authy.Phone{CountryCode: 1, Number: "3173389302"}, Secret: authy.Secret(secret)})
	if err != nil {
		t.Fatal(err)
	}
	return user.Token(0).Digits
}

// Two who delete the same user do no harm to those who have got the Authy ID and
// the phone in between.
func TestDeleteTwice(t *testing.T) {
	t.Parallel()
	app, err := authy.NewApplication(time.Now, authy.Settings{APIKey: "k"})
	if err != nil {
		t.Fatal(err)
	}
	first := authy.Phone{CountryCode: 1, Number: "2015550100"}
	second := authy.Phone{CountryCode: 1, Number: "2015550101"}
	add := func(id int64, phone authy.Phone) *authy.User {
		t.Helper()
		u, err := app.AddUser(authy.NewUser{ID: id, Email: "a@example.com", Phone: phone})
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	old := add(1, first)
	app.Delete(old)
	sameID, samePhone := add(1, second), add(2, first)
	app.Delete(old)
	if app.User(1) != sameID || app.User(2) != samePhone {
		t.Error("another user was deleted")
	}
	if u, err := app.FindOrAddUser("b@example.com", first); err != nil || u != samePhone {
		t.Errorf("the phone is that of %v, %v; want user 2", u, err)
	}
}
