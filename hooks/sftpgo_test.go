package hooks_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

func find(tb testing.TB, directory hooks.Directory, name string) (hooks.Enrolment, error) {
	tb.Helper()
	// What the account says itself is not SFTPGo's word.
	e, err := directory.Find(tb.Context(), hooks.Account{Username: name, AdditionalInfo: "authy_id=666"})
	if err != nil {
		noSecrets(tb, "error", err.Error())
		if e.String() != "" {
			tb.Errorf("%s: %v next to %v", name, e, err)
		}
	}
	return e, err
}

func TestSFTPGoFind(t *testing.T) {
	t.Parallel()
	server := newSFTPGo(t, map[string]string{
		"alice": aliceJSON,
		"six":   userJSON("six", `{"authy_id":1002,"authy_digits":6}`),
		"robot": userJSON("robot", "authy_no_token"),
		"plain": userJSON("plain", "desk 4b"), "none": `{"username":"none"}`, "empty": userJSON("empty", ""),
		"wrong":  userJSON("wrong", "authy_id=x"),
		"other":  userJSON("alice", "authy_id=1001"),
		"Alice":  aliceJSON,
		"twice":  `{"username":"twice","username":"twice","additional_info":"authy_id=1"}`,
		"case":   `{"username":"case","additional_info":"authy_id=1","Additional_Info":"authy_id=2"}`,
		"number": `{"username":"number","additional_info":1}`, "null": `{"username":"null","additional_info":null}`,
		"list": `[` + userJSON("list", "authy_id=1") + `]`, "html": "<html>", "nothing": "", "two": userJSON("two", "authy_id=1") + "{}",
		"nameless": `{"additional_info":"authy_id=1"}`, "listed": `{"username":["listed"],"additional_info":"authy_id=1"}`,
		"huge": `{"username":"huge","additional_info":"authy_id=1"` + strings.Repeat(" ", 2<<20) + `}`,
	})
	for name, directory := range map[string]hooks.Directory{"key": byKey(t, server.URL), "admin": byAdmin(t, server.URL, sftpgoPassword), "slash": byKey(t, server.URL+"/")} {
		for user, want := range map[string]string{"alice": "1001", "six": "1002,digits=6", "robot": ",no-token"} {
			if e, err := find(t, directory, user); err != nil || e.String() != want {
				t.Errorf("by %s %s: %v, %v, want %s", name, user, e, err, want)
			}
		}
		for _, user := range []string{"plain", "none", "empty", "nobody", "ALICE", "alice/2fa", "alice "} {
			_, err := find(t, directory, user)
			wantError(t, err, hooks.ErrNoAuthyID)
		}
		for _, user := range []string{"other", "Alice", "twice", "case", "number", "null", "list", "html", "nothing", "two", "nameless", "listed", "huge"} {
			_, err := find(t, directory, user)
			wantError(t, err, hooks.ErrSFTPGo)
		}
		if _, err := find(t, directory, "wrong"); err == nil || errors.Is(err, hooks.ErrNoAuthyID) {
			t.Errorf("wrong: %v", err)
		}
	}
	if server.logins != 1 {
		t.Errorf("the administrator logged in %d times", server.logins)
	}
}

// A name is one segment of the path, whatever is in it, and the answer is about
// nobody else.
func TestSFTPGoHostileNames(t *testing.T) {
	t.Parallel()
	server := newSFTPGo(t, map[string]string{"aA": userJSON("aA", "authy_id=1"), "alice": aliceJSON, "": aliceJSON})
	var requests []string
	handler := server.Config.Handler
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests = append(requests, r.RequestURI)
		handler.ServeHTTP(w, r)
	})
	for _, name := range append(hostileNames(), "a%41", "%61lice", "alice%00", "alice\x00") {
		requests = nil
		_, err := find(t, byKey(t, server.URL), name)
		if err == nil {
			t.Errorf("%q was found", name)
		}
		if len(requests) != 1 {
			t.Errorf("%q: requests %q", name, requests)
			continue
		}
		segment, ok := strings.CutPrefix(requests[0], "/api/v2/users/")
		unescaped, err := url.PathUnescape(segment)
		if !ok || err != nil || unescaped != name || strings.ContainsAny(segment, "/?#;\\ ") || segment == "." || segment == ".." {
			t.Errorf("%q was asked for as %q", name, requests[0])
		}
	}
	// SFTPGo itself would answer about aA.
	if _, err := find(t, byKey(t, server.URL), "a%41"); !errors.Is(err, hooks.ErrSFTPGo) || !strings.Contains(err.Error(), "another user") {
		t.Errorf("a%%41: %v", err)
	}
	requests = nil
	for _, name := range []string{"", ".", "..", "a\xff", strings.Repeat("ä", 256)} {
		_, err := find(t, byKey(t, server.URL), name)
		wantError(t, err, hooks.ErrSFTPGo)
	}
	if len(requests) > 0 {
		t.Errorf("requests left: %q", requests)
	}
}

func hostileNames() []string {
	return []string{
		"alice/../admin", "../admins/admin", "..%2fadmins", "/", "//", "alice/", "...", "./", "alice?x=1", "alice#x", "alice;x", `alice\..`,
		"%", "%2e%2e", "%zz", "alice\r\nX-Evil: 1", "\n", " ", "+", "al&ice=", "http://evil", "@evil", ":", "é/ü", "\u202e", strings.Repeat("ä", 255),
	}
}

