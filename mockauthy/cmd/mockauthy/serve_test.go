package main

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

const (
	docsKey      = "d57d919d11e6b221c9bf6f7c882028f9"
	tokenIsValid = `200 {"message":"Token is valid.","token":"is valid","success":"true"}`
)

// What the greeting tells works when it is pasted.
func TestServe(t *testing.T) {
	t.Parallel()
	s := serving(t, nil, "--listen", "127.0.0.1:0")
	want := `A mock of the Authy API listens on URL

  API key   d57d919d11e6b221c9bf6f7c882028f9  (application "Authy Docs")
  user      alice@example.com, +1 201-555-0123, Authy ID 1000
  control   URL/mock/v1/, for this machine only
  page      URL/, the same in a browser

  the user's current token:
    mockauthy token --url URL 1000
  verify it:
    curl -H 'X-Authy-API-Key: d57d919d11e6b221c9bf6f7c882028f9' 'URL/protected/json/verify/TOKEN/1000?force=true'

  a program that asks https://api.authy.com, unchanged:
    mockauthy ca --url URL > ca.pem
    HTTPS_PROXY=URL SSL_CERT_FILE=ca.pem my-program

Ctrl-C stops it.
`
	if got := strings.ReplaceAll(s.greeting, s.url, "URL"); got != want {
		t.Errorf("greeting\n%s\nwant\n%s", got, want)
	}
	if !regexp.MustCompile(`^http://127\.0\.0\.1:[1-9][0-9]*$`).MatchString(s.url) {
		t.Errorf("the URL %q, want one of 127.0.0.1", s.url)
	}

	_, rest, _ := strings.Cut(s.greeting, "current token:\n")
	line, _, _ := strings.Cut(rest, "\n")
	args := strings.Fields(line)
	token := command(t, nil, args[1:]...)
	if args[0] != "mockauthy" || token.code != 0 || token.stderr != "" || !regexp.MustCompile(`^[0-9]{7}\n$`).MatchString(token.stdout) {
		t.Fatalf("%s: %+v", line, token)
	}
	curl := regexp.MustCompile(`curl -H 'X-Authy-API-Key: (.*)' '(.*)'`).FindStringSubmatch(s.greeting)
	if curl == nil {
		t.Fatal("no curl")
	}
	url := strings.Replace(curl[2], "TOKEN", strings.TrimSpace(token.stdout), 1)
	if got, err := get(t.Context(), url, curl[1]); err != nil || got != tokenIsValid {
		t.Errorf("%s: %s, %v", url, got, err)
	}

	got := s.stop()
	if got.code != 0 || got.stdout != "" {
		t.Errorf("stopped: exit %d, stdout %q; want 0 and nothing", got.code, got.stdout)
	}
	if !strings.Contains(got.stderr, `endpoint=verify authy_ids=[1000] fault="" status=200 outcome="Token is valid."`) || strings.Count(got.stderr, "\n") != 1 {
		t.Errorf("log %q, want one line about the request", got.stderr)
	}
	for _, secret := range []string{strings.TrimSpace(token.stdout), docsKey} {
		if strings.Contains(got.stderr, secret) {
			t.Errorf("log %q: has a secret", got.stderr)
		}
	}
	if _, err := get(t.Context(), s.url, ""); err == nil {
		t.Error("it answers though it has stopped")
	}
}

func TestServeAPIKey(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*served{
		"flag":        serving(t, nil, "--listen", "127.0.0.1:0", "--api-key", "mine"),
		"environment": serving(t, environment{"MOCKAUTHY_LISTEN": "127.0.0.1:0", "MOCKAUTHY_API_KEY": "mine"}),
		"both":        serving(t, environment{"MOCKAUTHY_API_KEY": "other"}, "--listen", "127.0.0.1:0", "--api-key", "mine"),
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(s.greeting, "  API key   mine  (application") {
				t.Errorf("greeting %s", s.greeting)
			}
			if got, err := get(t.Context(), s.url+"/protected/json/app/details", "mine"); err != nil || !strings.HasPrefix(got, "200 ") {
				t.Errorf("with the key: %s, %v", got, err)
			}
			if got, err := get(t.Context(), s.url+"/protected/json/app/details", docsKey); err != nil || !strings.HasPrefix(got, "401 ") {
				t.Errorf("with the ready-made key: %s, %v", got, err)
			}
		})
	}
}

func writeSeed(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "seed.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

const twoApplications = `
applications:
  - name: One
    api_key: first
    users:
      - {authy_id: 5, email: a@example.com, cellphone: 201-555-0100, country_code: 1, secret: GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ}
  - name: Two
    api_key: second
    tokens: {digits: 8}
    users:
      - {authy_id: 6, email: b@example.com, cellphone: 201-555-0100, country_code: 1, secret: GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ}
`

func TestServeSeed(t *testing.T) {
	t.Parallel()
	file := writeSeed(t, twoApplications)
	for name, s := range map[string]*served{
		"flag":        serving(t, nil, "--listen", "127.0.0.1:0", "--seed", file),
		"environment": serving(t, environment{"MOCKAUTHY_SEED": file}, "--listen", "127.0.0.1:0"),
		// The key may have been exported for the command token.
		"flag beside a key":        serving(t, environment{"MOCKAUTHY_API_KEY": "second"}, "--listen", "127.0.0.1:0", "--seed", file),
		"environment beside a key": serving(t, environment{"MOCKAUTHY_SEED": file, "MOCKAUTHY_API_KEY": "CANARY"}, "--listen", "127.0.0.1:0"),
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(s.greeting, `  API key   first  (application "One")`) ||
				!strings.Contains(s.greeting, "  user      a@example.com, +1 201-555-0100, Authy ID 5\n") ||
				!strings.Contains(s.greeting, "    mockauthy token --url "+s.url+" 5\n") {
				t.Errorf("greeting %s", s.greeting)
			}
			for key, want := range map[string]string{"first": "One", "second": "Two"} {
				if got, err := get(t.Context(), s.url+"/protected/json/app/details", key); err != nil || !strings.HasPrefix(got, `200 {"app":{"name":"`+want+`",`) {
					t.Errorf("key %s: %s, %v", key, got, err)
				}
			}
		})
	}
}

