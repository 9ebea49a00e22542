package page

import (
	"os/exec"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/journal"
)

// shell is one that people paste commands into.
func shell(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("left out, because there is no bash")
	}
	return path
}

// words are what a shell makes of the arguments of a command.
func words(t testing.TB, bash, command string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), bash, "-c", `printf '%s\0' `+command).Output()
	if err != nil {
		t.Fatalf("%s: %v", command, err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

// A text stays one word, and nothing in it reaches the terminal as it is.
func TestQuote(t *testing.T) {
	t.Parallel()
	bash := shell(t)
	for _, text := range []string{
		"", "plain", "it's", `"$(touch x)"`, "`x`", "$HOME", `back\slash`, "!history", "a\nb", "a\r\x1b[201~rm -rf ~\n", "tab\tdel\x7f", "\u0085\u009b31m", "\u2028", `\'`, "é\u202e",
		"$'\\x41'", "'\n'", "a;b|c&d>e<f", "~", "*", "-e",
	} {
		quoted := quote(text)
		if got := words(t, bash, quoted); len(got) != 1 || got[0] != text {
			t.Errorf("%q is quoted as %s, which is %q", text, quoted, got)
		}
		for _, r := range quoted {
			if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
				t.Errorf("%q is quoted with a control character: %q", text, quoted)
			}
		}
	}
}

func FuzzQuote(f *testing.F) {
	f.Add("it's\n")
	f.Add("$(x)\x1b")
	bash := shell(f)
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsRune(text, 0) || !utf8.ValidString(text) {
			return // no argument has it, and the journal is UTF-8
		}
		if got := words(t, bash, quote(text)); len(got) != 1 || got[0] != text {
			t.Errorf("%q is quoted as %s, which is %q", text, quote(text), got)
		}
	})
}

func TestCurl(t *testing.T) {
	t.Parallel()
	bash := shell(t)
	for _, test := range []struct {
		entry journal.Entry
		want  []string
	}{
		{
			journal.Entry{Method: "GET", Target: "/protected/json/verify/../[token]/1?api_key=[key]&x={a}"},
			[]string{"curl", "--globoff", "--path-as-is", "http://h/protected/json/verify/../TOKEN/1?api_key=KEY&x={a}"},
		},
		{
			journal.Entry{Method: "P'T", Target: "/x", Stray: true, Request: func() journal.Message {
				return journal.Message{Header: []journal.Field{{Name: "Content-Type", Value: "a'b"}, {Name: "User-Agent", Value: "x"}, {Name: "X-Authy-Api-Key", Value: "[hidden]"}}, Body: "@file\n'[token]'"}
			}},
			[]string{"curl", "-X", "P'T", "-H", "Content-Type: a'b", "-H", "X-Authy-API-Key: HIDDEN", "--data-raw", "@file\n'TOKEN'", "http://h/x"},
		},
	} {
		command := curl("http://h", "KEY", test.entry)
		if got := words(t, bash, command); strings.Join(got, "|") != strings.Join(test.want, "|") {
			t.Errorf("%s\n got %q\nwant %q", command, got, test.want)
		}
	}
}
