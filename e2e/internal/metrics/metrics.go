// Package metrics reads what a program tells Prometheus about itself.
package metrics

import (
	"bufio"
	"context"
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
	// Heap is the memory in use, in bytes. Some of it is garbage.
	Heap float64
}

// Plus is what two programs hold.
func (p Process) Plus(other Process) Process {
	return Process{p.Files + other.Files, p.Goroutines + other.Goroutines, p.Heap + other.Heap}
}

// within bounds a request.
const within = 10 * time.Second

// Read asks the program at the URL of its metrics.
func Read(ctx context.Context, url string) (Process, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return Process{}, fmt.Errorf("metrics: %w", err)
	}
	r.Close = true // a connection that is kept would be one of the files
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return Process{}, fmt.Errorf("metrics: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return Process{}, fmt.Errorf("metrics: %s: %s", url, answer.Status)
	}
	p, err := parse(answer.Body)
	if err != nil {
		return Process{}, fmt.Errorf("metrics: %s: %w", url, err)
	}
	return p, nil
}

// parse finds the lines "name value". Metrics with labels are none of these.
func parse(r io.Reader) (Process, error) {
	values := map[string]float64{"process_open_fds": -1, "go_goroutines": -1, "go_memstats_heap_inuse_bytes": -1}
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
		Heap:       values["go_memstats_heap_inuse_bytes"],
	}, nil
}