// Nobody but this machine reaches the mock unless he is let in on purpose.
func TestDefaultListenIsLocal(t *testing.T) {
	t.Parallel()
	host, _, err := net.SplitHostPort(defaultListen)
	if err != nil || !net.ParseIP(host).IsLoopback() {
		t.Errorf("%s, %v: want a loopback address", defaultListen, err)
	}
}

func TestServeErrors(t *testing.T) {
	t.Parallel()
	bad := writeSeed(t, "applications:\n  - name: A\n    color: red\n")
	wrong := writeSeed(t, "applications:\n  - name: A\n    api_key: k\n    users:\n      - email: a@example.com\n        cellphone: 911\n")
	missing := filepath.Join(t.TempDir(), "seed.yaml")
	for _, test := range []struct {
		name   string
		env    environment
		args   []string
		stderr string
	}{
		{"seed, unknown key", nil, []string{"--seed", bad}, "mockauthy: " + bad + ":3: the key color is not known\n"},
		{"seed, wrong user", nil, []string{"--seed", wrong}, "mockauthy: " + wrong + `:5: user "a@example.com" of the application "A": cellphone "911": want 7 to 15 digits` + "\n"},
		{"seed in the environment", environment{"MOCKAUTHY_SEED": bad}, nil, "mockauthy: " + bad + ":3: the key color is not known\n"},
		{"seed missing", nil, []string{"--seed", missing}, "mockauthy: seed file: open " + missing + ": no such file or directory\n"},
		{"seed in the environment and key", environment{"MOCKAUTHY_SEED": bad}, []string{"--api-key", "CANARY"}, "mockauthy: --api-key and --seed: want only one of them, the seed file names the API keys\n"},
		{"seed and key", nil, []string{"--seed", bad, "--api-key", "CANARY"}, "mockauthy: --api-key and --seed: want only one of them, the seed file names the API keys\n"},
		{"address without a port", nil, []string{"--listen", "localhost"}, "mockauthy: --listen \"localhost\": want HOST:PORT\n"},
		{"argument", nil, []string{"now"}, "mockauthy: unknown command \"now\" for \"mockauthy serve\"\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			expect(t, result{2, "", test.stderr}, test.env, append([]string{"serve", "--listen", "127.0.0.1:0"}, test.args...)...)
		})
	}
}

func TestServePortInUse(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	addr := listener.Addr().String()
	expect(t, result{1, "", "mockauthy: listen on " + addr + ": listen tcp " + addr + ": bind: address already in use (--listen takes another address)\n"},
		nil, "serve", "--listen", addr)
}

// Without somebody to tell its address to, the mock does not serve.
func TestServeGreetsNobody(t *testing.T) {
	t.Parallel()
	var stderr strings.Builder
	code := run(t.Context(), []string{"mockauthy", "serve", "--listen", "127.0.0.1:0"}, environment{}.get, brokenWriter{}, &stderr)
	if code != 1 || stderr.String() != "mockauthy: say where the mock is: broken\n" {
		t.Errorf("exit %d, stderr %q; want 1, broken", code, stderr.String())
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("broken") }

// arrived waits until a request does not get on for a fault.
func arrived(t *testing.T, mock *control.Client) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; {
		requests, err := mock.Requests(t.Context(), control.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		if len(requests) == 1 && requests[0].Fault == "delay" {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("no request arrives")
		}
	}
}

// delayed asks the mock for what a fault delays, and waits until it has arrived.
func delayed(t *testing.T, s *served, by string) (answer func() (string, error)) {
	t.Helper()
	mock, err := control.New(s.url)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := mock.AddFault(t.Context(), control.Fault{Name: "delay", Delay: by}); err != nil {
		t.Fatal(err)
	}
	var (
		body string
		done = make(chan error, 1)
	)
	go func() {
		var err error
		body, err = get(context.Background(), s.url+"/protected/json/app/details", docsKey)
		done <- err
	}()
	arrived(t, mock)
	return func() (string, error) {
		err := <-done
		return body, err
	}
}

// A request that runs when the mock is told to stop gets its answer.
func TestServeStopsGracefully(t *testing.T) {
	t.Parallel()
	s := serving(t, nil, "--listen", "127.0.0.1:0")
	answer := delayed(t, s, "300ms")
	stopped := s.stop() // returns once the request is answered
	if got, err := answer(); err != nil || !strings.HasPrefix(got, `200 {"app":{"name":"Authy Docs",`) {
		t.Errorf("the running request: %s, %v", got, err)
	}
	if stopped.code != 0 || !strings.Contains(stopped.stderr, "fault=delay status=200") {
		t.Errorf("%+v, want exit 0, and the request in the log", stopped)
	}
}
