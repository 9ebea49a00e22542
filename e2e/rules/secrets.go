package rules

import (
	"context"
	"strings"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/report"
)

// addSecretSteps adds what is written for people to read.
func addSecretSteps(s *Sentences) {
	s.then(`^neither API key, password nor token is in what was written$`, noSecretWritten)
	s.then(`^no line that was written begins with "([^"]*)"$`, noForgedLine)
	s.then(`^no terminal escape is in what was written$`, noEscape)
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
	for _, secret := range append(w.secrets, report.Secret{Name: "API key", Value: w.site.APIKey()}) {
		if len(secret.Value) >= leastSecret && report.NewRedactor(secret).Redact(written) != written {
			return failf("the %s is in what was written to standard error, or to a log", secret.Name)
		}
	}
	return nil
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
	if strings.ContainsAny(written, "\x1b\u009b") {
		return failf("a terminal escape is in what was written to standard error, or to a log")
	}
	return nil
}
