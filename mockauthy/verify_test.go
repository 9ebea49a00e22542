package mockauthy_test

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
)

// The answers of docs/authy-api.md section 3.4, in the order in which a user meets
// them.
func TestVerify(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		r := connect(newRig(t))
		token := r.native(t, aliceSecret, 0)
		r.expectVerify(t, r.wrongToken(t), alice, tokenInvalid)
		r.expectVerify(t, token, alice, tokenValid)
		r.expectVerify(t, token, alice, tokenReused)
		r.expectVerify(t, token, alice, tokenReused)
		r.expectVerify(t, r.wrongToken(t), alice, tokenInvalid)
		r.move(10 * time.Second)
		r.expectVerify(t, token, alice, tokenReused)
		r.expectVerify(t, r.native(t, aliceSecret, 0), alice, tokenValid)
		r.move(time.Minute)
		r.expectVerify(t, token, alice, tokenInvalid) // too old to be known as used
	})
}

// Fact 1 of docs/authy-api.md: with a boolean, SFTPGo's own sample hooks panic.
func TestVerifySuccessIsAString(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, ask := range []asked{
		verifyForced(r.native(t, aliceSecret, 0), alice),
		verifyUnforced(r.native(t, bobSecret, 0), bob),
		verifyUnforced(r.wrongToken(t), carol),
	} {
		r.expect(t, ask, said{200, jsonType, `{"message":"Token is valid.","token":"is valid","success":"true"}`})
	}
}

func TestVerifyUnknownUser(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		r := connect(newRig(t))
		token := r.native(t, aliceSecret, 0)
		for _, id := range []string{
			"9999", "1", "0", "-1000", "%2b1000", "1000.0", "1e3", "0x3e8", "abc", "alice@example.com", "1000abc", "1000%20",
			"%201000", "1000%00", "1000%0a", "1000%2f", "1000%2f..%2f1001", "1000%2c1001", "1000;", "1000;1001",
			"%EF%BC%91%EF%BC%90%EF%BC%90%EF%BC%90", // 1000 in full-width digits
			"99999999999999999999", "9223372036854775808", "18446744073709552616",
		} {
			for _, force := range []string{"", "?force=true"} {
				t.Run(id+force, func(t *testing.T) {
					r.expect(t, asked{target: "/protected/json/verify/" + token + "/" + id + force, key: docsKey}, unknownUser)
				})
			}
		}
		r.expectVerify(t, token, alice, tokenValid) // all that has not spent it
	})
}

