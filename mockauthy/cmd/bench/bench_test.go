package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
)

// The whole of it, with little to do: each figure is there, and no process is
// left behind.
func TestBench(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"mockauthy", "bench"} {
		if out, err := exec.Command("go", "build", "-ldflags=-s -w", "-o", filepath.Join(dir, name), "../"+name).CombinedOutput(); err != nil {
			t.Fatalf("build: %v\n%s", err, out)
		}
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(dir, "bench"), "-mockauthy", filepath.Join(dir, "mockauthy"),
		"-clients", "4", "-rounds", "2", "-requests", "1200", "-users", "20", "-long", "50", "-starts", "2")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var want []string
	for _, row := range []string{
		`requests +\d+/s +\d+/s +\d+\.\d\d +≥ 0.85 +(met|missed)`,
		`latency, 50 of 100 +\S+s +\S+s +\d+\.\d\d`,
		`latency, 99 of 100 +\S+s +\S+s +\d+\.\d\d +< 2.00 +(met|missed)`,
		`latency, 50 of 100 +\S+s +\S+s +\d+\.\d\d +< 1.15 +(met|missed)`,
		`requests +\d+/s +\d+/s +\d+\.\d\d +≥ 0.90 +(met|missed)`,
		`first answer +\S+ms +\S+ms +\d+\.\d\d +< 10 ms +(met|missed)`,
		`resident, beside that before +\S+ MiB +\S+ MiB +< 30 MiB +(met|missed)`,
	} {
		if !regexp.MustCompile(row).Match(out) {
			want = append(want, row)
		}
	}
	if want != nil {
		t.Errorf("missing:\n%s\nin:\n%s", strings.Join(want, "\n"), out)
	}
	if left, _ := exec.Command("pgrep", "-f", dir).Output(); len(left) > 0 {
		t.Errorf("processes left: %s", left)
	}
}

func TestRunRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args   []string
		code   int
		stderr string
	}{
		{[]string{"-no-such-flag"}, exitUsage, "flag provided but not defined"},
		{[]string{"-rounds", "0"}, exitUsage, "want positive numbers"},
		{[]string{"-clients", "5", "-requests", "4"}, exitUsage, "a request for each client"},
		{[]string{"no-such-side"}, exitUsage, "want nothing, bare, or users and their number"},
		{[]string{"users", "none"}, exitUsage, "want nothing, bare, or users and their number"},
		{[]string{"-mockauthy", "/no/such/file"}, exitFailure, "no such file"},
	} {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), append([]string{"bench"}, test.args...), &stdout, &stderr)
			if code != test.code || !strings.Contains(stderr.String(), test.stderr) {
				t.Errorf("got %d, %q; want %d, %q", code, stderr.String(), test.code, test.stderr)
			}
		})
	}
}

// The seed file says what people says.
func TestSeed(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "seed.yaml")
	if err := os.WriteFile(file, seed(3), 0o600); err != nil {
		t.Fatal(err)
	}
	applications, err := mockauthy.LoadSeed(file)
	if err != nil {
		t.Fatal(err)
	}
	want := []mockauthy.Application{{Name: "Bench", APIKey: apiKey, Users: people(3)}}
	if diff := cmp.Diff(want, applications, cmpopts.IgnoreUnexported(mockauthy.Application{}, mockauthy.User{})); diff != "" {
		t.Errorf("applications (-want +got):\n%s", diff)
	}
}

func TestFigures(t *testing.T) {
	t.Parallel()
	turns := func(all ...time.Duration) []sample {
		var samples []sample
		for _, took := range all {
			s := sample{took: took}
			for i := range 100 {
				s.latencies = append(s.latencies, took*time.Duration(i+1)/1000)
			}
			samples = append(samples, s)
		}
		return samples
	}
	all := pairs{mock: turns(2*time.Second, 4*time.Second, time.Second), beside: turns(time.Second, time.Second, time.Second)}
	var out bytes.Buffer
	if err := (figures{
		all.throughput("≥ 0.50", 0.5),
		all.throughput("≥ 0.51", 0.51),
		all.latency(99, "< 2.00", 2),
		all.latency(50, "", 0),
		{what: "memory", mock: mebibytes(3 << 19)},
	}).writeTo(&out); err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(out.String()) {
		got = append(got, strings.Join(strings.Fields(line), " "))
	}
	want := []string{
		"the mock beside ratio goal",
		"requests 50/s 100/s 0.50 ≥ 0.50 met",
		"requests 50/s 100/s 0.50 ≥ 0.51 missed",
		"latency, 99 of 100 198ms 99ms 2.00 < 2.00 missed",
		"latency, 50 of 100 100ms 50ms 2.00",
		"memory 1.5 MiB",
		"",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}
