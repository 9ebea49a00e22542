package ctl

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks/internal/doors"
)

// certificateWarning is how long before its end a certificate should have been
// renewed; certbot does so 30 days before.
const certificateWarning = 14 * 24 * time.Hour

// service looks at hookd: who may ask, and its certificate. What it could not
// start with is a problem of the settings already.
func (d *doctor) service() {
	c := d.daemon
	d.ok(hookd, "it listens on %s, %s, with %d shared secrets, client certificates %s", c.Address,
		either(c.TLS != nil, "by TLS", "without TLS"), len(c.Secrets), either(c.ClientCertificates, "asked for", "not asked for"))
	if !c.KnowsWhoAsks() {
		d.add(doors.Warning, hookd, "every program on this machine may ask", "it may try tokens, use them up, and have a user locked out", "HOOKD_SECRET_FILE, with SFTPGO_HTTP__HEADERS__0__* as hooks/README.md has them")
	}
	if c.TLS != nil {
		d.certificate(time.Now())
	}
	for _, hook := range d.site.Settings.Hooks() {
		if target, ok := d.site.Settings.URL(hook); ok {
			d.asked(hook, target)
		}
	}
}

// certificate looks at its time.
func (d *doctor) certificate(now time.Time) {
	leaf := d.daemon.TLS.Certificates[0].Leaf
	const why, remedy = "SFTPGo refuses it, and nobody gets in", "renew it; hookd takes new files while it runs"
	switch end := leaf.NotAfter.UTC().Format(time.RFC3339); {
	case now.After(leaf.NotAfter):
		d.add(doors.Problem, hookd, "its certificate ended at "+end, why, remedy)
	case now.Before(leaf.NotBefore):
		d.add(doors.Problem, hookd, "its certificate begins at "+leaf.NotBefore.UTC().Format(time.RFC3339)+" only", why, "look at the clock, or get another certificate")
	case now.Add(certificateWarning).After(leaf.NotAfter):
		d.add(doors.Warning, hookd, "its certificate ends at "+end, "after that "+why, remedy)
	default:
		d.ok(hookd, "its certificate is good until %s", end)
	}
}

// asked compares how SFTPGo asks with how hookd listens.
func (d *doctor) asked(hook, target string) {
	parsed, err := url.Parse(target)
	if err != nil {
		return // told by the look at SFTPGo's settings
	}
	byTLS := strings.EqualFold(parsed.Scheme, "https")
	switch {
	case byTLS != (d.daemon.TLS != nil):
		d.add(doors.Problem, hook, "SFTPGo asks by "+parsed.Scheme+", and hookd "+either(byTLS, "speaks no TLS", "speaks TLS"), "SFTPGo gets no answer, and nobody gets in",
			"the same on both sides: the URL of the hook, and HOOKD_TLS_CERT_FILE with HOOKD_TLS_KEY_FILE")
	case byTLS && d.daemon.TLS.Certificates[0].Leaf.VerifyHostname(parsed.Hostname()) != nil:
		d.add(doors.Problem, hook, fmt.Sprintf("the certificate of hookd is not one for %q", parsed.Hostname()), "SFTPGo refuses it, and nobody gets in",
			"a certificate with that name, or its name in the URL of the hook")
	}
}
