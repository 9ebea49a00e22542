package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// controlToken is one that is long enough.
const controlToken = "CANARY-of-the-control-api"

// controlURL is where the greeting says that the control API is.
func (s *served) controlURL(t *testing.T) string {
	t.Helper()
	found := regexp.MustCompile(`  control   (\S+)/mock/v1/, for `).FindStringSubmatch(s.greeting)
	if found == nil {
		t.Fatalf("no control API in\n%s", s.greeting)
	}
	return found[1]
}

// status asks on a connection of its own, for a host if that is not "".
func status(t *testing.T, url, host, authorization string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Host, r.Close = host, true
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}

// Whoever asks for another host than this machine does not reach the control API
// unless it is open.
func TestControlOnLoopback(t *testing.T) {
	t.Parallel()
	s := serving(t, nil, "--listen", "127.0.0.1:0")
	users := s.url + "/mock/v1/users"
	if got := status(t, users, "", ""); got != 200 {
		t.Errorf("by the address: %d", got)
	}
	if got := status(t, users, "rebound.example", ""); got != 403 {
		t.Errorf("by another name: %d, want 403", got)
	}
	if got := s.stop(); strings.Contains(got.stderr, "WARNING") {
		t.Errorf("it warns: %s", got.stderr)
	}
}

// The proxy is no way around the guard, and no way to a listener of its own.
func TestControlByProxy(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args []string
		want int
	}{
		"on loopback":     {nil, 403},
		"open":            {[]string{"--control-open"}, 200},
		"with a token":    {[]string{"--control-token", controlToken}, 401},
		"on its listener": {[]string{"--control-listen", "127.0.0.1:0"}, 404},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serving(t, nil, append(test.args, "--listen", "127.0.0.1:0")...)
			proxy, err := url.Parse(s.url)
			if err != nil {
				t.Fatal(err)
			}
			client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(proxy), DisableKeepAlives: true}}
			answer, err := client.Get("http://api.authy.com/mock/v1/users")
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != test.want {
				t.Errorf("got %d, want %d", answer.StatusCode, test.want)
			}
		})
	}
}

// An open control API is open, and the start says so on stderr, where logs are.
func TestControlOpen(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*served{
		"flag":        serving(t, nil, "--listen", "127.0.0.1:0", "--control-open"),
		"environment": serving(t, environment{"MOCKAUTHY_CONTROL_OPEN": "true"}, "--listen", "127.0.0.1:0"),
	} {
		t.Run(name, func(t *testing.T) {
			if got := status(t, s.url+"/mock/v1/users", "rebound.example", ""); got != 200 {
				t.Errorf("%d, want 200", got)
			}
			want := `WARNING: the control API on ` + strings.TrimPrefix(s.url, "http://") + ` is open to everybody who can reach it (--control-open).
WARNING: They can read the tokens, secrets and codes of all users and what the mock was asked,
WARNING: add, change and delete users, set the clock, and let the mock fail.
WARNING: To close it, set MOCKAUTHY_CONTROL_TOKEN to 16 characters or more: it will want them.
`
			if got := s.stop(); got.stderr != want {
				t.Errorf("stderr\n%s\nwant\n%s", got.stderr, want)
			}
		})
	}
}

