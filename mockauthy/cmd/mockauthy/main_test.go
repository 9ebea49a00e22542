package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// result is what a command came to.
type result struct {
	code           int
	stdout, stderr string
}

// environment is what the environment variables are.
type environment map[string]string

func (e environment) get(name string) string { return e[name] }

// command runs the command to its end.
func command(t *testing.T, env environment, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), append([]string{"mockauthy"}, args...), env.get, &stdout, &stderr)
	return result{code, stdout.String(), stderr.String()}
}

// expect runs the command to its end, and wants exactly that result.
func expect(t *testing.T, want result, env environment, args ...string) {
	t.Helper()
	if got := command(t, env, args...); got != want {
		t.Errorf("mockauthy %s\n got %d, stdout %q, stderr %q\nwant %d, stdout %q, stderr %q",
			strings.Join(args, " "), got.code, got.stdout, got.stderr, want.code, want.stdout, want.stderr)
	}
}

// served is a mock that serves.
type served struct {
	greeting string
	url      string
	// stop ends it and tells what it came to.
	stop func() result
}

// serving runs the command serve, and waits for its greeting.
func serving(t *testing.T, env environment, args ...string) *served {
	t.Helper()
	return inBackground(t, func(ctx context.Context, stdout, stderr io.Writer) int {
		return run(ctx, append([]string{"mockauthy", "serve"}, args...), env.get, stdout, stderr)
	})
}

func inBackground(t *testing.T, serve func(ctx context.Context, stdout, stderr io.Writer) int) *served {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	read, write := io.Pipe()
	var stderr lockedBuffer
	code := make(chan int, 1)
	go func() {
		code <- serve(ctx, write, &stderr)
		write.Close()
	}()

	s := new(served)
	lines := bufio.NewReader(read)
	for !strings.HasSuffix(s.greeting, "Ctrl-C stops it.\n") {
		line, err := lines.ReadString('\n')
		s.greeting += line
		if err != nil {
			cancel()
			t.Fatalf("serve: exit %d without a greeting, stdout %q, stderr %q", <-code, s.greeting, stderr.String())
		}
	}
	first, _, _ := strings.Cut(s.greeting, "\n")
	s.url = strings.TrimPrefix(first, "A mock of the Authy API listens on ")

	s.stop = sync.OnceValue(func() result {
		cancel()
		rest, err := io.ReadAll(lines)
		if err != nil {
			t.Errorf("stdout: %v", err)
		}
		return result{<-code, string(rest), stderr.String()}
	})
	t.Cleanup(func() { s.stop() })
	return s
}

// lockedBuffer is a buffer that a server logs to while a test reads it.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}

// get asks the mock, on a connection of its own.
func get(ctx context.Context, url, key string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	request.Header.Set("X-Authy-API-Key", key)
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response.Status[:3] + " " + string(body), err
}
