package ctl_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks/internal/ctl"
)

// Values that must not turn up in what hookctl says.
const (
	canaryKey      = "canaryAuthyKey"
	canarySFTPGo   = "canaryId.canarySftpgoKey"
	canaryToken    = "7352914"
	canaryPassword = "canary admin"
)

// authy is an HTTP server in the place of Authy, for one phone.
type authy struct {
	*httptest.Server
	mu       sync.Mutex
	requests []string
	// What it answers; empty is as usual.
	status int
	body   string
	skew   time.Duration
}

func newAuthy(t *testing.T) *authy {
	t.Helper()
	a := &authy{}
	a.Server = httptest.NewServer(http.HandlerFunc(a.serve))
	t.Cleanup(a.Close)
	return a
}

func (a *authy) serve(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.requests = append(a.requests, r.Method+" "+r.URL.Path)
	w.Header().Set("Date", time.Now().Add(a.skew).UTC().Format(http.TimeFormat))
	answer := func(status int, body string) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
	switch segments := strings.Split(r.URL.Path, "/"); {
	case a.status != 0:
		answer(a.status, a.body)
	case r.Header.Get("X-Authy-API-Key") != canaryKey:
		answer(401, `{"error_code":"60001","message":"Invalid API key","success":false}`)
	case r.URL.Path == "/protected/json/app/details":
		answer(200, `{"app":{"name":"Verify\u001b[2J Sample"},"success":true}`)
	case r.URL.Path == "/protected/json/users/new":
		if r.FormValue("user[email]") == "foo" {
			answer(400, `{"success":false,"email":"is invalid","error_code":"60027"}`)
			return
		}
		answer(200, `{"user":{"id":`+r.FormValue("user[cellphone]")+`},"success":true}`)
	case strings.HasSuffix(r.URL.Path, "/status") && segments[4] != "404":
		answer(200, fmt.Sprintf(`{"status":{"authy_id":%s,"confirmed":true,"registered":true,"country_code":1,"phone_number":"XXX-XXX-0123","devices":["android\u001b[2J"],"account_disabled":%t},"success":true}`, segments[4], segments[4] == "1003"))
	case r.URL.Path == "/protected/json/verify/"+canaryToken+"/1001", r.URL.Path == "/protected/json/verify/123456/1002":
		answer(200, `{"message":"Token is valid.","token":"is valid","success":"true"}`)
	case strings.HasPrefix(r.URL.Path, "/protected/json/verify/"):
		answer(401, `{"error_code":"60020","success":false}`)
	default:
		answer(404, `{"error_code":"60026","success":false}`)
	}
}

func (a *authy) seen() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]string(nil), a.requests...)
}

// restAPI is an HTTP server in the place of SFTPGo's REST API.
type restAPI struct {
	*httptest.Server
	mu       sync.Mutex
	users    map[string]map[string]any
	readOnly bool
	forgets  bool // takes a change, and does not make it
}

func newREST(t *testing.T, users ...map[string]any) *restAPI {
	t.Helper()
	s := &restAPI{users: make(map[string]map[string]any)}
	for _, user := range users {
		s.users[fmt.Sprint(user["username"])] = user
	}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *restAPI) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Header.Get("X-SFTPGO-API-KEY") != canarySFTPGo || r.Method == http.MethodPut && s.readOnly {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	if r.URL.Path == "/api/v2/users" {
		list := []map[string]any{}
		for _, user := range s.users {
			list = append(list, user)
		}
		_ = json.NewEncoder(w).Encode(list)
		return
	}
	name, _ := url.PathUnescape(strings.TrimPrefix(r.URL.EscapedPath(), "/api/v2/users/"))
	user, ok := s.users[name]
	switch {
	case !ok:
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodGet:
		_ = json.NewEncoder(w).Encode(user)
	case !s.forgets:
		user = nil
		_ = json.NewDecoder(r.Body).Decode(&user)
		s.users[name] = user
	}
}

func (s *restAPI) info(name string) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.users[name]["additional_info"]
}

// outcome is what a run of hookctl leaves behind.
type outcome struct {
	code     int
	out, err string
}

// hookctl runs it with these settings, and fails the test if a secret is told.
func hookctl(t *testing.T, environ []string, stdin string, args ...string) outcome {
	t.Helper()
	var stdout, stderr strings.Builder
	code := ctl.Run(context.Background(), args, environ, strings.NewReader(stdin), &stdout, &stderr)
	o := outcome{code, stdout.String(), stderr.String()}
	for _, secret := range []string{"canary", canaryToken, "\x1b"} {
		if strings.Contains(o.out+o.err, secret) {
			t.Errorf("hookctl %q tells %q:\n%s%s", args, secret, o.out, o.err)
		}
	}
	return o
}

// must fails the test unless the run ended like that, and said all of it.
func (o outcome) must(t *testing.T, code int, texts ...string) {
	t.Helper()
	if o.code != code {
		t.Errorf("exit code %d, want %d\n%s%s", o.code, code, o.out, o.err)
	}
	for _, text := range texts {
		if !strings.Contains(o.out+o.err, text) {
			t.Errorf("it does not say %q:\n%s%s", text, o.out, o.err)
		}
	}
	if code == ctl.ExitOK && o.err != "" {
		t.Errorf("standard error: %s", o.err)
	}
}

func writeFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// withFile are the settings with a users file, withREST those with SFTPGo.
func withFile(a *authy, users string) []string {
	return []string{"AUTHY_API_URL=" + a.URL, "AUTHY_API_KEY=" + canaryKey, "AUTHY_USERS_FILE=" + users}
}

func withREST(a *authy, s *restAPI) []string {
	return []string{"AUTHY_API_URL=" + a.URL, "AUTHY_API_KEY=" + canaryKey, "AUTHY_SFTPGO_URL=" + s.URL, "AUTHY_SFTPGO_API_KEY=" + canarySFTPGo}
}
