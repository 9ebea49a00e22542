package main

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/preflight"
)

// The whole of it, with little to do and two of the sides: each figure is there.
func TestBenchLogin(t *testing.T) {
	preflight.Require(t.Context(), t)
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{
		"-rounds=2", "-logins=4", "-clients=2", "-runs=2", "-outage=1s", "-outage-clients=4", "-deadline=1s",
		"-look-every=100ms", "-only=^checkpwd, (program|loopback)$",
	}, &stdout, &stderr)
	if code != 0 {
		t.Fatalf("exit code %d: %s\n%s", code, stderr.String(), stdout.String())
	}
	const holds = ` +0 → 0 +\d+ → \d+ +\d+ → \d+ +\S+ → \S+ +\d+ → \d+`
	var missing []string
	for _, side := range []string{"checkpwd, program", "checkpwd, loopback"} {
		missing = append(missing, absent(stdout.String(),
			`1, first login +`+side+` +4 +\S+s +\S+s +\d+\.\d\d +\d+\.\d\d`,
			`2 +`+side+` +8 +\S+s +\S+s +\d+\.\d\d +\d+\.\d\d`,
			side+` +1 +\d+ +0 +\S+s`,
			`SFTPGo: `+side+holds,
		)...)
	}
	missing = append(missing, absent(stdout.String(), `hookd: checkpwd, loopback`+holds)...)
	for _, program := range []string{"checkpwd", "extauth", "keyint"} {
		missing = append(missing, absent(stdout.String(), program+` +\S+s +\S+s +\d+\.\d\d +\d+\.\d\d`)...)
	}
	if strings.Contains(stdout.String(), "checkpwd, HTTPS") {
		missing = append(missing, "without the sides that were not asked for")
	}
	if missing != nil {
		t.Errorf("missing:\n%s\nin:\n%s", strings.Join(missing, "\n"), stdout.String())
	}
}

// TestSides holds the names, by which the figures are told and chosen.
func TestSides(t *testing.T) {
	t.Parallel()
	var names []string
	for _, s := range sides("1s") {
		names = append(names, s.name)
	}
	want := []string{
		"no hook", "keyint, program", "keyint, HTTPS", "keyint, loopback", "extauth, program", "extauth, HTTPS", "extauth, loopback",
		"checkpwd, program", "checkpwd, HTTPS", "checkpwd, loopback",
	}
	if !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
}

func absent(text string, rows ...string) (missing []string) {
	for _, row := range rows {
		if !regexp.MustCompile(row).MatchString(text) {
			missing = append(missing, row)
		}
	}
	return missing
}

func TestWrongFlags(t *testing.T) {
	for _, args := range [][]string{{"-nonsense"}, {"-rounds=0"}, {"-logins=401"}, {"-outage=-1s"}, {"-look-every=0s"}, {"-only=nonsense"}, {"-only=("}} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), args, &stdout, &stderr); code != 2 {
			t.Errorf("%v: exit code %d, want 2", args, code)
		}
		if flag, _, _ := strings.Cut(args[0], "="); !strings.Contains(stderr.String(), flag) {
			t.Errorf("%v: it does not say what is wrong: %s", args, stderr.String())
		}
	}
}

func TestRatio(t *testing.T) {
	t.Parallel()
	ms := time.Millisecond
	// The second round ran on a machine that was busy: the ratio does not mind.
	side := [][]time.Duration{{2 * ms, 4 * ms, 3 * ms}, {20 * ms, 30 * ms, 40 * ms}, {3 * ms, 3 * ms, 3 * ms}}
	beside := [][]time.Duration{{2 * ms, 2 * ms, 2 * ms}, {20 * ms, 20 * ms, 20 * ms}, {2 * ms, 2 * ms, 2 * ms}}
	if got := ratio(side, beside); got != 1.5 {
		t.Errorf("ratio of the medians: %v, want 1.5", got)
	}
	if got := percentile([]time.Duration{5, 1, 4, 2, 3}, 99); got != 5 {
		t.Errorf("99 of 100: %d, want 5", got)
	}
}