func writeToken(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// A token is wanted wherever it is from, and whatever else is open. It is never
// printed.
func TestControlToken(t *testing.T) {
	t.Parallel()
	file := writeToken(t, controlToken+"\n")
	for _, test := range []struct {
		name string
		env  environment
		args []string
	}{
		{"flag", nil, []string{"--control-token", controlToken}},
		{"environment", environment{"MOCKAUTHY_CONTROL_TOKEN": controlToken}, nil},
		{"file", nil, []string{"--control-token-file", file}},
		{"file in the environment", environment{"MOCKAUTHY_CONTROL_TOKEN_FILE": file}, nil},
		{"what is typed wins", environment{"MOCKAUTHY_CONTROL_TOKEN_FILE": "missing"}, []string{"--control-token", controlToken}},
		{"the file that is typed wins", environment{"MOCKAUTHY_CONTROL_TOKEN": "short"}, []string{"--control-token-file", file}},
		{"open as well", environment{"MOCKAUTHY_CONTROL_OPEN": "true", "MOCKAUTHY_CONTROL_TOKEN": controlToken}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := serving(t, test.env, append(test.args, "--listen", "127.0.0.1:0")...)
			for authorization, want := range map[string]int{"": 401, "Bearer wrong": 401, "Bearer " + controlToken: 200} {
				if got := status(t, s.url+"/mock/v1/users", "rebound.example", authorization); got != want {
					t.Errorf("%q: %d, want %d", authorization, got, want)
				}
			}
			if got := status(t, s.url+"/livez", "", ""); got != 200 {
				t.Errorf("livez: %d, want 200", got)
			}
			for _, name := range []string{"token", "ca"} {
				args := []string{name, "--url", s.url}
				if name == "token" {
					args = append(args, "1000")
				}
				for _, got := range []result{
					command(t, nil, append(args, "--control-token", controlToken)...),
					command(t, nil, append(args, "--control-token-file", file)...),
					command(t, environment{"MOCKAUTHY_CONTROL_TOKEN": controlToken}, args...),
				} {
					if got.code != 0 || got.stdout == "" {
						t.Errorf("%s: %+v", name, got)
					}
				}
				expect(t, result{1, "", "mockauthy: control API: the control API wants its token, in a header: Authorization: Bearer TOKEN\n"}, nil, args...)
				expect(t, result{1, "", "mockauthy: control API: this is not the token of the control API\n"}, nil, append(args, "--control-token", "wrong")...)
			}
			expect(t, result{0, "", ""}, nil, "health", "--url", s.url)
			if got := s.stop(); strings.Contains(got.stderr, "WARNING") || strings.Contains(s.greeting+got.stdout+got.stderr, controlToken) {
				t.Errorf("it warns, or tells the token:\n%s\n%+v", s.greeting, got)
			}
		})
	}
}

func TestControlTokenErrors(t *testing.T) {
	t.Parallel()
	const want = "mockauthy: the control token: want at least 16 characters, printable ASCII without spaces\n"
	missing := filepath.Join(t.TempDir(), "token")
	empty := writeToken(t, "\n")
	for _, test := range []struct {
		name   string
		env    environment
		args   []string
		stderr string
	}{
		{"short", nil, []string{"--control-token", "CANARY-15-chars"}, want},
		{"short in the environment", environment{"MOCKAUTHY_CONTROL_TOKEN": "CANARY"}, nil, want},
		{"short in a file", nil, []string{"--control-token-file", writeToken(t, "CANARY\n")}, want},
		{"two lines in a file", nil, []string{"--control-token-file", writeToken(t, controlToken+"\n"+controlToken+"\n")}, want},
		{"a space", nil, []string{"--control-token", "CANARY of the control API"}, want},
		{"typed and empty", nil, []string{"--control-token", "", "--control-open"}, "mockauthy: --control-token: it is empty\n"},
		{"empty file", nil, []string{"--control-token-file", empty}, "mockauthy: --control-token-file: " + empty + " is empty\n"},
		{"no file", nil, []string{"--control-token-file", missing}, "mockauthy: --control-token-file: open " + missing + ": no such file or directory\n"},
		{"both", nil, []string{"--control-token", controlToken, "--control-token-file", missing}, "mockauthy: --control-token and --control-token-file: want only one of them\n"},
		{"both in the environment", environment{"MOCKAUTHY_CONTROL_TOKEN": controlToken, "MOCKAUTHY_CONTROL_TOKEN_FILE": missing}, nil, "mockauthy: --control-token and --control-token-file: want only one of them\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			expect(t, result{2, "", test.stderr}, test.env, append([]string{"serve", "--listen", "127.0.0.1:0"}, test.args...)...)
		})
	}
	for _, args := range [][]string{{"token", "1000"}, {"ca"}} {
		expect(t, result{2, "", "mockauthy: --control-token-file: open " + missing + ": no such file or directory\n"}, nil, append(args, "--control-token-file", missing)...)
	}
}

