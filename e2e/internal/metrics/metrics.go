// Package metrics reads what a program tells Prometheus about itself.
package metrics

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Process is what a Go program holds.
type Process struct {
	// Files that are open, sockets included.
	Files int
	// Goroutines that run or wait.
	Goroutines int
	// Heap is the memory of its objects, in bytes: what is needed, and garbage that
	// was not collected yet.
	Heap float64
	// Resident is the memory that the system has given to it, in bytes. Go keeps
	// for a while what it needs no longer.
	Resident float64
}

// Plus is what two programs hold.
func (p Process) Plus(other Process) Process {
	return Process{p.Files + other.Files, p.Goroutines + other.Goroutines, p.Heap + other.Heap, p.Resident + other.Resident}
}

// within bounds a request.
const within = 10 * time.Second

// Read asks the program at the URL of its metrics.
func Read(ctx context.Context, url string) (Process, error) {
	answer, err := get(ctx, url)
	if err != nil {
		return Process{}, err
	}
	defer answer.Close()
	p, err := parse(answer)
	if err != nil {
		return Process{}, fmt.Errorf("metrics: %s: %w", url, err)
	}
	return p, nil
}

// Collect lets the program at the URL of its heap profile (net/http/pprof) collect
// its garbage. Twice, since what a finalizer lets go of is garbage after that.
func Collect(ctx context.Context, url string) error {
	for range 2 {
		answer, err := get(ctx, url+"?gc=1")
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, answer)
		if err := errors.Join(err, answer.Close()); err != nil {
			return fmt.Errorf("metrics: %s: %w", url, err)
		}
	}
	return nil
}

// get returns a body that has to be closed.
func get(ctx context.Context, url string) (io.ReadCloser, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	r.Close = true // a connection that is kept would be one of the files
	answer, err := (&http.Client{Timeout: within}).Do(r)
	if err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	if answer.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("metrics: %s: %s", url, answer.Status), answer.Body.Close())
	}
	return answer.Body, nil
}

// parse finds the lines "name value". Metrics with labels are none of these.
func parse(r io.Reader) (Process, error) {
	values := map[string]float64{"process_open_fds": -1, "go_goroutines": -1, "go_memstats_heap_alloc_bytes": -1, "process_resident_memory_bytes": -1}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		name, text, _ := strings.Cut(lines.Text(), " ")
		if _, wanted := values[name]; !wanted {
			continue
		}
		value, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return Process{}, fmt.Errorf("%s: %w", name, err)
		}
		values[name] = value
	}
	if err := lines.Err(); err != nil {
		return Process{}, err
	}
	for name, value := range values {
		if value < 0 {
			return Process{}, fmt.Errorf("want a line %q", name)
		}
	}
	return Process{
		Files:      int(values["process_open_fds"]),
		Goroutines: int(values["go_goroutines"]),
		Heap:       values["go_memstats_heap_alloc_bytes"],
		Resident:   values["process_resident_memory_bytes"],
	}, nil
}