func TestSFTPGoRefusals(t *testing.T) {
	t.Parallel()
	other := newAuthy(t, answering(200, aliceJSON))
	for _, status := range []int{201, 204, 301, 302, 307, 308, 400, 401, 403, 429, 500, 503} {
		server := newAuthy(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", other.URL)
			w.WriteHeader(status)
			if status != 204 {
				_, _ = io.WriteString(w, aliceJSON)
			}
		})
		for _, directory := range []hooks.Directory{byKey(t, server.URL), byAdmin(t, server.URL, sftpgoPassword)} {
			_, err := find(t, directory, "alice")
			wantError(t, err, hooks.ErrSFTPGo)
		}
	}
	if n := len(other.seen()); n != 0 {
		t.Errorf("another host got %d requests", n)
	}
	server := newSFTPGo(t, nil)
	for _, directory := range []hooks.Directory{byAdmin(t, server.URL, "canary wrong"), byAdmin(t, "http://127.0.0.1:1", sftpgoPassword), byKey(t, "http://canary.invalid")} {
		_, err := find(t, directory, "alice")
		wantError(t, err, hooks.ErrSFTPGo)
	}
	for _, body := range []string{"", "{}", `{"access_token":""}`, `{"access_token":1}`, `{"access_token":"a\r\nb"}`, aliceJSON} {
		server := newAuthy(t, answering(200, body))
		if _, err := find(t, byAdmin(t, server.URL, sftpgoPassword), "alice"); !errors.Is(err, hooks.ErrSFTPGo) || len(server.seen()) != 1 {
			t.Errorf("%q for an access token: %v after %d requests", body, err, len(server.seen()))
		}
	}
}

func TestSFTPGoAccessToken(t *testing.T) {
	t.Parallel()
	const get, token = "GET /api/v2/users/alice", "GET /api/v2/token"
	server := newSFTPGo(t, map[string]string{"alice": aliceJSON})
	client := byAdmin(t, server.URL, sftpgoPassword)
	mustFind := func(want ...string) {
		t.Helper()
		server.with(func(s *sftpgo) { s.requests = nil })
		if e, err := find(t, client, "alice"); err != nil || e.AuthyID != aliceID {
			t.Fatalf("%v, %v", e, err)
		}
		if got := server.seen(); !slices.Equal(got, want) {
			t.Errorf("requests %q, want %q", got, want)
		}
	}
	mustFind(token, get)
	mustFind(get)
	server.with(func(s *sftpgo) { s.token, s.lifetime = "", -time.Minute })
	mustFind(get, token, get) // refused, renewed; the new one is out of date at once
	mustFind(token, get)
	server.with(func(s *sftpgo) { s.lifetime = time.Hour })
	mustFind(token, get)
	mustFind(get)
	// Many at once share one.
	before := server.logins
	server.with(func(s *sftpgo) { s.token = "" })
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			if e, err := find(t, client, "alice"); err != nil || e.AuthyID != aliceID {
				t.Errorf("%v, %v", e, err)
			}
		})
	}
	group.Wait()
	if n := server.logins - before; n != 1 {
		t.Errorf("20 at once logged in %d times", n)
	}
}

func TestSFTPGoDeadline(t *testing.T) {
	t.Parallel()
	silent, _ := rawServer(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
	for name, directory := range map[string]hooks.Directory{"key": byKey(t, silent), "admin": byAdmin(t, silent, sftpgoPassword)} {
		var group sync.WaitGroup
		for range 3 { // the later ones wait for the token of the first
			group.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
				defer cancel()
				start := time.Now()
				_, err := directory.Find(ctx, hooks.Account{Username: "alice"})
				if took := time.Since(start); !errors.Is(err, hooks.ErrTimeout) || took > 2*time.Second {
					t.Errorf("%s: %v after %v", name, err, took)
				}
			})
		}
		group.Wait()
	}
}

func TestSFTPGoTLS(t *testing.T) {
	t.Parallel()
	server := newTLSAuthy(t, answering(200, aliceJSON))
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	for name, pool := range map[string]*x509.CertPool{"trusted": roots, "other": x509.NewCertPool()} {
		client := hooks.NewSFTPGo(hooks.SFTPGoConfig{URL: mustURL(t, server.URL), APIKey: hooks.NewSecret(sftpgoKey), RootCAs: pool})
		_, err := find(t, client, "alice")
		if name == "trusted" && err != nil || name == "other" && (!errors.Is(err, hooks.ErrSFTPGo) || !strings.Contains(err.Error(), "AUTHY_SFTPGO_CA_FILE")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSFTPGoSetAdditionalInfo(t *testing.T) {
	t.Parallel()
	server := newSFTPGo(t, map[string]string{"alice": aliceJSON})
	client := byKey(t, server.URL)
	user, err := client.User(t.Context(), "alice")
	if err != nil || user.AdditionalInfo != "desk 4b authy_id=1001" {
		t.Fatalf("%+v, %v", user, err)
	}
	if err := client.SetAdditionalInfo(t.Context(), user, "<desk> & authy_id=2"); err != nil {
		t.Fatal(err)
	}
	if e, err := find(t, client, "alice"); err != nil || e.AuthyID != "2" {
		t.Errorf("%v, %v", e, err)
	}
	before, _ := hooks.ParseObject([]byte(aliceJSON))
	after, err := hooks.ParseObject([]byte(server.users["alice"]))
	if err != nil || len(after) != len(before) {
		t.Fatalf("%s, %v", server.users["alice"], err)
	}
	for name, value := range before {
		if got := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(after[name])); name != "additional_info" && got != string(value) {
			t.Errorf("%s was %s, is %s", name, value, after[name])
		}
	}
	server.Close()
	if err := client.SetAdditionalInfo(t.Context(), user, ""); !errors.Is(err, hooks.ErrSFTPGo) {
		t.Errorf("closed: %v", err)
	}
	noSecrets(t, "client", fmt.Sprintf("%v %+v %#v", client, client, *client))
}
