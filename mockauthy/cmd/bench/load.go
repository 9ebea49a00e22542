package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// sample is what a turn came to.
type sample struct {
	took      time.Duration
	latencies []time.Duration
}

// percentile is the latency that p of a hundred requests do not exceed. The latencies
// have to be in order.
func (s sample) percentile(p int) time.Duration {
	return s.latencies[(len(s.latencies)-1)*p/100]
}

// load sends verifications by so many clients at once.
type load struct {
	clients int
	http    *http.Client
}

func newLoad(clients int) load {
	return load{clients: clients, http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}}
}

func (l load) close() { l.http.CloseIdleConnections() }

// verify verifies the token for n users from the first on, each once, and wants
// that status of every answer.
func (l load) verify(ctx context.Context, base, token string, n, users, status int) (sample, error) {
	server, err := url.Parse(base)
	if err != nil {
		return sample{}, err
	}
	latencies := make([]time.Duration, n)
	failures := make([]error, l.clients)
	var wg sync.WaitGroup
	began := time.Now()
	for c := range l.clients {
		wg.Go(func() {
			for i := c; i < n && failures[c] == nil; i += l.clients {
				target := *server
				target.Path = "/protected/json/verify/" + token + "/" + strconv.Itoa(firstID+i%users)
				target.RawQuery = "force=true"
				sent := time.Now()
				failures[c] = l.ask(ctx, &target, status)
				latencies[i] = time.Since(sent)
			}
		})
	}
	wg.Wait()
	s := sample{took: time.Since(began), latencies: latencies}
	for _, err := range failures {
		if err != nil {
			return s, err
		}
	}
	return s, nil
}

// ask sends one verification.
func (l load) ask(ctx context.Context, target *url.URL, status int) error {
	r := (&http.Request{Method: http.MethodGet, URL: target, Host: target.Host, Header: http.Header{"X-Authy-Api-Key": {apiKey}}}).WithContext(ctx)
	answer, err := l.http.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != status {
		return fmt.Errorf("%s: %s: %s, want the status %d", target.Redacted(), answer.Status, body, status)
	}
	return nil
}
