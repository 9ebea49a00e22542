package hooks_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

const (
	sftpgoKey      = "canaryKeyId.canarySftpgoKey"
	sftpgoPassword = "canary admin pässword"
)

// sftpgo is an HTTP server in the place of SFTPGo's REST API. It finds users as
// the router there does: it unescapes what is already unescaped a second time
// (getURLParam).
type sftpgo struct {
	*httptest.Server
	mu       sync.Mutex
	users    map[string]string // the answer for each user
	lifetime time.Duration     // of an access token
	logins   int
	token    string // the one that is good; "" is none
	requests []string
}

func newSFTPGo(tb testing.TB, users map[string]string) *sftpgo {
	tb.Helper()
	s := &sftpgo{users: users, lifetime: time.Hour}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	tb.Cleanup(s.Close)
	return s
}

func (s *sftpgo) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r.Method+" "+r.RequestURI)
	path := r.URL.RawPath
	if path == "" {
		path = r.URL.Path
	}
	if path == "/api/v2/token" {
		if admin, password, _ := r.BasicAuth(); admin != "admin" || password != sftpgoPassword {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		s.logins++
		s.token = fmt.Sprintf("canaryJWT%d", s.logins)
		_ = json.NewEncoder(w).Encode(map[string]string{"access_token": s.token, "expires_at": time.Now().Add(s.lifetime).Format(time.RFC3339)})
		return
	}
	if r.Header.Get("X-SFTPGO-API-KEY") != sftpgoKey && (s.token == "" || r.Header.Get("Authorization") != "Bearer "+s.token) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	name, err := url.PathUnescape(strings.TrimPrefix(path, "/api/v2/users/"))
	answer, ok := s.users[name]
	if err != nil || !ok || strings.Count(path, "/") != 4 {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	if r.Method == http.MethodPut {
		body, _ := io.ReadAll(r.Body)
		s.users[name] = string(body)
	}
	_, _ = io.WriteString(w, answer)
}

func (s *sftpgo) seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.requests...)
}

func (s *sftpgo) with(change func(*sftpgo)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

// byKey is a client with an API key.
func byKey(tb testing.TB, base string) *hooks.SFTPGo {
	tb.Helper()
	return hooks.NewSFTPGo(hooks.SFTPGoConfig{URL: mustURL(tb, base), APIKey: hooks.NewSecret(sftpgoKey)})
}

// byAdmin is a client with an administrator's name and password.
func byAdmin(tb testing.TB, base, password string) *hooks.SFTPGo {
	tb.Helper()
	return hooks.NewSFTPGo(hooks.SFTPGoConfig{URL: mustURL(tb, base), Admin: "admin", Password: hooks.NewSecret(password)})
}

func mustURL(tb testing.TB, text string) *url.URL {
	tb.Helper()
	parsed, err := url.Parse(text)
	if err != nil {
		tb.Fatal(err)
	}
	return parsed
}

// userJSON is a user as SFTPGo's REST API gives it.
func userJSON(name, info string) string {
	text, _ := json.Marshal(map[string]any{"username": name, "additional_info": info, "status": 1})
	return string(text)
}
