package rules

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"

	"github.com/cucumber/godog"
)

// addSecretSteps adds what is written for people to read.
func addSecretSteps(sc *godog.ScenarioContext) {
	sc.Then(`^neither API key, password nor token is in what was written$`, noSecretWritten)
	sc.Then(`^no line that was written begins with "([^"]*)"$`, noForgedLine)
	sc.Then(`^no terminal escape is in what was written$`, noEscape)
}

// leastSecret is how long a secret must be to be searched for: a shorter one is
// found in anything.
const leastSecret = 5

func noSecretWritten(ctx context.Context) error {
	w := of(ctx)
	written, err := w.site.Written(ctx)
	if err != nil {
		return err
	}
	secrets := map[string]string{w.site.APIKey(): "the API key"}
	for secret, word := range w.secrets {
		secrets[secret] = "the " + word
	}
	for secret, word := range secrets {
		if len(secret) >= leastSecret && contains(written, secret) {
			return failf("%s is in what was written to standard error, or to a log", word)
		}
	}
	return nil
}

// spellings are the ways in which a secret may be written.
func spellings(secret string) []string {
	quoted, _ := json.Marshal(secret) // a string can always be written
	return []string{
		secret,
		strings.Trim(string(quoted), `"`),
		strings.Trim(strconv.Quote(secret), `"`),
		url.QueryEscape(secret),
		url.PathEscape(secret),
	}
}

func noForgedLine(ctx context.Context, beginning string) error {
	written, err := of(ctx).site.Written(ctx)
	if err != nil {
		return err
	}
	for line := range strings.Lines(written) {
		if strings.HasPrefix(line, beginning) {
			return failf("the client has written a line of the log itself: %q", line)
		}
	}
	return nil
}

func noEscape(ctx context.Context) error {
	written, err := of(ctx).site.Written(ctx)
	if err != nil {
		return err
	}
	if strings.ContainsAny(written, "\x1b\x9b") {
		return failf("a terminal escape is in what was written to standard error, or to a log")
	}
	return nil
}
