package stubhook

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// told is a folder in which the hook is told to do so when alice logs in.
func told(t *testing.T, a Answer) string {
	t.Helper()
	dir := t.TempDir()
	if err := Tell(dir, "alice", a); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestRun(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer Answer
		stdin  string
		stdout string
		code   int
	}{
		"nothing":     {Answer{End: "0"}, "", "", 0},
		"exit code":   {Answer{Outputs: []string{"a"}, End: "2"}, "", "a", 2},
		"dialogue":    {Answer{Outputs: []string{"a\n", "b"}, End: "0"}, "answer\n", "a\nb", 0},
		"no answer":   {Answer{Outputs: []string{"a\n", "b"}, End: "0"}, "answ", "a\n", exitUntold},
		"no such end": {Answer{Outputs: []string{"a"}, End: "happy"}, "", "a", exitUntold},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			code := Run(t.Context(), told(t, test.answer), "alice", strings.NewReader(test.stdin), &stdout, &stderr)
			if stdout.String() != test.stdout || code != test.code {
				t.Errorf("it printed %q and ended with %d, want %q and %d; %s", stdout.String(), code, test.stdout, test.code, stderr.String())
			}
		})
	}
}

func TestRunNever(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- Run(ctx, told(t, Answer{Outputs: []string{"a"}, End: Never}), "alice", nil, in, io.Discard)
	}()
	if _, err := io.ReadFull(out, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	select {
	case code := <-ended:
		t.Errorf("it has ended with %d", code)
	default:
	}
	cancel()
	<-ended
}

func TestUntold(t *testing.T) {
	t.Parallel()
	dir := told(t, Answer{End: "0"})
	for _, username := range []string{"bob", "", "../alice/../bob"} {
		var stdout, stderr bytes.Buffer
		if code := Run(t.Context(), dir, username, nil, &stdout, &stderr); code != exitUntold || stdout.Len() > 0 || stderr.Len() == 0 {
			t.Errorf("%q: code %d, %q, %q", username, code, stdout.String(), stderr.String())
		}
	}
}

func TestHandler(t *testing.T) {
	t.Parallel()
	two := []string{"a", "b"}
	for name, test := range map[string]struct {
		answer     Answer
		target     string
		request    string
		wantStatus int
		want       string
	}{
		"no step":     {Answer{Outputs: two, Status: 200}, "/", `{"username":"alice"}`, 200, "a"},
		"first":       {Answer{Outputs: two, Status: 200}, "/", `{"username":"alice","step":1}`, 200, "a"},
		"second":      {Answer{Outputs: two, Status: 500}, "/", `{"username":"alice","step":2}`, 500, "b"},
		"third":       {Answer{Outputs: two, Status: 200}, "/", `{"username":"alice","step":3}`, 200, ""},
		"redirection": {Answer{Outputs: two, Status: 307}, "/", `{"username":"alice"}`, 307, "a"},
		"its target":  {Answer{Outputs: two, Status: 307}, "/?redirected", `{"username":"alice"}`, 200, "a"},
		"untold":      {Answer{}, "/", `{"username":"bob"}`, 418, "stub hook: nobody has told"},
		"no JSON":     {Answer{}, "/", "bob", 418, "invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodPost, test.target, strings.NewReader(test.request))
			w := httptest.NewRecorder()
			Handler(told(t, test.answer)).ServeHTTP(w, r)
			if w.Code != test.wantStatus || !strings.HasPrefix(w.Body.String(), test.want) || test.want == "" && w.Body.Len() > 0 {
				t.Errorf("%d with %q, want %d with %q", w.Code, w.Body, test.wantStatus, test.want)
			}
			if location := w.Header().Get("Location"); test.wantStatus == http.StatusTemporaryRedirect && location != "/?redirected" {
				t.Errorf("it redirects to %q", location)
			}
		})
	}
}

func TestHandlerNever(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"username":"alice"}`)).WithContext(ctx)
	w := httptest.NewRecorder()
	Handler(told(t, Answer{Outputs: []string{"a"}})).ServeHTTP(w, r)
	if w.Body.Len() > 0 {
		t.Errorf("it answered %q", w.Body)
	}
}
