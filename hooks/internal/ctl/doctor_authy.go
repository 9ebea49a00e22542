package ctl

import (
	"context"
	"errors"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
	"github.com/sftpgo-authy/sftpgo-authy/hooks/internal/doors"
)

// How wrong a clock may be. Tokens of 7 digits change every 10 seconds, those of
// 6 digits every 30.
const (
	clockWarning = 5 * time.Second
	clockProblem = 30 * time.Second
)

// askAuthy finds out whether Authy takes the key, how long it needs and what
// time it has.
func (d *doctor) askAuthy(ctx context.Context) {
	start := time.Now()
	details, err := within(ctx, d.settings, authy(d.settings).Details)
	took := time.Since(start)
	if err != nil {
		remedy := "look at AUTHY_API_URL, AUTHY_CA_FILE, and the network between"
		if errors.Is(err, hooks.ErrKeyRefused) {
			remedy = "put the key of the Authy application into AUTHY_API_KEY_FILE"
		}
		d.add(doors.Problem, "Authy", err.Error(), "every login that needs a token is denied", remedy)
		return
	}
	d.ok("Authy", "it accepts the API key, of the application %q, and answered in %v", details.Name, took.Round(time.Millisecond))
	switch {
	case took > d.settings.Deadline/2:
		d.add(doors.Warning, "Authy", "an answer takes more than half of AUTHY_DEADLINE", "a slower one denies the login", "a longer AUTHY_DEADLINE, with SFTPGo's command.timeout above it")
	case d.settings.DenyAfter > 0 && took > d.settings.DenyAfter:
		d.add(doors.Warning, "Authy", "an answer takes longer than AUTHY_DENY_AFTER", "the time tells who has an Authy ID: only about those is Authy asked", "a longer AUTHY_DENY_AFTER")
	}
	d.clock(details.Date, start.Add(took/2))
}

// clock compares Authy's time with ours. Authy tells seconds and leaves out what
// is below.
func (d *doctor) clock(theirs, ours time.Time) {
	if theirs.IsZero() {
		d.add(doors.Warning, "clock", "Authy did not tell the time", "the clock could not be compared", "compare it by hand")
		return
	}
	const half = 500 * time.Millisecond
	off := ours.Sub(theirs.Add(half)).Abs()
	const why = "the logs of Authy, SFTPGo and the hook do not fit together, certificates may count as expired, and tokens that are checked on this machine are refused"
	switch text := "the clock differs from Authy's by " + off.Round(time.Second).String(); {
	case off > clockProblem:
		d.add(doors.Problem, "clock", text, why, "synchronize the clock of this machine (NTP)")
	case off > clockWarning:
		d.add(doors.Warning, "clock", text, why, "synchronize the clock of this machine (NTP)")
	default:
		d.ok("clock", "it agrees with Authy's within %v", clockWarning)
	}
}
