package hooks_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// lawful is the first law over HTTP: without a proven token nothing that SFTPGo
// could take for an acceptance, never an empty answer, one request to Authy at
// the most. It returns the answer and whether it lets in.
func lawful(t *testing.T, path, body string, right bool) (f *front, o httpOutcome, letsIn bool) {
	t.Helper()
	verifier := refusing()
	if right {
		verifier = accepting()
	}
	f = newFront(verifier)
	o = post(f, path, body)
	hook := paths[path].hook
	letsIn, asks := sftpgoGoesOn(hook, o)
	asked := len(verifier.seen())
	if letsIn && (!right || asked != 1) {
		t.Fatalf("%q let in without a proven token: %+v", body, o)
	}
	if asked > 1 || strings.TrimSpace(o.body) == "" || (letsIn || asks) != (o.status == http.StatusOK) {
		t.Fatalf("%q asked %d times: %+v", body, asked, o)
	}
	if !letsIn && !asks && o.body != denials[hook] {
		t.Fatalf("%q: %+v", body, o)
	}
	if n := len(f.observed()); n != 1 {
		t.Fatalf("%d decisions", n)
	}
	return f, o, letsIn
}

// seeds are bodies to start from.
func seeds(f *testing.F, bodies ...string) {
	f.Helper()
	for _, body := range append(bodies, "", "{}", "null", "[]", "{", "\ufeff{}", `{"username":"alice","username":"bob"}`, `{"user":{"username":"alice"}}`) {
		f.Add(body, true)
		f.Add(body, false)
		f.Add(strings.ReplaceAll(body, "alice", "bob"), true)
	}
}

func FuzzHTTPKeyint(f *testing.F) {
	seeds(f, keyintBody1, keyintBody2, keyintBody3, strings.Replace(keyintBody3, `"step":3`, `"step":1e1`, 1))
	f.Fuzz(func(t *testing.T, body string, right bool) {
		_, _, letsIn := lawful(t, hooks.KeyintPath, body, right)
		var said struct {
			Username string
			Step     int
			Answers  []string
		}
		if letsIn && (json.Unmarshal([]byte(body), &said) != nil || said.Username != "alice" || said.Step != 3 || len(said.Answers) != 1) {
			t.Fatalf("%q let in", body)
		}
	})
}

func FuzzHTTPExtauth(f *testing.F) {
	seeds(f, extauthBody, strings.Replace(extauthBody, `"status":1`, `"USERNAME":"admin"`, 1), strings.Replace(extauthBody, aliceJSON, `" "`, 1))
	f.Fuzz(func(t *testing.T, body string, right bool) {
		_, o, letsIn := lawful(t, hooks.ExtauthPath, body, right)
		if !letsIn {
			return
		}
		// SFTPGo decodes both like this, and must come to the same name.
		var said, answered struct {
			Username string
			Password string
			User     json.RawMessage
		}
		if json.Unmarshal([]byte(body), &said) != nil || json.Unmarshal([]byte(o.body), &answered) != nil ||
			said.Username != answered.Username || string(said.User) != o.body || said.Password == "" {
			t.Fatalf("%q let in with %q", body, o.body)
		}
	})
}

func FuzzHTTPCheckpwd(f *testing.F) {
	seeds(f, checkpwdBody, strings.Replace(checkpwdBody, canaryPassword, `\ud800`, 1), strings.Replace(checkpwdBody, canaryPassword, ``, 1))
	f.Fuzz(func(t *testing.T, body string, right bool) {
		front, o, letsIn := lawful(t, hooks.CheckpwdPath, body, right)
		if !letsIn {
			return
		}
		var said, answered struct {
			Username string
			Password string
			Status   int
			ToVerify string `json:"to_verify"`
		}
		if json.Unmarshal([]byte(body), &said) != nil || json.Unmarshal([]byte(o.body), &answered) != nil || said.Username != "alice" ||
			answered.Status != 2 || answered.ToVerify == "" || front.verifier.seen()[0] != aliceID+" "+strings.TrimPrefix(said.Password, answered.ToVerify) {
			t.Fatalf("%q let in with %q", body, o.body)
		}
	})
}
