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
go_memstats_heap_inuse_bytes 2.5165824e+07
process_open_fds 12
`

func TestRead(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		told   string
		want   Process
		wrong  string
	}{
		"all":            {200, told, Process{12, 25, 24 << 20}, ""},
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
	if got, want := (Process{1, 2, 3}).Plus(Process{10, 20, 30}), (Process{11, 22, 33}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