// What is not the token to the digit is not the token.
func TestVerifyOddTokens(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		r := connect(newRig(t))
		token := r.native(t, aliceSecret, 0)
		fullWidth := ""
		for _, digit := range token {
			fullWidth += string('０' + digit - '0')
		}
		for name, odd := range map[string]string{
			"letters":           "abcdefg",
			"a word":            "is valid",
			"one digit":         "1",
			"short":             token[:6],
			"short at the end":  token[1:],
			"a digit more":      token + "0",
			"a leading zero":    "0" + token,
			"twice":             token + token,
			"long":              "1234567890123",
			"space before":      " " + token,
			"space after":       token + " ",
			"space within":      token[:3] + " " + token[3:],
			"dash within":       token[:3] + "-" + token[3:],
			"plus before":       "+" + token,
			"minus before":      "-" + token,
			"newline after":     token + "\n",
			"NUL after":         token + "\x00",
			"NUL before":        "\x00" + token,
			"hex":               "0x" + token,
			"full-width digits": fullWidth,
			"slash after":       token + "/",
			"dots":              "..",
			"path within":       token + "/../../sms",
			"query within":      token + "?force=false",
			"fragment within":   token + "#",
			"semicolon after":   token + ";",
			"escape, escaped":   "%25",
			"not UTF-8":         "\xff\xfe",
			"backslash":         token + `\`,
			"a list":            token + "," + token,
			"wildcard":          "*",
			"a thousand digits": fmt.Sprintf("%01000d", 7),
		} {
			t.Run(name, func(t *testing.T) {
				r.expect(t, asked{target: "/protected/json/verify/" + url.PathEscape(odd) + "/1000?force=true", key: docsKey}, tokenInvalid)
			})
		}
		r.expectVerify(t, token, alice, tokenValid)
	})
}

// A client may escape more of a path than it must (RFC 3986 section 2.3).
func TestVerifyEscapedToken(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		r := connect(newRig(t))
		escaped := ""
		for _, digit := range r.native(t, aliceSecret, 0) {
			escaped += fmt.Sprintf("%%%x", digit)
		}
		r.expect(t, asked{target: "/protected/json/verify/" + escaped + "/%31%30%30%30?force=true", key: docsKey}, tokenValid)
	})
}

func TestVerifyTokenOfAnotherUser(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.expectVerify(t, r.native(t, bobSecret, 0), alice, tokenInvalid)
	r.expectVerify(t, r.native(t, aliceSecret, 0), bob, tokenInvalid)
	r.expectVerify(t, r.native(t, bobSecret, 0), bob, tokenValid)
	r.expectVerify(t, r.native(t, aliceSecret, 0), alice, tokenValid)
	r.expectVerify(t, r.native(t, bobSecret, 0), alice, tokenInvalid) // and not "used recently"
}

// Which steps are accepted. Authy's own window is not known (docs/authy-api.md
// section 5): that it is 1 is the mock's choice.
func TestVerifyWindow(t *testing.T) {
	t.Parallel()
	window := func(n int) *int { return &n }
	for _, test := range []struct {
		name   string
		window *int
		valid  map[int]bool
	}{
		{"left out", nil, map[int]bool{-1: true, 0: true, 1: true}},
		{"0", window(0), map[int]bool{0: true}},
		{"2", window(2), map[int]bool{-2: true, -1: true, 0: true, 1: true, 2: true}},
	} {
		for offset := -3; offset <= 3; offset++ {
			t.Run(fmt.Sprintf("%s, step %+d", test.name, offset), func(t *testing.T) {
				t.Parallel()
				app := docsApplication()
				app.Tokens.Window = test.window
				r := newRig(t, app)
				want := tokenInvalid
				if test.valid[offset] {
					want = tokenValid
				}
				r.expectVerify(t, r.native(t, aliceSecret, offset), alice, want)
			})
		}
	}
}

// A token is the current one from the first instant of its step to the last.
func TestVerifyStepEdges(t *testing.T) {
	t.Parallel()
	app := docsApplication()
	app.Tokens.Window = new(int)
	token := newRig(t).native(t, aliceSecret, 0) // of noon's step, 12:00:00 to 12:00:10
	for _, test := range []struct {
		sinceNoon time.Duration // the step begins 3 s before noon
		want      said
	}{
		{-3*time.Second - 1, tokenInvalid},
		{-3 * time.Second, tokenValid},
		{7*time.Second - 1, tokenValid},
		{7 * time.Second, tokenInvalid},
	} {
		t.Run(test.sinceNoon.String(), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, app)
			r.move(test.sinceNoon)
			r.expectVerify(t, token, alice, test.want)
		})
	}
}

// After a token was right, neither it nor an older one is, whatever the clock
// does; a newer one is. That an older one is refused with the words for a used
// one is the mock's choice: docs/promises.md row 15 wants it refused.
func TestVerifyOlderStepAfterNewer(t *testing.T) {
	t.Parallel()
	type ask struct {
		move   time.Duration
		offset int
		want   said
	}
	for name, asks := range map[string][]ask{
		"current, then the one before":            {{0, 0, tokenValid}, {0, -1, tokenReused}},
		"next, then current, then the one before": {{0, 1, tokenValid}, {0, 0, tokenReused}, {0, -1, tokenReused}, {0, 1, tokenReused}},
		"each in its order":                       {{0, -1, tokenValid}, {0, 0, tokenValid}, {0, 1, tokenValid}},
		"next, and again when it is current":      {{0, 1, tokenValid}, {10 * time.Second, 0, tokenReused}, {0, 1, tokenValid}},
		"the clock goes back a step":              {{0, 0, tokenValid}, {-10 * time.Second, 0, tokenReused}, {0, 1, tokenReused}},
		"the clock goes back an hour":             {{0, 0, tokenValid}, {-time.Hour, 0, tokenReused}, {time.Hour, 0, tokenReused}, {10 * time.Second, 0, tokenValid}},
		"a day later":                             {{0, 0, tokenValid}, {24 * time.Hour, 0, tokenValid}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			for _, a := range asks {
				r.move(a.move)
				r.expectVerify(t, r.native(t, aliceSecret, a.offset), alice, a.want)
			}
		})
	}
}

// "Until the user successfully logs in once using Authy this call will return
// 200 (valid token)", unless force=true: docs/authy-api.md section 3.4.
func TestVerifyUnconfirmedUser(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		r := connect(newRig(t))
		wrong := r.wrongToken(t)
		confirmed := func(want bool) {
			t.Helper()
			if got := r.user(t, carol).Confirmed; got != want {
				t.Errorf("confirmed %t, want %t", got, want)
			}
		}
		r.expect(t, verifyUnforced(wrong, carol), tokenValid)
		r.expect(t, asked{target: "/protected/json/verify/nonsense/1002", key: docsKey}, tokenValid)
		confirmed(false)
		r.expect(t, verifyForced(wrong, carol), tokenInvalid)
		confirmed(false)
		r.expect(t, verifyUnforced(wrong, carol), tokenValid) // still
		r.expect(t, verifyForced(r.native(t, carolSecret, 0), carol), tokenValid)
		confirmed(true)
		r.expect(t, verifyUnforced(wrong, carol), tokenInvalid)
		r.expect(t, verifyForced(wrong, carol), tokenInvalid)
		r.expect(t, verifyUnforced(r.native(t, carolSecret, 0), carol), tokenReused)
		// The others are none of it.
		r.expect(t, verifyUnforced(wrong, alice), tokenInvalid)
	})
}

// Without force a right token confirms as well.
func TestVerifyUnforcedConfirms(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.expect(t, verifyUnforced(r.native(t, carolSecret, 0), carol), tokenValid)
	if !r.user(t, carol).Confirmed {
		t.Error("not confirmed")
	}
	r.expect(t, verifyUnforced(r.wrongToken(t), carol), tokenInvalid)
	r.expect(t, verifyUnforced(r.native(t, carolSecret, 0), carol), tokenReused)
}

// force may come in every way in which a parameter can.
func TestVerifyForceFromAnywhere(t *testing.T) {
	t.Parallel()
	const target = "/protected/json/verify/nonsense/1002"
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		r := connect(newRig(t))
		for _, test := range []struct {
			name string
			ask  asked
			want said
		}{
			{"query", asked{target: target + "?force=true", key: docsKey}, tokenInvalid},
			{"form body of a GET", asked{target: target, key: docsKey, contentType: formType, body: "force=true"}, tokenInvalid},
			{"JSON body, true", asked{target: target, key: docsKey, contentType: jsonBodyType, body: `{"force":true}`}, tokenInvalid},
			{"JSON body, a string", asked{target: target, key: docsKey, contentType: jsonBodyType, body: `{"force":"true"}`}, tokenInvalid},
			{"query, false", asked{target: target + "?force=false", key: docsKey}, tokenValid},
			{"JSON body, false", asked{target: target, key: docsKey, contentType: jsonBodyType, body: `{"force":false}`}, tokenValid},
			{"JSON body, null", asked{target: target, key: docsKey, contentType: jsonBodyType, body: `{"force":null}`}, tokenValid},
			{"nowhere", asked{target: target, key: docsKey}, tokenValid},
		} {
			t.Run(test.name, func(t *testing.T) { r.expect(t, test.ask, test.want) })
		}
	})
}

// Other authenticators show 6 digits from 30 s; 8 digits are possible too:
// docs/authy-api.md section 5.
func TestVerifyTokenFormats(t *testing.T) {
	t.Parallel()
	for _, format := range []mockauthy.Tokens{
		{Digits: 6, Step: 30 * time.Second},
		{Digits: 8, Step: 30 * time.Second},
		{Digits: 7, Step: 10 * time.Second},
		{Digits: 7, Step: time.Second},
		{Digits: 6},              // 10 s
		{Step: 30 * time.Second}, // 7 digits
	} {
		t.Run(fmt.Sprintf("%d digits, %s", format.Digits, format.Step), func(t *testing.T) {
			t.Parallel()
			app := docsApplication()
			app.Tokens = format
			r := newRig(t, app)
			digits, step := format.Digits, format.Step
			if digits == 0 {
				digits = 7
			}
			if step == 0 {
				step = 10 * time.Second
			}
			token := func(offset int) string {
				return totp(t, aliceSecret, r.now().Add(time.Duration(offset)*step), step, digits)
			}
			if got, err := r.mock.Token(alice); err != nil || got != token(0) {
				t.Errorf("Token: %q, %v; want %q", got, err, token(0))
			}
			for _, wrong := range []int{6, 7, 8} {
				if wrong != digits {
					r.expectVerify(t, totp(t, aliceSecret, r.now(), step, wrong), alice, tokenInvalid)
				}
			}
			r.expectVerify(t, token(-2), alice, tokenInvalid)
			r.expectVerify(t, token(2), alice, tokenInvalid)
			r.expectVerify(t, token(0), alice, tokenValid)
			r.expectVerify(t, token(0), alice, tokenReused)
			r.move(step)
			r.expectVerify(t, token(0), alice, tokenValid)
		})
	}
}

// RFC 6238 Appendix B, SHA-1, from a secret to Authy's answer.
func TestRFC6238Vectors(t *testing.T) {
	t.Parallel()
	for _, vector := range []struct {
		unix  int64
		token string
	}{
		{59, "94287082"},
		{1111111109, "07081804"},
		{1111111111, "14050471"},
		{1234567890, "89005924"},
		{2000000000, "69279037"},
		{20000000000, "65353130"},
	} {
		t.Run(vector.token, func(t *testing.T) {
			t.Parallel()
			app := docsApplication()
			app.Tokens = mockauthy.Tokens{Digits: 8, Step: 30 * time.Second, Window: new(int)}
			app.Users = []mockauthy.User{{
				AuthyID: alice, Email: "rfc@example.com", Cellphone: "201-555-0100", CountryCode: 1, Confirmed: true,
				Secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", // the ASCII string 12345678901234567890
			}}
			r := newRig(t, app)
			r.set(time.Unix(vector.unix, 0))
			if got, err := r.mock.Token(alice); err != nil || got != vector.token {
				t.Errorf("Token: %q, %v; want %q", got, err, vector.token)
			}
			if got, err := r.control(t).Token(t.Context(), alice, 0); err != nil || got.Token != vector.token {
				t.Errorf("control API: %q, %v; want %q", got.Token, err, vector.token)
			}
			if own := totp(t, app.Users[0].Secret, r.now(), 30*time.Second, 8); own != vector.token {
				t.Errorf("the tests' own TOTP: %q, want %q", own, vector.token)
			}
			r.expectVerify(t, vector.token, alice, tokenValid)
		})
	}
}
