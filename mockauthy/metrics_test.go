package mockauthy_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// Prometheus is told of answers, of requests without one, of unknown paths, and
// of faults. What a client makes up is no label.
func TestMetrics(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.expect(t, asked{target: "/protected/json/app/details", key: docsKey}, appDetails)
	r.expectVerify(t, r.wrongToken(t), alice, tokenInvalid)
	r.expect(t, asked{target: "/protected/json/made/up", key: docsKey}, unknownRoute)
	r.fault(t, control.Fault{Name: "hang-up", Times: 1})
	r.expectHangUp(t, asked{target: "/protected/json/app/details", key: docsKey})
	got := r.ask(t, asked{target: "/metrics"})
	if got.status != 200 || got.contentType != "text/plain; version=0.0.4; charset=utf-8" {
		t.Errorf("got %s", got)
	}
	for _, want := range []string{
		`mockauthy_requests_total\{endpoint="",status="401"\} 1`,
		`mockauthy_requests_total\{endpoint="app/details",status="0"\} 1`,
		`mockauthy_requests_total\{endpoint="app/details",status="200"\} 1`,
		`mockauthy_requests_total\{endpoint="verify",status="401"\} 1`,
		`mockauthy_request_duration_seconds_count\{endpoint="app/details"\} 2`,
		`mockauthy_faults_total\{fault="hang-up"\} 1`,
		`mockauthy_users 3`,
		`go_goroutines [1-9]\d*`,
	} {
		if !regexp.MustCompile(`(?m)^` + want + `$`).MatchString(got.body) {
			t.Errorf("missing %s in\n%s", want, got.body)
		}
	}
	if strings.Contains(got.body, "made") {
		t.Errorf("a client's path is a label:\n%s", got.body)
	}
}
