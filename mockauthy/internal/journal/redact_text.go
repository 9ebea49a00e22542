package journal

import (
	"regexp"
	"strconv"
	"strings"
)

// escape is one of a form or a URL, of JSON, or of XML.
var escape = regexp.MustCompile(`%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|&#[xX]?[0-9A-Fa-f]{1,8};`)

// namedSecret is a member of JSON, a parameter of a form or an element of XML that
// is secret by its name. A code can be shorter than a token.
var namedSecret = regexp.MustCompile(`(?is)("(?:api_key|verification_code|custom_code)"\s*:\s*)(?:"(?:\\.|[^"\\])*"?|[^",}\]\s]+)` +
	`|(\b(?:api_key|verification_code|custom_code)=)[^&;\s]*` +
	`|(<(?:api_key|verification_code|custom_code)\b[^>]*>)[^<]*`)

var (
	uuid = regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`)
	// qrLink names a picture of a secret, which is shown to whoever knows the name.
	qrLink = regexp.MustCompile(`/qr/[0-9A-Za-z-]+`)
)

// RedactText is as [Redactor.Redact], for a header or a body in whatever format. In
// what it returns, letters and digits are not escaped, as they could be to hide
// them.
func (r *Redactor) RedactText(text string, keep func(digits string) bool) string {
	text = escape.ReplaceAllStringFunc(text, plain)
	text = namedSecret.ReplaceAllString(text, "${1}${2}${3}[hidden]")
	text = qrLink.ReplaceAllString(text, "/qr/[hidden]")
	var b strings.Builder
	done := 0
	for _, at := range uuid.FindAllStringIndex(text, -1) { // whose digits are no token
		b.WriteString(r.Redact(text[done:at[0]], keep) + text[at[0]:at[1]])
		done = at[1]
	}
	b.WriteString(r.Redact(text[done:], keep))
	return b.String()
}

// plain is what an escape stands for, if it needs none.
func plain(escaped string) string {
	digits, base := escaped[1:], 16
	switch escaped[0] {
	case '\\':
		digits = escaped[2:]
	case '&':
		digits = strings.TrimLeft(escaped[2:len(escaped)-1], "xX")
		if digits == escaped[2:len(escaped)-1] {
			base = 10
		}
	}
	c, err := strconv.ParseUint(digits, base, 32)
	if err != nil || c > '~' || !strings.ContainsRune("-._~", rune(c)) && !isDigit(byte(c)) && (byte(c)|0x20 < 'a' || byte(c)|0x20 > 'z') {
		return escaped
	}
	return string(rune(c))
}
