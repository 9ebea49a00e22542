package journal_test

import (
	"crypto/md5"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/journal"
)

func TestRedact(t *testing.T) {
	t.Parallel()
	keys := []string{"abc", "abcdef", "", "12345678901"}
	keep := func(digits string) bool { return digits == "1234567" || digits == "83372911" }
	for _, test := range []struct{ target, want string }{
		{"", ""},
		{"/protected/json/app/details", "/protected/json/app/details"},
		// tokens
		{"/verify/7654321/1000?force=true", "/verify/[token]/1000?force=true"},
		{"/verify/654321/83372911", "/verify/[token]/83372911"},
		{"/verify/87654321/1234567", "/verify/[token]/1234567"},
		{"/verify/54321/1000", "/verify/54321/1000"},
		{"/verify/987654321/1000", "/verify/[token]/1000"},
		{"/verify/pw20247654321/1000", "/verify/pw[token]/1000"},
		{"/verify/76543211000", "/verify/[token]"},
		{"/verify/a7654321b/1000", "/verify/a[token]b/1000"},
		{"/verify/7654321;7654322,7654323", "/verify/[token];[token],[token]"},
		// escapes are no digits of a token, unless they are digits
		{"/verify/%207654321%20/1000", "/verify/%20[token]%20/1000"},
		{"/verify/%007654321/1000", "/verify/%00[token]/1000"},
		{"/verify/%c3%a97654321/1000", "/verify/%c3%a9[token]/1000"},
		{"/verify/%37%36%35%34%33%32%31/1000", "/verify/[token]/1000"},
		{"/verify/76%35%3421/1000", "/verify/[token]/1000"},
		{"/verify/%31234567/1000", "/verify/%31234567/1000"}, // 1234567, which is known
		{"/verify/%12%34%56%78/1000", "/verify/%12%34%56%78/1000"},
		{"/verify/%3a%3A%2f%2F%00", "/verify/%3a%3A%2f%2F%00"},
		{"/verify/%765432/%", "/verify/%765432/%"}, // an escape and 5432
		// keys
		{"/x?api_key=abc", "/x?api_key=[key]"},
		{"/x?api_key=unknown", "/x?api_key=[key]"},
		{"/x?api_key=un%6bnown+1&y=1", "/x?api_key=[key]&y=1"},
		{"/x?a=1&API_KEY=unknown;y=1", "/x?a=1&API_KEY=[key];y=1"},
		{"/x?api_key=one&api_key=two", "/x?api_key=[key]&api_key=[key]"},
		{"/x?api_key=", "/x?api_key=[key]"},
		{"/x?not_api_key=unknown", "/x?not_api_key=unknown"},
		{"/abc/abcdef/abcd", "/[key]/[key]/[key]d"}, // the longest first
		{"/12345678901", "/[key]"},
		{"/012345678901", "/0[key]"},
	} {
		t.Run(test.target, func(t *testing.T) {
			t.Parallel()
			if got := journal.NewRedactor(keys...).Redact(test.target, keep); got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestDigitRuns(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"":                               nil,
		"abc":                            nil,
		"/verify/1234567/1000":           {"1234567", "1000"},
		"a1b22c333":                      {"1", "22", "333"},
		"%201000":                        {"1000"},
		"%31000":                         {"1000"},
		"10%300":                         {"1000"},
		"%2f1000%2F":                     {"1000"},
		"%ff":                            nil,
		"%":                              nil,
		"%3":                             {"3"},
		"123456789012345678901234567890": {"123456789012345678901234567890"},
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(want, slices.Collect(journal.DigitRuns(text))); diff != "" {
				t.Errorf("runs (-want +got):\n%s", diff)
			}
		})
	}
}

// Whatever stands around them, a key that the mock knows and a token do not
// come through, nor can they be made out of what does by taking escapes back.
func FuzzRedact(f *testing.F) {
	f.Add("/protected/json/verify/", "/1000?force=true", "a", uint32(1234567))
	f.Add("/protected/json/verify/%20", "1000?api_key=", "b", uint32(601338))
	f.Add("/a1b%3f", "%", "c", uint32(0))
	f.Add("/x?api_key=", "&%zz;api_key=1000", "d", uint32(9999999))
	f.Add("%", "2", "e", uint32(2012345))
	cutShort := regexp.MustCompile(`%[0-9A-Fa-f]?$`)
	f.Fuzz(func(t *testing.T, before, after, seed string, n uint32) {
		token := fmt.Sprintf("%07d", n%10_000_000)
		key := fmt.Sprintf("%x", md5.Sum([]byte(seed))) // 32 characters, as Authy's
		if strings.Contains(before, token) || strings.Contains(after, token) || cutShort.MatchString(before) {
			t.Skip() // an escape can swallow the token's first digits, so that it is none any more
		}
		keep := func(digits string) bool { return digits == "1000" }
		redactor := journal.NewRedactor(key, "another")
		for _, target := range []string{
			before + token + after,
			before + "%20" + token + after,
			before + "2024" + token + after,
			before + token + "1000" + after,
			before + escape(token) + after,
			before + escape(token[:3]) + token[3:] + after,
			before + key + token + after,
			before + token + "/" + key + after,
			before + key + key + "?" + token + after,
		} {
			got := redactor.Redact(target, keep)
			for _, text := range []string{got, unescape(got)} {
				if strings.Contains(text, token) {
					t.Errorf("the token comes through: %q becomes %q", target, got)
				}
				if strings.Contains(text, key) && !strings.Contains(unescape(before+after), key) {
					t.Errorf("the key comes through: %q becomes %q", target, got)
				}
			}
			if again := redactor.Redact(got, keep); again != got {
				t.Errorf("redacted twice: %q becomes %q", got, again)
			}
		}
	})
}

func escape(digits string) string {
	var b strings.Builder
	for _, d := range digits {
		fmt.Fprintf(&b, "%%%x", d)
	}
	return b.String()
}

// unescape takes all escapes of a URL back, wherever in the text they are.
func unescape(text string) string {
	return regexp.MustCompile(`%[0-9A-Fa-f]{2}`).ReplaceAllStringFunc(text, func(escape string) string {
		plain, err := url.PathUnescape(escape)
		if err != nil {
			return escape
		}
		return plain
	})
}
