// Package metrics counts, and tells Prometheus of it in its text format
// (https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4).
//
// Prometheus' own library would be a fifth of the mock's image, for a few
// counters.
package metrics

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Label is a name with its value.
type Label struct {
	Name, Value string
}

// Metric is one that can be told of.
type Metric interface {
	tell(b *bytes.Buffer)
}

// Handler tells of these metrics.
func Handler(all ...Metric) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		var b bytes.Buffer
		for _, m := range all {
			m.tell(&b)
		}
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		_, _ = w.Write(b.Bytes()) // a client that is gone needs no answer
	})
}

// about is what is told of a metric before its values.
type about struct {
	name, kind, help string
}

func (a about) tell(b *bytes.Buffer) {
	fmt.Fprintf(b, "# HELP %s %s\n# TYPE %s %s\n", a.name, a.help, a.name, a.kind)
}

// Gauge is a number that is asked for.
type Gauge struct {
	about

	read func() float64
}

// NewGauge makes a gauge, whose help is one line of plain text.
func NewGauge(name, help string, read func() float64) *Gauge {
	return &Gauge{about{name, "gauge", help}, read}
}

func (g *Gauge) tell(b *bytes.Buffer) {
	g.about.tell(b)
	line(b, g.name, nil, number(g.read()))
}

// Counters count by a key.
type Counters[K comparable] struct {
	about

	series[K, atomic.Int64]
}

// NewCounters makes counters, whose help is one line of plain text. What is
// counted by a key is told with its labels.
func NewCounters[K comparable](name, help string, labels func(K) []Label) *Counters[K] {
	return &Counters[K]{about{name, "counter", help}, newSeries[K, atomic.Int64](labels)}
}

// Count counts one more.
func (c *Counters[K]) Count(key K) {
	c.of(key).Add(1)
}

func (c *Counters[K]) tell(b *bytes.Buffer) {
	c.about.tell(b)
	c.each(func(labels []Label, n *atomic.Int64) {
		line(b, c.name, labels, strconv.FormatInt(n.Load(), 10))
	})
}

// bounds are the upper bounds of durations that are counted together, in
// seconds: what a mock takes by itself, and what a fault makes of it.
var bounds = [...]float64{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60}

// Durations are histograms of durations by a key.
type Durations[K comparable] struct {
	about

	series[K, histogram]
}

type histogram struct {
	buckets [len(bounds) + 1]atomic.Int64 // the last one is without a bound
	sum     atomic.Int64                  // in nanoseconds
}

// NewDurations makes histograms, whose help is one line of plain text. What is
// observed by a key is told with its labels.
func NewDurations[K comparable](name, help string, labels func(K) []Label) *Durations[K] {
	return &Durations[K]{about{name, "histogram", help}, newSeries[K, histogram](labels)}
}

// Observe counts a duration.
func (d *Durations[K]) Observe(key K, took time.Duration) {
	h := d.of(key)
	i, _ := slices.BinarySearch(bounds[:], took.Seconds())
	h.buckets[i].Add(1)
	h.sum.Add(int64(took))
}

func (d *Durations[K]) tell(b *bytes.Buffer) {
	d.about.tell(b)
	d.each(func(labels []Label, h *histogram) {
		var n int64
		for i := range h.buckets {
			n += h.buckets[i].Load()
			bound := "+Inf"
			if i < len(bounds) {
				bound = number(bounds[i])
			}
			line(b, d.name+"_bucket", append(labels[:len(labels):len(labels)], Label{"le", bound}), strconv.FormatInt(n, 10))
		}
		line(b, d.name+"_sum", labels, number(time.Duration(h.sum.Load()).Seconds()))
		line(b, d.name+"_count", labels, strconv.FormatInt(n, 10))
	})
}

// series are values by a key. There are as many as keys were ever used.
type series[K comparable, V any] struct {
	labels func(K) []Label

	mu     *sync.RWMutex
	values map[K]*V
}

func newSeries[K comparable, V any](labels func(K) []Label) series[K, V] {
	return series[K, V]{labels: labels, mu: &sync.RWMutex{}, values: make(map[K]*V)}
}

// of is the value of a key.
func (s *series[K, V]) of(key K) *V {
	s.mu.RLock()
	value := s.values[key]
	s.mu.RUnlock()
	if value != nil {
		return value
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.values[key] == nil {
		s.values[key] = new(V)
	}
	return s.values[key]
}

// each visits all values, in the order of their labels.
func (s *series[K, V]) each(visit func(labels []Label, value *V)) {
	type one struct {
		labels []Label
		value  *V
	}
	s.mu.RLock()
	all := make([]one, 0, len(s.values))
	for key, value := range s.values {
		all = append(all, one{s.labels(key), value})
	}
	s.mu.RUnlock()
	slices.SortFunc(all, func(x, y one) int {
		return slices.CompareFunc(x.labels, y.labels, func(a, b Label) int { return strings.Compare(a.Value, b.Value) })
	})
	for _, o := range all {
		visit(o.labels, o.value)
	}
}

// escaped is a label's value with what the format wants escaped.
var escaped = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)

func line(b *bytes.Buffer, name string, labels []Label, value string) {
	b.WriteString(name)
	opening := byte('{')
	for _, l := range labels {
		b.WriteByte(opening)
		b.WriteString(l.Name + `="` + escaped.Replace(l.Value) + `"`)
		opening = ','
	}
	if len(labels) > 0 {
		b.WriteByte('}')
	}
	b.WriteString(" " + value + "\n")
}

func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }
