package main

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// metrics are what Prometheus reads. No label holds a user, an address or other
// text from outside, so that their number stays small and nobody is named.
type metrics struct {
	registry  *prometheus.Registry
	decisions *prometheus.CounterVec
	authy     *prometheus.HistogramVec
	running   prometheus.Gauge
}

func newMetrics(users *hooks.UsersFile) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		decisions: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hookd_decisions_total",
			Help: "Answers to SFTPGo by hook, by outcome (accepted, denied, asked, refused) and by reason.",
		}, []string{"hook", "outcome", "reason"}),
		authy: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "hookd_authy_request_duration_seconds",
			Help:    "Time that Authy took to answer, by what came of it.",
			Buckets: []float64{.01, .025, .05, .1, .2, .3, .5, .75, 1, 1.5, 2.5, 5, 10, 20},
		}, []string{"result"}),
		running: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "hookd_requests_in_flight",
			Help: "Requests of SFTPGo that are not answered yet.",
		}),
	}
	m.registry.MustRegister(m.decisions, m.authy, m.running,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewBuildInfoCollector())
	if users != nil {
		m.registry.MustRegister(
			prometheus.NewGaugeFunc(prometheus.GaugeOpts{
				Name: "hookd_users",
				Help: "Users in the users file; 0 while it cannot be used.",
			}, func() float64 { return float64(users.Len()) }),
		)
	}
	return m
}

// watch shows when the certificate ends, if there is one: who renews it wants to
// know that hookd has taken the new one.
func (m *metrics) watch(files *hooks.DaemonFiles) {
	if files.CertificateExpires().IsZero() {
		return
	}
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "hookd_certificate_expiry_timestamp_seconds",
		Help: "When the certificate that hookd shows ends, in Unix time.",
	}, func() float64 { return float64(files.CertificateExpires().Unix()) }))
}

// observe counts a decision.
func (m *metrics) observe(d hooks.Decision) {
	m.decisions.WithLabelValues(d.Hook, string(d.Outcome), d.Reason).Inc()
}

// inFlight counts the requests that run.
func (m *metrics) inFlight(next http.Handler) http.Handler {
	return promhttp.InstrumentHandlerInFlight(m.running, next)
}

// timed measures a verifier.
func (m *metrics) timed(v hooks.Verifier) hooks.Verifier { return timedVerifier{v, m.authy} }

type timedVerifier struct {
	hooks.Verifier
	took *prometheus.HistogramVec
}

// Verify implements [hooks.Verifier].
func (t timedVerifier) Verify(ctx context.Context, id hooks.AuthyID, token hooks.Token) error {
	start := time.Now()
	err := t.Verifier.Verify(ctx, id, token)
	t.took.WithLabelValues(hooks.Reason(err)).Observe(time.Since(start).Seconds())
	return err
}

// handler serves /metrics.
func (m *metrics) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return mux
}
