package contract_test

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

func TestKeyboardHTTP(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		response

		in bool
	}{
		"success":              {response{200, success}, true},
		"success, 201":         {response{201, success}, false},
		"success, 401":         {response{401, success}, false},
		"success, 500":         {response{500, success}, false},
		"failure":              {response{200, `{"auth_result":-1}`}, false},
		"another result":       {response{200, `{"auth_result":2}`}, false},
		"neither":              {response{200, `{}`}, false},
		"nothing":              {response{200, ""}, false},
		"garbage":              {response{200, "<html>"}, false},
		"bytes after it":       {response{200, success + "<html>"}, true},
		"no echo":              {response{200, `{"questions":["Token: "]}`}, false},
		"more than a megabyte": {response{200, strings.Repeat(" ", 2<<20) + success}, true},
	}
	all := map[string]response{}
	for name, test := range tests {
		all[name] = test.response
	}
	d := start(t, responses(t, driver.KeyboardInteractive, "username", all), 0)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			mustLetInAsked(t, enter(t, d, named(name)), name, test.in)
		})
	}
}

func TestKeyboardHTTPDialogue(t *testing.T) {
	t.Parallel()
	var asked []map[string]any
	says := []string{askPassword, askToken, success}
	site := newSite(t, service(t, driver.KeyboardInteractive, func(w http.ResponseWriter, r *http.Request) {
		var request map[string]any
		if err := json.Unmarshal([]byte(body(r)), &request); err != nil {
			t.Error(err)
		}
		asked = append(asked, request)
		_, _ = io.WriteString(w, says[len(asked)-1])
	}), 0, alice())
	mustLetIn(t, site, byKeyboard("secret", "1234567"), "alice")
	id, hash := asked[0]["request_id"], asked[0]["password"]
	want := []map[string]any{
		{"request_id": id, "step": 1.0, "username": "alice", "password": hash, "ip": "127.0.0.1"},
		{"request_id": id, "step": 2.0, "username": "alice", "password": hash, "questions": []any{"Password: "}, "answers": []any{"OK"}},
		{"request_id": id, "step": 3.0, "username": "alice", "password": hash, "questions": []any{"Token: "}, "answers": []any{"1234567"}},
	}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Error(diff)
	}
	if hash, ok := hash.(string); !ok || !strings.HasPrefix(hash, "$2a$") {
		t.Errorf("the password is %v, want a hash", hash)
	}

	asked = nil
	mustLetIn(t, site, byKeyboard("wrong", "1234567"), "")
	if len(asked) != 1 || asked[0]["request_id"] == id {
		t.Errorf("the wrong password: asked %v", asked)
	}
}

// TestServicesThatBreakOff: only of a dialogue does SFTPGo take what came before.
func TestServicesThatBreakOff(t *testing.T) {
	t.Parallel()
	for kind, in := range map[driver.Kind]string{
		driver.KeyboardInteractive: "alice", driver.ExternalAuth: "", driver.CheckPassword: "",
	} {
		var requests atomic.Int32
		site := newSite(t, service(t, kind, func(w http.ResponseWriter, _ *http.Request) {
			requests.Add(1)
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, everySuccess)
		}), 0, alice())
		mustLetIn(t, site, anyway(kind), in)
		if n := requests.Load(); n != 1 {
			t.Errorf("%s: asked %d times", kind, n)
		}
	}
}

// everySuccess lets in whatever the hook's kind.
const everySuccess = `{"auth_result":1,"status":1,"username":"alice","permissions":{"/":["*"]}}`

// anyway is a login that reaches a hook of the kind.
func anyway(kind driver.Kind) driver.Login { return kind.Login("alice", "secret", "1234567") }

func TestServicesThatAreNotThere(t *testing.T) {
	t.Parallel()
	for _, kind := range driver.Kinds() {
		var requests atomic.Int32
		hangUp := newSite(t, service(t, kind, func(http.ResponseWriter, *http.Request) {
			requests.Add(1)
			panic(http.ErrAbortHandler)
		}), 0, alice())
		mustLetIn(t, hangUp, anyway(kind), "")
		if n := requests.Load(); n != 1 {
			t.Errorf("%s: asked %d times", kind, n)
		}
		nobody := script(kind, "")
		nobody.Program, nobody.URL = "", "http://127.0.0.1:1"
		mustLetIn(t, newSite(t, nobody, 0, alice()), anyway(kind), "")
	}
}

func TestServicesThatDoNotEnd(t *testing.T) {
	t.Parallel()
	const given = 300 * time.Millisecond
	for _, kind := range driver.Kinds() {
		site := newSite(t, service(t, kind, func(_ http.ResponseWriter, r *http.Request) {
			_ = body(r) // or nobody notices that the client is gone
			<-r.Context().Done()
		}), given, alice())
		if result := mustLetIn(t, site, anyway(kind), ""); result.Took < given || result.Took > long {
			t.Errorf("%s: took %s", kind, result.Took)
		}
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	for _, kind := range driver.Kinds() {
		for status, want := range map[int]string{302: "GET ", 307: "POST {", 308: "POST {"} {
			var asked string
			site := newSite(t, service(t, kind, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/" {
					http.Redirect(w, r, "/elsewhere", status)
					return
				}
				asked = r.Method + " " + body(r)
				_, _ = io.WriteString(w, everySuccess)
			}), 0, alice())
			mustLetIn(t, site, anyway(kind), "alice")
			if !strings.HasPrefix(asked, want) {
				t.Errorf("%s, %d: asked %s", kind, status, asked)
			}
		}
	}
}

// TestEnvironment: a program gets the variables of SFTPGo, those of the hook and
// those by which it finds the mock, and no others.
func TestEnvironment(t *testing.T) {
	t.Setenv("OF_THE_SUITE", "1")
	const common = "HTTPS_PROXY https_proxy SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE NODE_EXTRA_CA_CERTS OF_THE_HOOK " +
		"SFTPGO_AUTHD_USERNAME "
	for kind, want := range map[driver.Kind]string{
		driver.KeyboardInteractive: common + "SFTPGO_AUTHD_IP SFTPGO_AUTHD_PASSWORD",
		driver.CheckPassword:       common + "SFTPGO_AUTHD_PASSWORD SFTPGO_AUTHD_IP SFTPGO_AUTHD_PROTOCOL",
		driver.ExternalAuth: common + "SFTPGO_AUTHD_USER SFTPGO_AUTHD_IP SFTPGO_AUTHD_PASSWORD SFTPGO_AUTHD_PUBLIC_KEY " +
			"SFTPGO_AUTHD_PROTOCOL SFTPGO_AUTHD_TLS_CERT SFTPGO_AUTHD_KEYBOARD_INTERACTIVE",
	} {
		hook := script(kind, "")
		hook.Program, hook.Args, hook.Env = "/usr/bin/env", []string{"sh", "-c", `tr '\0' '\n' </proc/$$/environ >&2`}, []string{"OF_THE_HOOK=1"}
		site := newSite(t, hook, 0, alice())
		logIn(t, site, anyway(kind))
		var names []string
		for _, name := range regexp.MustCompile(`(?m)^(?:hook writes to standard error[^:]*: )?([A-Za-z_]+)=`).FindAllStringSubmatch(story(site), -1) {
			names = append(names, name[1])
		}
		if diff := cmp.Diff(strings.Fields(want), names); diff != "" {
			t.Errorf("%s:\n%s\n%s", kind, diff, story(site))
		}
	}
}
