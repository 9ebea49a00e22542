package steps

import (
	"context"
	"fmt"

	"github.com/cucumber/godog"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
)

// Difference is something that the releases of SFTPGo do not all do. A scenario
// about it has its tag, and is left out where it does not hold.
type Difference struct {
	// Tag of the scenarios.
	Tag string
	// From and Before are the releases it holds for: the first one, and the
	// first one for which it holds no more. The zero value is no limit.
	From, Before sftpgo.Release
	// What SFTPGo does, as docs/sftpgo.md says it.
	What string
}

// Differences are all that are known, from 2.4.6 to 2.7.5.
func Differences() []Difference {
	var (
		keyboard = sftpgo.Release{Major: 2, Minor: 5, Patch: 0}
		webDAV   = sftpgo.Release{Major: 2, Minor: 5, Patch: 1}
		empty    = sftpgo.Release{Major: 2, Minor: 5, Patch: 5}
		disabled = sftpgo.Release{Major: 2, Minor: 5, Patch: 6}
		restUser = sftpgo.Release{Major: 2, Minor: 7, Patch: 0}
	)
	return []Difference{
		{
			Tag: "@keyboard-interactive-is-on", From: keyboard,
			What: "SFTPGo asks for the password by keyboard-interactive, if not told otherwise",
		},
		{
			Tag: "@keyboard-interactive-is-off", Before: keyboard,
			What: "SFTPGo offers no keyboard-interactive, if not told otherwise",
		},
		{
			Tag: "@external-auth-disabled-takes-keyint", From: disabled,
			What: "`external_auth_disabled` of a user takes away the keyboard-interactive hook too",
		},
		{
			Tag: "@external-auth-disabled-leaves-keyint", Before: disabled,
			What: "`external_auth_disabled` of a user leaves the keyboard-interactive hook",
		},
		{
			Tag: "@empty-answer-lets-in", From: empty,
			What: "an external authentication hook that says nothing lets in a known user with any password",
		},
		{
			Tag: "@empty-answer-checks-password", Before: empty,
			What: "an external authentication hook that says nothing lets in a known user with the right password",
		},
		{
			Tag: "@strength-of-a-user", From: keyboard,
			What: "SFTPGo knows a required strength of passwords of a user (`password_strength`)",
		},
		{
			Tag: "@webdav-asks-external-auth-again", From: webDAV,
			What: "external authentication is asked about each request of WebDAV",
		},
		{
			Tag: "@webdav-remembers-external-auth", Before: webDAV,
			What: "WebDAV remembers the token, and does not ask external authentication again",
		},
		{
			Tag: "@rest-user-login-can-be-closed", From: restUser,
			What: "the login of users at the REST API can be switched off by itself (`disabled_login_methods`)",
		},
		{
			Tag: "@rest-user-login-stays-open", Before: restUser,
			What: "the login of users at the REST API goes on as long as the REST API does, so that beside `keyint` the password lets in",
		},
	}
}

// holds tells whether SFTPGo does so in this release.
func (d Difference) holds(release sftpgo.Release) bool {
	var none sftpgo.Release
	return !release.Before(d.From) && (d.Before == none || release.Before(d.Before))
}

// leftOut is why the scenario does not hold for the release; "" is that it does.
func leftOut(scenario *godog.Scenario, release sftpgo.Release) string {
	for _, tag := range scenario.Tags {
		for _, d := range Differences() {
			if d.Tag == tag.Name && !d.holds(release) {
				return fmt.Sprintf("not so in SFTPGo %s: %s", release, d.What)
			}
		}
	}
	return ""
}

// skipLeftOut comes before the first step of a scenario.
func skipLeftOut(ctx context.Context) error {
	w := of(ctx)
	if w.leftOut == "" {
		return nil
	}
	godog.Logf(ctx, "left out, because it is %s", w.leftOut)
	return godog.ErrSkip
}
