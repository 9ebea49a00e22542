package report_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/report"
)

func TestRedact(t *testing.T) {
	t.Parallel()
	const password = "p\"ä \\\t/\x00<😀+%'"
	redactor := report.NewRedactor(
		report.Secret{Name: "token", Value: "1234567"},
		report.Secret{Name: "nothing", Value: ""},
		report.Secret{Name: "password", Value: password},
		report.Secret{Name: "API key", Value: "key1234567"},
		report.Secret{Name: "other password", Value: "567-8"},
		report.Secret{Name: "bytes", Value: "\xff\xfe"},
		report.Secret{Name: "abba", Value: "abba"},
	)
	for _, tt := range []struct{ text, want string }{
		{"nothing to hide", "nothing to hide"},
		{"123456", "123456"},
		{"token 1234567, again 1234567", "token «token», again «token»"},
		{"key1234567", "«API key»"},
		{"1234567-8", "«token»"},
		{"a1234567-8-", "a«token»-"},
		{"12345671234567", "«token»«token»"},
		{password + "1234567", "«password»«token»"},
		{`{"password":"p\"ä \\\t/\u0000<😀+%'"}`, `{"password":"«password»"}`},
		{`{"password":"p\u0022\u00E4\u0020\u005c\u0009\/\u0000\u003c\ud83d\uDE00\u002b\u0025\u0027"}`, `{"password":"«password»"}`},
		{strconv.Quote(password), `"«password»"`},
		{strconv.QuoteToASCII(password), `"«password»"`},
		{strconv.Quote(strconv.Quote(password)), `"\"«password»\""`},
		{"/?p=" + url.QueryEscape(password) + "&x", "/?p=«password»&x"},
		{"/" + url.PathEscape(password) + "/", "/«password»/"},
		{"/" + url.PathEscape(url.PathEscape(password)), "/«password»"},
		{"/" + url.PathEscape(url.QueryEscape(password)), "/«password»"},
		{strings.ToLower(url.QueryEscape(password)), "«password»"},
		{"%31%32%33%34%35%36%37", "«token»"},
		{"abbabba", "«abba»"},
		{"\xff\xfe", "«bytes»"},
		{`"\xff\xfe"`, `"«bytes»"`},
		{`"\ufffd\ufffd"`, `"«bytes»"`},
		{"%FF%FE", "«bytes»"},
	} {
		if got := redactor.Redact(tt.text); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestRedactCase(t *testing.T) {
	t.Parallel()
	when := time.Unix(1, 0)
	given := report.Case{
		Name: "name s3cret", Status: report.Failed, Step: "step s3cret", Message: "message s3cret", Took: 3,
		Events: []driver.Event{{Time: when, Who: driver.ByHook, What: "says s3cret"}},
	}
	got := report.NewRedactor(report.Secret{Name: "password", Value: "s3cret"}).Case(given)
	want := report.Case{
		Name: "name «password»", Status: report.Failed, Step: "step «password»", Message: "message «password»", Took: 3,
		Events: []driver.Event{{Time: when, Who: driver.ByHook, What: "says «password»"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if given.Events[0].What != "says s3cret" {
		t.Error("the events that were given have changed")
	}
}

// encodings are those that a secret has to be found in.
func encodings(t *testing.T) map[string]func(string) string {
	t.Helper()
	inJSON := func(escapeHTML bool) func(string) string {
		return func(s string) string {
			var out strings.Builder
			encoder := json.NewEncoder(&out)
			encoder.SetEscapeHTML(escapeHTML)
			if err := encoder.Encode(s); err != nil {
				t.Error(err)
			}
			return unquote(strings.TrimSpace(out.String()))
		}
	}
	quote := func(s string) string { return unquote(strconv.Quote(s)) }
	return map[string]func(string) string{
		"itself":     func(s string) string { return s },
		"JSON":       inJSON(true),
		"plain JSON": inJSON(false),
		"%q":         quote,
		"%+q":        func(s string) string { return unquote(strconv.QuoteToASCII(s)) },
		"query":      url.QueryEscape,
		"path":       url.PathEscape,
		"%q of JSON": func(s string) string { return quote(inJSON(true)(s)) },
		"JSON of %q": func(s string) string { return inJSON(true)(quote(s)) },
		"path twice": func(s string) string { return url.PathEscape(url.PathEscape(s)) },
	}
}

// sharesBytes tells whether a secret cannot be told from the marks around names.
func sharesBytes(secret, marks string) bool {
	return slices.ContainsFunc([]byte(marks), func(b byte) bool { return strings.IndexByte(secret, b) >= 0 })
}

func unquote(s string) string { return s[1 : len(s)-1] }

// Whatever stands around them, and whatever form they have, nothing is left of
// two secrets.
func FuzzRedact(f *testing.F) {
	f.Add("s3cret", "1234567", "before", "after")
	f.Add("a\"\\\x00\x7f ä😀\u2028", "+ %/\xff", `\"`, "%25")
	f.Add("12345", "34567", "12", "67")
	f.Add(`\`, `\\u005c`, `\`, `\`)
	f.Add("\n", "n", `\`, "n")
	f.Fuzz(func(t *testing.T, one, other, before, after string) {
		for _, secret := range []string{one, other} {
			if secret == "" || len(secret) > 200 || sharesBytes(secret, "«»") {
				return
			}
		}
		redactor := report.NewRedactor(report.Secret{Name: "A", Value: one}, report.Secret{Name: "B", Value: other})
		for name, encode := range encodings(t) {
			for _, text := range []string{before + encode(one) + after, before + encode(one) + encode(other) + after} {
				got := strings.NewReplacer("«A»", "«»", "«B»", "«»").Replace(redactor.Redact(text))
				for _, secret := range []string{one, other} {
					if strings.Contains(got, secret) || strings.Contains(got, encode(secret)) {
						t.Errorf("%s: %q leaves %q of %q", name, text, got, secret)
					}
				}
			}
		}
	})
}
