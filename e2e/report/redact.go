package report

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

// Secret is what must not be in a report.
type Secret struct {
	// Name stands in the place of it, such as "password" or "API key".
	Name string
	// Value of it; "" is none.
	Value string
}

// Redactor takes secrets out of texts, in whatever form they stand there: as they
// are, with some or all of their characters escaped as in JSON, in Go (%q) or
// in a shell, percent-encoded, or several of these one upon the other. It may be
// used at several places at the same time.
type Redactor struct {
	secrets []hidden // the longest first
}

type hidden struct {
	mark    string
	length  int
	pattern *regexp.Regexp
}

// NewRedactor makes the redactor of these secrets.
func NewRedactor(secrets ...Secret) *Redactor {
	r := &Redactor{}
	for _, secret := range secrets {
		if secret.Value == "" {
			continue
		}
		pattern := regexp.MustCompile(anyForm(secret.Value))
		pattern.Longest()
		r.secrets = append(r.secrets, hidden{"«" + secret.Name + "»", len(secret.Value), pattern})
	}
	slices.SortStableFunc(r.secrets, func(a, b hidden) int { return cmp.Compare(b.length, a.length) })
	return r
}

// Case is the case without secrets.
func (r *Redactor) Case(c Case) Case {
	c.Name, c.Step, c.Message = r.Redact(c.Name), r.Redact(c.Step), r.Redact(c.Message)
	c.Events = slices.Clone(c.Events)
	for i, event := range c.Events {
		c.Events[i] = driver.Event{Time: event.Time, Who: event.Who, What: r.Redact(event.What)}
	}
	return c
}

// span is a part of a text that has to go.
type span struct {
	start, end int
	mark       string
}

// Redact is the text with each secret's name in the place of the secret. Where
// secrets overlap, the name is that of the longest, and nothing is left of any.
func (r *Redactor) Redact(text string) string {
	var spans []span
	for _, secret := range r.secrets {
		for from := 0; from < len(text); {
			at := secret.pattern.FindStringIndex(text[from:])
			if at == nil {
				break
			}
			spans = append(spans, span{from + at[0], from + at[1], secret.mark})
			from += at[0] + 1 // the next one may overlap
		}
	}
	slices.SortStableFunc(spans, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	var out strings.Builder
	done := 0
	for i := 0; i < len(spans); {
		whole := spans[i]
		longest := whole
		for i++; i < len(spans) && spans[i].start < whole.end; i++ {
			whole.end = max(whole.end, spans[i].end)
			if spans[i].end-spans[i].start > longest.end-longest.start {
				longest = spans[i]
			}
		}
		out.WriteString(text[done:whole.start] + longest.mark)
		done = whole.end
	}
	return out.String() + text[done:]
}

// anyForm is a regular expression of the forms of a secret.
func anyForm(secret string) string {
	var pattern strings.Builder
	for len(secret) > 0 {
		char, size := utf8.DecodeRuneInString(secret)
		pattern.WriteString("(?:" + strings.Join(forms(char, secret[:size]), "|") + ")")
		secret = secret[size:]
	}
	return pattern.String()
}

// backslashes begin an escape: one, or more if what is escaped was escaped again.
const backslashes = `\\{1,8}`

// short are the escapes of one letter.
const short = "\aa\bb\ff\nn\rr\tt\vv"

// forms of a character, which has these bytes; a byte that is no UTF-8 comes as
// utf8.RuneError.
func forms(char rune, bytes string) []string {
	var percent, hex, unicode strings.Builder
	for i := range len(bytes) {
		fmt.Fprintf(&percent, `%%(?:25)*(?i:%02x)`, bytes[i])
		fmt.Fprintf(&hex, `%sx(?i:%02x)`, backslashes, bytes[i])
	}
	for _, unit := range utf16.Encode([]rune{char}) {
		fmt.Fprintf(&unicode, `%su(?i:%04x)`, backslashes, unit)
	}
	all := []string{
		regexp.QuoteMeta(string(char)),
		percent.String(), hex.String(), unicode.String(),
		fmt.Sprintf(`%sU(?i:%08x)`, backslashes, char),
	}
	switch i := strings.IndexRune(short, char); {
	case i >= 0 && char < ' ':
		all = append(all, backslashes+short[i+1:i+2])
	case char == '\\':
		all = append(all, backslashes)
	case char == ' ':
		all = append(all, `\+`, `%(?:25)*2[bB]`)
	}
	if char >= ' ' && char < utf8.RuneSelf && !isAlphanumeric(char) {
		all = append(all, backslashes+regexp.QuoteMeta(string(char)))
	}
	return all
}

func isAlphanumeric(char rune) bool {
	return char >= '0' && char <= '9' || char >= 'a' && char <= 'z' || char >= 'A' && char <= 'Z'
}
