package metrics

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const told = `# HELP go_goroutines Number of goroutines that currently exist.
# TYPE go_goroutines gauge
go_goroutines 25
go_info{version="go1.26"} 1
go_memstats_heap_alloc_bytes 2.5165824e+07
process_open_fds 12
process_resident_memory_bytes 3.3554432e+07
`

func TestRead(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		told   string
		want   Process
		wrong  string
	}{
		"all":            {200, told, Process{12, 25, 24 << 20, 32 << 20}, ""},
		"one is missing": {200, strings.ReplaceAll(told, "process_open_fds", "process_fds"), Process{}, "process_open_fds"},
		"no number":      {200, "go_goroutines many\n", Process{}, "go_goroutines"},
		"no metrics":     {404, told, Process{}, "404"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(test.status)
				_, _ = w.Write([]byte(test.told))
			}))
			defer server.Close()
			got, err := Read(t.Context(), server.URL)
			if got != test.want || (err == nil) != (test.wrong == "") {
				t.Fatalf("%+v, %v, want %+v", got, err, test.want)
			}
			if err != nil && !strings.Contains(err.Error(), test.wrong) {
				t.Errorf("it does not name %q: %v", test.wrong, err)
			}
		})
	}
}

func TestPlus(t *testing.T) {
	t.Parallel()
	if got, want := (Process{1, 2, 3, 4}).Plus(Process{10, 20, 30, 40}), (Process{11, 22, 33, 44}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestCollect(t *testing.T) {
	t.Parallel()
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("gc") == "1" {
			asked++
		}
		if r.URL.Path != "/heap" {
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	if err := Collect(t.Context(), server.URL+"/heap"); err != nil || asked != 2 {
		t.Errorf("%v, asked %d times, want 2", err, asked)
	}
	if err := Collect(t.Context(), server.URL); err == nil {
		t.Error("no error where there is no profile")
	}
}