// With a listener of its own the control API is there and nowhere else.
func TestControlListen(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"127.0.0.1:0", "[::1]:0"} {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			if l, err := net.Listen("tcp", address); err != nil {
				t.Skipf("left out: %v", err)
			} else {
				l.Close()
			}
			s := serving(t, nil, "--listen", "127.0.0.1:0", "--control-listen", address)
			at := s.controlURL(t)
			if at == s.url {
				t.Fatal("one address for both")
			}
			for url, want := range map[string]string{
				s.url + "/mock/v1/users": `404 {
  "error": "the control API is not here: it has a listener of its own (--control-listen)"
}
`,
				s.url + "/mock/v1/": `404 {
  "error": "the control API is not here: it has a listener of its own (--control-listen)"
}
`,
				at + "/protected/json/app/details": `404 {
  "error": "the control API has no such path: GET /mock/v1/ lists what it has"
}
`,
				at + "/livez":    "200 ok\n",
				s.url + "/livez": "200 ok\n",
			} {
				if got, err := get(t.Context(), url, docsKey); err != nil || got != want {
					t.Errorf("%s: %s, %v; want %s", url, got, err, want)
				}
			}
			if got := status(t, at+"/mock/v1/users", "rebound.example", ""); got != 403 {
				t.Errorf("by another name: %d, want 403", got)
			}
			if !strings.Contains(s.greeting, "mockauthy token --url "+at+" 1000\n") || !strings.Contains(s.greeting, "mockauthy ca --url "+at+" >") {
				t.Errorf("greeting\n%s", s.greeting)
			}
			if got := command(t, nil, "token", "--url", at, "1000"); got.code != 0 {
				t.Errorf("%+v", got)
			}
			expect(t, result{0, "", ""}, nil, "health", "--url", at)
			s.stop()
			if _, err := get(t.Context(), at+"/livez", ""); err == nil {
				t.Error("the control API answers though the mock has stopped")
			}
		})
	}
	expect(t, result{2, "", "mockauthy: --control-listen \"here\": want HOST:PORT\n"}, nil, "serve", "--listen", "127.0.0.1:0", "--control-listen", "here")
}

// A request of the control API that runs when the mock is told to stop gets its
// answer, too.
func TestControlStopsGracefully(t *testing.T) {
	t.Parallel()
	s := serving(t, nil, "--listen", "127.0.0.1:0", "--control-listen", "127.0.0.1:0")
	body, write := io.Pipe()
	running := make(chan struct{})
	done := make(chan string, 1)
	go func() {
		// The handler that reads the body says that the client may go on.
		ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{Got100Continue: func() { close(running) }})
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.controlURL(t)+"/mock/v1/clock/advance", body)
		if err != nil {
			done <- err.Error()
			return
		}
		r.Close = true
		r.Header.Set("Expect", "100-continue")
		client := &http.Client{Transport: &http.Transport{ExpectContinueTimeout: time.Minute}}
		answer, err := client.Do(r)
		if err != nil {
			done <- err.Error()
			return
		}
		answer.Body.Close()
		done <- answer.Status
	}()
	select {
	case <-running:
	case got := <-done:
		t.Fatal(got)
	}
	stopped := make(chan result, 1)
	go func() { stopped <- s.stop() }()
	for deadline := time.Now().Add(10 * time.Second); ; { // until it listens no more
		c, err := net.Dial("tcp", strings.TrimPrefix(s.controlURL(t), "http://"))
		if err != nil {
			break
		}
		c.Close()
		if time.Now().After(deadline) {
			t.Fatal("it goes on to listen")
		}
	}
	_, _ = io.WriteString(write, `{"by":"10s"}`)
	write.Close()
	if got := <-done; got != "200 OK" {
		t.Errorf("the running request: %s", got)
	}
	if got := <-stopped; got.code != 0 {
		t.Errorf("%+v", got)
	}
}

// The Go client says what is wrong, without the token.
func TestControlClient(t *testing.T) {
	t.Parallel()
	client, err := control.New("http://127.0.0.1:1", control.WithToken("CANARY\nX-Other: 1"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Users(t.Context()); err == nil || strings.Contains(err.Error(), "CANARY") {
		t.Errorf("got %v", err)
	}
}
