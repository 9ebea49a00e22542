package journal

import (
	"cmp"
	"iter"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// apiKeyParameter is an API key in a query, whichever it is: one that the
// mock does not know may be a real one.
var apiKeyParameter = regexp.MustCompile(`(?i)([?&;]api_key=)[^&;]*`)

// Redactor takes the secrets out of request targets.
type Redactor struct {
	keys *strings.Replacer
}

// NewRedactor makes a redactor that knows these API keys.
func NewRedactor(apiKeys ...string) *Redactor {
	// The longest key goes first: one may begin with another.
	byLength := slices.SortedFunc(slices.Values(apiKeys), func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	var pairs []string
	for _, key := range byLength {
		if key == "" {
			continue
		}
		pairs = append(pairs, key, "[key]")
		if escaped := url.QueryEscape(key); escaped != key { // as in a form
			pairs = append(pairs, escaped, "[key]")
		}
	}
	return &Redactor{keys: strings.NewReplacer(pairs...)}
}

// Redact takes the secrets out of a request target: the API keys, and every
// run of 6 and more digits that keep does not know, for that is what a token
// looks like, wherever in the path a client under test may have put it. A run
// may be longer than a token: a password that ends in a digit may precede it.
func (r *Redactor) Redact(target string, keep func(digits string) bool) string {
	if strings.Contains(strings.ToLower(target), "api_key=") {
		target = apiKeyParameter.ReplaceAllString(target, "${1}[key]")
	}
	target = r.keys.Replace(target)
	var b strings.Builder
	done := 0
	for run := range digitRuns(target) {
		if digits := run.digits(target); len(digits) >= 6 && !keep(digits) {
			b.WriteString(target[done:run.start])
			b.WriteString("[token]")
			done = run.end
		}
	}
	if done == 0 {
		return target
	}
	b.WriteString(target[done:])
	return b.String()
}

// DigitRuns are the runs of digits in a text: the candidates for Authy IDs.
func DigitRuns(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for run := range digitRuns(text) {
			if !yield(run.digits(text)) {
				return
			}
		}
	}
}

// digitRun is where in a text digits are, percent-encoded ones among them if it
// says so.
type digitRun struct {
	start, end int
	escaped    bool
}

// digits are those of the run, without escapes.
func (r digitRun) digits(text string) string {
	run := text[r.start:r.end]
	if r.escaped {
		return strings.ReplaceAll(run, "%3", "")
	}
	return run
}

// digitRuns finds digits, percent-encoded ones too. Every other escape is passed
// over whole: in %201234567 the token is 1234567, not 201234567.
func digitRuns(text string) iter.Seq[digitRun] {
	return func(yield func(digitRun) bool) {
		var run digitRun // empty between two of them
		for i := 0; i < len(text); {
			length, digit := 1, isDigit(text[i])
			if text[i] == '%' && i+2 < len(text) {
				switch {
				case text[i+1] == '3' && isDigit(text[i+2]):
					length, digit = 3, true
				case isHex(text[i+1]) && isHex(text[i+2]):
					length = 3
				}
			}
			if digit {
				if run.end == 0 {
					run.start = i
				}
				run.end = i + length
				run.escaped = run.escaped || length > 1
			} else if run.end > 0 {
				if !yield(run) {
					return
				}
				run = digitRun{}
			}
			i += length
		}
		if run.end > 0 {
			yield(run)
		}
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isHex(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }
