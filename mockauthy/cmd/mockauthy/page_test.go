package main

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"
)

// The page is where the control API is and nowhere else, and knows where Authy is.
func TestServePage(t *testing.T) {
	t.Parallel()
	const users, command = "<h1>Users</h1>", "/protected/json/app/details"
	one := serving(t, nil, "--listen", "127.0.0.1:0")
	if got, err := get(t.Context(), one.url+"/", ""); err != nil || !strings.HasPrefix(got, "200 ") || !strings.Contains(got, users) || !strings.Contains(got, one.url+command) {
		t.Errorf("%s, %v", got, err)
	}
	if got, err := get(t.Context(), one.url+"/", docsKey); err != nil || !strings.HasPrefix(got, "401 Requested URL was not found.") {
		t.Errorf("as a client of Authy: %s, %v", got, err)
	}
	two := serving(t, nil, "--listen", "127.0.0.1:0", "--control-listen", "127.0.0.1:0")
	control := two.controlURL(t)
	if got, err := get(t.Context(), control+"/", ""); err != nil || !strings.Contains(got, users) || !strings.Contains(got, two.url+command) {
		t.Errorf("at the control API: %s, %v", got, err)
	}
	for _, path := range []string{"/", "/mock/1/users", "/mock/static/page.js"} {
		if got, err := get(t.Context(), two.url+path, ""); err != nil || !strings.HasPrefix(got, "40") || strings.Contains(got, "<html") {
			t.Errorf("at Authy's listener, %s: %s, %v", path, got, err)
		}
	}
}

// A browser that looks on does not keep the mock from being stopped.
func TestServeStopsWithPageOpen(t *testing.T) {
	t.Parallel()
	s := serving(t, nil, "--listen", "127.0.0.1:0")
	request, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodGet, s.url+"/mock/1/events", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	if !lines.Scan() || lines.Text() != "retry: 1000" {
		t.Fatalf("the stream begins with %q: %v", lines.Text(), lines.Err())
	}
	began := time.Now()
	if stopped := s.stop(); stopped.code != 0 {
		t.Errorf("%+v", stopped)
	}
	if took := time.Since(began); took > 4*time.Second { // where the time of grace ends, 5 s
		t.Errorf("it took %s", took)
	}
	for lines.Scan() {
		if lines.Text() != "" {
			t.Errorf("the stream goes on with %q", lines.Text())
		}
	}
}
