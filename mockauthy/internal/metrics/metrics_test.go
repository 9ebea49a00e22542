package metrics_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/metrics"
)

// read is what a scrape gets, in which Prometheus' own parser must find nothing
// wrong.
func read(t *testing.T, all ...metrics.Metric) string {
	t.Helper()
	w := httptest.NewRecorder()
	metrics.Handler(all...).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if got := w.Header().Get("Content-Type"); got != "text/plain; version=0.0.4; charset=utf-8" {
		t.Errorf("content type %q", got)
	}
	text := w.Body.String()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	if _, err := parser.TextToMetricFamilies(strings.NewReader(text)); err != nil {
		t.Errorf("%v in\n%s", err, text)
	}
	return text
}

func labels(value string) []metrics.Label { return []metrics.Label{{Name: "by", Value: value}} }

func TestHandler(t *testing.T) {
	t.Parallel()
	counters := metrics.NewCounters("c_total", "Counted.", labels)
	counters.Count("b")
	counters.Count("a\\ \"quoted\"\n")
	counters.Count("b")
	gauge := metrics.NewGauge("g", "Asked for.", func() float64 { return 1.5 })
	want := `# HELP c_total Counted.
# TYPE c_total counter
c_total{by="a\\ \"quoted\"\n"} 1
c_total{by="b"} 2
# HELP g Asked for.
# TYPE g gauge
g 1.5
`
	if diff := cmp.Diff(want, read(t, counters, gauge)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDurations(t *testing.T) {
	t.Parallel()
	durations := metrics.NewDurations("d_seconds", "Took.", labels)
	for _, took := range []time.Duration{0, 100 * time.Microsecond, 101 * time.Microsecond, time.Minute, time.Hour} {
		durations.Observe("x", took)
	}
	var got []string
	for line := range strings.Lines(read(t, durations)) {
		for _, interesting := range []string{`le="0.0001"`, `le="0.00025"`, `le="30"`, `le="60"`, "+Inf", "_sum", "_count"} {
			if strings.Contains(line, interesting) {
				got = append(got, strings.TrimSpace(line))
			}
		}
	}
	want := []string{
		`d_seconds_bucket{by="x",le="0.0001"} 2`, // a bound belongs to its bucket
		`d_seconds_bucket{by="x",le="0.00025"} 3`,
		`d_seconds_bucket{by="x",le="30"} 3`,
		`d_seconds_bucket{by="x",le="60"} 4`,
		`d_seconds_bucket{by="x",le="+Inf"} 5`,
		`d_seconds_sum{by="x"} 3660.000201`,
		`d_seconds_count{by="x"} 5`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	counters := metrics.NewCounters("c_total", "Counted.", labels)
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			counters.Count(fmt.Sprint(i % 2))
			read(t, counters)
		})
	}
	wg.Wait()
	if got := read(t, counters); !strings.HasSuffix(got, "c_total{by=\"0\"} 25\nc_total{by=\"1\"} 25\n") {
		t.Errorf("got %s", got)
	}
}
