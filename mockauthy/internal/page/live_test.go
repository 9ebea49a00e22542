package page_test

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// events are what a browser is told, line by line, until the test ends.
func (r *rig) events(t *testing.T, path string) <-chan string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.url+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := r.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if got := response.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Fatalf("%d %s", response.StatusCode, got)
	}
	told, ended := make(chan string, 1000), make(chan struct{})
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			told <- lines.Text()
		}
	}()
	t.Cleanup(func() { response.Body.Close(); <-ended })
	if first := next(t, told); first != "retry: 1000" {
		t.Fatalf("it begins with %q", first)
	}
	return told
}

// next is the next line that is not empty.
func next(t *testing.T, told <-chan string) string {
	t.Helper()
	for {
		select {
		case line := <-told:
			if line != "" {
				return line
			}
		case <-time.After(10 * time.Second):
			t.Fatal("nothing is told")
		}
	}
}

// Whoever looks is told of each change, and of those of his application only.
func TestEvents(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	told, other := r.events(t, "/mock/1/events"), r.events(t, "/mock/2/events")
	for _, change := range []func(){
		func() { r.verify(t, "1234567", alice) },
		func() { _, _ = r.mock.AddFault(control.Fault{Name: "hang-up"}) },
		func() { _ = r.mock.Clock().Advance(time.Second) },
		func() { r.post(t, "/mock/1/faults/heal", nil) },
	} {
		change()
		if got := next(t, told); got != "event: changed" {
			t.Errorf("told %q", got)
		}
		if got := next(t, told); got != "data:" {
			t.Errorf("told %q", got)
		}
	}
	select {
	case line := <-other:
		if line != "" {
			t.Errorf("the other application is told %q", line)
		}
	default:
	}
}

// A storm of requests does not become one of events.
func TestEventsInAStorm(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	told := r.events(t, "/mock/1/events")
	began := time.Now()
	for range 300 {
		r.verify(t, "1234567", alice)
	}
	most := 2 + int(time.Since(began)/(100*time.Millisecond)) // and in between a breath of 150 ms
	next(t, told)
	n := 1
	for drained := false; !drained; {
		select {
		case line := <-told:
			if strings.HasPrefix(line, "event:") {
				n++
			}
		default:
			drained = true
		}
	}
	if n > most {
		t.Errorf("%d events of 300 requests, want at most %d", n, most)
	}
}
