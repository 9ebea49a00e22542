package page

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/journal"
)

// curl is the command that does a request of the journal once more. What was taken
// out of it is there in capital letters, but for the API key, which whoever sees
// the page may know.
func curl(url, apiKey string, e journal.Entry) string {
	fill := strings.NewReplacer("[key]", apiKey, "[token]", "TOKEN", "[hidden]", "HIDDEN")
	target, args := fill.Replace(e.Target), []string{"curl"}
	switch e.Method {
	case http.MethodGet:
	case http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		args = append(args, "-X", e.Method)
	default:
		args = append(args, "-X", quote(e.Method))
	}
	if strings.ContainsAny(target, "[]{}") {
		args = append(args, "--globoff")
	}
	if strings.Contains(target, "/.") {
		args = append(args, "--path-as-is")
	}
	var body string
	if e.Request != nil {
		m := e.Request()
		for _, f := range m.Header {
			switch f.Name {
			case "X-Authy-Api-Key":
				if e.Stray {
					apiKey = "HIDDEN"
				}
				args = append(args, "-H", quote("X-Authy-API-Key: "+apiKey))
			case "Content-Type":
				args = append(args, "-H", quote("Content-Type: "+fill.Replace(f.Value)))
			}
		}
		body = fill.Replace(m.Body)
	}
	if body != "" {
		args = append(args, "--data-raw", quote(body))
	}
	return strings.Join(append(args, quote(url+target)), " ")
}

// quote writes a text for a shell. It may be anything that a client has sent: it
// must stay one word, and do nothing to the terminal that it is pasted into.
func quote(text string) string {
	control := func(r rune) bool {
		return r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == '\u2028' || r == '\u2029'
	}
	if strings.IndexFunc(text, control) < 0 {
		return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
	}
	// Bash, zsh and ksh know this one, with escapes.
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\\' || r == '\'':
			b.WriteString(`\` + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case control(r):
			for _, c := range []byte(string(r)) {
				fmt.Fprintf(&b, `\x%02x`, c)
			}
		default:
			b.WriteRune(r)
		}
	}
	return "$'" + b.String() + "'"
}
