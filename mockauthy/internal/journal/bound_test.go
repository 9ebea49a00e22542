package journal

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCut(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		most int
		want string
	}{
		{"", 8, ""},
		{"12345678", 8, "12345678"},
		{"123456789", 8, "12345…"},
		{"1234ü6789", 8, "1234…"}, // no half of a letter
		{"\xff\xfe", 8, "\uFFFD"},
		{strings.Repeat("\xffx", 9), 8, "\uFFFDx…"},
	} {
		if got := cut(test.text, test.most); got != test.want || len(got) > test.most {
			t.Errorf("%q in %d bytes: got %q, want %q", test.text, test.most, got, test.want)
		}
	}
}

func FuzzCut(f *testing.F) {
	f.Add("1234ü6789", uint8(5))
	f.Fuzz(func(t *testing.T, text string, room uint8) {
		most := int(room) + 3
		got := cut(text, most)
		if len(got) > most || !utf8.ValidString(got) || (utf8.ValidString(text) && len(text) <= most && got != text) {
			t.Errorf("%q in %d bytes: %q", text, most, got)
		}
	})
}
