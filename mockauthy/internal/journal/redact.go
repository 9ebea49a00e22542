package journal

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

var (
	// apiKeyParameter is an API key in a query, whichever it is: one that the
	// mock does not know may be a real one.
	apiKeyParameter = regexp.MustCompile(`(?i)([?&;]api_key=)[^&;]*`)
	// digitRuns finds digits, percent-encoded ones too. Every other escape is
	// matched whole: in %201234567 the token is 1234567, not 201234567.
	digitRuns    = regexp.MustCompile(`(?:[0-9]|%3[0-9])+|%[0-9A-Fa-f]{2}`)
	escapedDigit = regexp.MustCompile(`%3([0-9])`)
)

// Redact takes the secrets out of a request target: the API keys, and every
// run of 6 and more digits that keep does not know, for that is what a token
// looks like, wherever in the path a client under test may have put it. A run
// may be longer than a token: a password that ends in a digit may precede it.
func Redact(target string, apiKeys []string, keep func(digits string) bool) string {
	target = apiKeyParameter.ReplaceAllString(target, "${1}[key]")
	target = keyReplacer(apiKeys).Replace(target)
	return digitRuns.ReplaceAllStringFunc(target, func(run string) string {
		digits := plainDigits(run)
		if len(digits) < 6 || keep(digits) {
			return run
		}
		return "[token]"
	})
}

// keyReplacer blots the longest key out first: one may begin with another.
func keyReplacer(apiKeys []string) *strings.Replacer {
	byLength := slices.SortedFunc(slices.Values(apiKeys), func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	var pairs []string
	for _, key := range byLength {
		if key != "" {
			pairs = append(pairs, key, "[key]")
		}
	}
	return strings.NewReplacer(pairs...)
}

// DigitRuns are the runs of digits in a text: the candidates for Authy IDs.
func DigitRuns(text string) []string {
	var runs []string
	for _, run := range digitRuns.FindAllString(text, -1) {
		if digits := plainDigits(run); !strings.HasPrefix(digits, "%") {
			runs = append(runs, digits)
		}
	}
	return runs
}

func plainDigits(run string) string {
	return escapedDigit.ReplaceAllString(run, "$1")
}
