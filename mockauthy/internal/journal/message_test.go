package journal_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/journal"
)

// nobody keeps no digits.
func nobody(string) bool { return false }

func TestRedactText(t *testing.T) {
	t.Parallel()
	redactor := journal.NewRedactor("known-key", "a key/1")
	keep := func(digits string) bool { return digits == "1234567" }
	for _, test := range []struct{ text, want string }{
		{"", ""},
		{"user[email]=a@example.com&token=7654321", "user[email]=a@example.com&token=[token]"},
		{`{"authy_id":1234567,"token":"7654321"}`, `{"authy_id":1234567,"token":"[token]"}`},
		// keys, known and unknown, escaped or not
		{"x=known-key", "x=[key]"},
		{"x=kn%6Fwn%2dkey", "x=[key]"},
		{"x=a+key%2F1", "x=[key]"},
		{`{"x":"kn\u006fwn-key"}`, `{"x":"[key]"}`},
		{"<x>kn&#111;wn&#x2D;key</x>", "<x>[key]</x>"},
		{"api_key=unknown&y=1", "api_key=[hidden]&y=1"},
		{"a%70i_key=unknown;y=1", "api_key=[hidden];y=1"},
		{`{"api_key": "un\"known", "y":1}`, `{"api_key": [hidden], "y":1}`},
		{`{"api_key":"unknown`, `{"api_key":[hidden]`},
		{`{"api_key":unknown}`, `{"api_key":[hidden]}`},
		{"<api_key type=\"string\">un&lt;known</api_key>", "<api_key type=\"string\">[hidden]</api_key>"},
		// codes that are shorter than tokens
		{"verification_code=1234&y=1", "verification_code=[hidden]&y=1"},
		{`{"custom_code":1234}`, `{"custom_code":[hidden]}`},
		{"<verification_code>1234</verification_code>", "<verification_code>[hidden]</verification_code>"},
		// tokens that are escaped
		{"%37654321", "[token]"},
		{`{"t":"\u0037654321"}`, `{"t":"[token]"}`},
		{"&#55;&#0054;&#x35;4321", "[token]"},
		// what is no secret
		{"a%20b%26c", "a%20b%26c"},
		{`"\u00e9\u2028"`, `"\u00e9\u2028"`},
		{"&#233;&#xffffffff;&#zz;", "&#233;&#xffffffff;&#zz;"},
		{`{"uuid":"49fa5530-0000-0132-1234-567890123456"}`, `{"uuid":"49fa5530-0000-0132-1234-567890123456"}`},
		{`"qr_code":"http://h/qr/49fa5530-0000-0132-1234-567890123456?size=3"`, `"qr_code":"http://h/qr/[hidden]?size=3"`},
	} {
		if got := redactor.RedactText(test.text, keep); got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.text, got, test.want)
		}
	}
}

func TestMessage(t *testing.T) {
	t.Parallel()
	redactor := journal.NewRedactor("known-key")
	header := map[string][]string{
		"X-Authy-Api-Key":     {"CANARY"},
		"Authorization":       {"CANARY"},
		"Proxy-Authorization": {"CANARY"},
		"Cookie":              {"CANARY", "CANARY"},
		"Set-Cookie":          {"CANARY"},
		"User-Agent":          {"agent known-key\nX: 7654321"},
	}
	got := redactor.Message(header, []byte("token=7654321\xff"), nobody)()
	want := journal.Message{
		Header: []journal.Field{
			{Name: "Authorization", Value: "[hidden]"},
			{Name: "Cookie", Value: "[hidden]"},
			{Name: "Cookie", Value: "[hidden]"},
			{Name: "Proxy-Authorization", Value: "[hidden]"},
			{Name: "Set-Cookie", Value: "[hidden]"},
			{Name: "User-Agent", Value: "agent [key] X: [token]"},
			{Name: "X-Authy-Api-Key", Value: "[hidden]"},
		},
		Body: "token=[token]\uFFFD",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// However long a message is, what is kept of it is not, and no secret shows where
// it was cut.
func TestMessageIsBounded(t *testing.T) {
	t.Parallel()
	const token, most = "7654321", 4 << 10
	redactor := journal.NewRedactor()
	for before := most - 2*len(token); before < journal.Room+1; before++ {
		m := redactor.Message(map[string][]string{"A": {strings.Repeat("a", 64<<10)}}, []byte(strings.Repeat("x", before)+token+strings.Repeat("y", 300)), nobody)()
		if strings.Contains(m.Body, token[:3]) || len(m.Body) > most || !strings.HasSuffix(m.Body, "…") {
			t.Fatalf("%d before the token: %d bytes, ending in %q", before, len(m.Body), m.Body[max(0, len(m.Body)-40):])
		}
		if diff := cmp.Diff([]journal.Field{{Name: "A", Value: "…"}}, m.Header); diff != "" {
			t.Fatalf("header (-want +got):\n%s", diff)
		}
	}
	fits := strings.Repeat("x", most)
	if m := redactor.Message(nil, []byte(fits), nobody)(); m.Body != fits {
		t.Errorf("a body that fits is cut: %d bytes", len(m.Body))
	}
}

func FuzzRedactText(f *testing.F) {
	f.Add("api_key=", "&y")
	f.Add(`{"t":"\u00`, `"}`)
	f.Add("<a>&#", ";")
	redactor := journal.NewRedactor("known-key")
	f.Fuzz(func(t *testing.T, before, after string) {
		if got := redactor.RedactText(before+"known-key"+after, nobody); strings.Contains(got, "known-key") {
			t.Errorf("%q", got)
		}
	})
}
