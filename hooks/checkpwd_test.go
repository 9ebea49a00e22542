package hooks_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// passwordCut is a password and how it must be taken apart.
type passwordCut struct {
	password string
	digits   int
	fixed    string // empty: denied without asking anybody
}

var passwordCuts = []passwordCut{
	{"secret1234567", 7, "secret"},
	{"secret1234567", 6, "secret1"},
	{"secret1234567", 8, ""},
	{"s1234567", 7, "s"},
	{"s12345678", 8, "s"},
	{"s123456", 6, "s"},
	{"1234567", 7, ""},
	{"123456", 7, ""},
	{"", 7, ""},
	{"12345678", 7, "1"},
	{"12345671234567", 7, "1234567"},
	{" 1234567", 7, " "},
	{"päßword1234567", 7, "päßword"},
	{"密码1234567", 7, "密码"},
	{"🔑1234567", 7, "🔑"},
	{"é123456", 7, ""}, // cut by bytes it would be half a letter and 7 bytes
	{"é1234567", 7, "é"},
	{"secret１２３４５６７", 7, ""},
	{"secret123456é", 7, ""},
	{"secret123456\n", 7, ""},
	{"secret 123456", 7, ""},
	{"secret1/2?x=a", 7, ""},
	{"secret-123456", 7, ""},
	{"1234567secret", 7, ""},
	{"\xff1234567", 7, ""}, // JSON would hand SFTPGo another password
	{"a\xc31234567", 7, ""},
	{"\ufffd1234567", 7, "\ufffd"},
	{`<&>"\` + "\n\t\x01\u2028\x7f1234567", 7, `<&>"\` + "\n\t\x01\u2028\x7f"},
	{strings.Repeat("x", 100<<10) + "1234567", 7, strings.Repeat("x", 100<<10)},
}

func TestCheckPassword(t *testing.T) {
	t.Parallel()
	for _, test := range passwordCuts {
		for _, verifier := range []*fakeVerifier{accepting(), refusing()} {
			decider := hooks.Decider{Verifier: verifier, Directory: hooks.Users{"alice": {AuthyID: aliceID}}, TokenDigits: test.digits}
			answer, err := decider.CheckPassword(t.Context(), hooks.CheckPasswordRequest{Username: "alice", Password: hooks.NewSecret(test.password)})
			accepted := test.fixed != "" && verifier.verify(nil, "", hooks.Token{}) == nil
			if answer.Accepted() != accepted || (err == nil) != accepted {
				t.Errorf("%.40q with %d digits: %v, %v", test.password, test.digits, answer.Accepted(), err)
			}
			want := 0
			if test.fixed != "" {
				want = 1
				if asked := verifier.seen(); len(asked) == 1 && asked[0] != aliceID+" "+test.password[len(test.fixed):] {
					t.Errorf("%.40q: asked about %q", test.password, asked)
				}
			}
			if n := len(verifier.seen()); n != want {
				t.Errorf("%.40q with %d digits: %d times asked, want %d", test.password, test.digits, n, want)
			}
			// Read as SFTPGo does.
			var response struct {
				Status   int    `json:"status"`
				ToVerify string `json:"to_verify"`
			}
			if err := json.Unmarshal(answer.JSON(), &response); err != nil {
				t.Fatal(err)
			}
			if accepted && (response.Status != 2 || response.ToVerify != test.fixed) || !accepted && string(answer.JSON()) != `{"status":0}` {
				t.Errorf("%.40q: answer %.80s", test.password, answer.JSON())
			}
			if accepted && strings.Contains(test.fixed, "<") && !strings.Contains(string(answer.JSON()), "<&>") {
				t.Errorf("%q is escaped more than JSON needs: %s", test.fixed, answer.JSON())
			}
			if strings.Contains(string(answer.JSON()), "\n") {
				t.Errorf("%.40q: the answer has more than one line", test.password)
			}
		}
	}
}

func TestCheckPasswordWithoutID(t *testing.T) {
	t.Parallel()
	for _, directory := range []hooks.Directory{hooks.Users{"Alice": {AuthyID: aliceID}, "alicE": {AuthyID: aliceID}}, hooks.Users(nil), hooks.Directories(nil), brokenDirectory{}} {
		verifier := accepting()
		decider := hooks.Decider{Verifier: verifier, Directory: directory, TokenDigits: 7}
		answer, err := decider.CheckPassword(t.Context(), hooks.CheckPasswordRequest{Username: "alice", Password: hooks.NewSecret("secret1234567")})
		if answer.Accepted() || err == nil || len(verifier.seen()) != 0 {
			t.Errorf("%v: %v, asked %q", directory, err, verifier.seen())
		}
	}
}

func TestDeciderWithoutDigits(t *testing.T) {
	t.Parallel()
	for _, digits := range []int{-7, 0, 5, 9} {
		verifier := accepting()
		d := hooks.Decider{Verifier: verifier, Directory: hooks.Users{"alice": {AuthyID: aliceID}}, TokenDigits: digits}
		token := hooks.NewSecret(strings.Repeat("1", max(digits, 0)))
		a, err := d.CheckPassword(t.Context(), hooks.CheckPasswordRequest{Username: "alice", Password: hooks.NewSecret("secret" + token.Reveal())})
		b, err2 := d.ExternalAuth(t.Context(), hooks.ExternalAuthRequest{Username: "alice", Password: token, User: hooks.NewSecret(aliceJSON)})
		c, err3 := d.KeyboardInteractive(t.Context(), hooks.KeyboardInteractiveRequest{Username: "alice", Step: 3, Answers: []hooks.Secret{token}})
		if a.Accepted() || b.Accepted() || c.Accepted() || err == nil || err2 == nil || err3 == nil || len(verifier.seen()) != 0 {
			t.Errorf("%d digits: %v, %v, %v, asked %q", digits, err, err2, err3, verifier.seen())
		}
	}
}

func TestCheckPasswordReason(t *testing.T) {
	t.Parallel()
	decider := hooks.Decider{Verifier: refusing(), Directory: hooks.Users{"alice": {AuthyID: aliceID}}, TokenDigits: 7}
	for password, want := range map[string]error{"secret1234567": hooks.ErrTokenWrong, "secret": nil, "secretsecret": hooks.ErrTokenFormat} {
		_, err := decider.CheckPassword(t.Context(), hooks.CheckPasswordRequest{Username: "alice", Password: hooks.NewSecret(password)})
		if err == nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", password, err, want)
		}
	}
}
