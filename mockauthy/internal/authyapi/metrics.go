package authyapi

import (
	"strconv"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/metrics"
)

// requestKey is by what requests are counted. An endpoint is one of the route
// table, or "", so a client cannot make ever more of them.
type requestKey struct {
	endpoint string
	status   int // 0 where no answer went out
}

// watch counts what happens.
type watch struct {
	requests *metrics.Counters[requestKey]
	took     *metrics.Durations[string] // by endpoint
	faults   *metrics.Counters[string]  // by name
}

func newWatch() watch {
	endpoint := func(name string) []metrics.Label { return []metrics.Label{{Name: "endpoint", Value: name}} }
	return watch{
		requests: metrics.NewCounters("mockauthy_requests_total",
			"Requests that are over, by endpoint (empty where the API has none) and HTTP status (0 where no answer went out).",
			func(k requestKey) []metrics.Label {
				return append(endpoint(k.endpoint), metrics.Label{Name: "status", Value: strconv.Itoa(k.status)})
			}),
		took: metrics.NewDurations("mockauthy_request_duration_seconds",
			"Time from the arrival of a request to its end, the delays of faults included.", endpoint),
		faults: metrics.NewCounters("mockauthy_faults_total", "Requests that a fault has befallen, by its name.",
			func(name string) []metrics.Label { return []metrics.Label{{Name: "fault", Value: name}} }),
	}
}

// end counts a request that is over.
func (m watch) end(c *call, status int, took time.Duration) {
	m.requests.Count(requestKey{c.endpoint, status})
	m.took.Observe(c.endpoint, took)
	if c.fault != "" {
		m.faults.Count(c.fault)
	}
}

// Metrics are those of the API.
func (api *API) Metrics() []metrics.Metric {
	return []metrics.Metric{api.watch.requests, api.watch.took, api.watch.faults}
}
