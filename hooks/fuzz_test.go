package hooks_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

func FuzzParseToken(f *testing.F) {
	for _, text := range notTokens[:len(notTokens)-1] {
		f.Add(text, 7)
	}
	f.Add("1234567", 7)
	f.Fuzz(func(t *testing.T, text string, digits int) {
		token, err := hooks.ParseToken(text, digits)
		good := len(text) == digits && digits >= 6 && digits <= 8 && isDecimal(text)
		if (err == nil) != good || good && token.Reveal() != text || !good && token.Reveal() != "" {
			t.Errorf("ParseToken(%q, %d) = %q, %v", text, digits, token.Reveal(), err)
		}
	})
}

func FuzzParseUsers(f *testing.F) {
	for _, text := range []string{"alice,1001\n", "# c\n\na , 1\r\n", "a,1\na,1", "\ufeffa,1", "a,1,2", "\"a\",1", ",1", "a,,no-token", "a,1,digits=6,no-token-from=10.0.0.0/8,no-token-from=::1"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		users, err := hooks.ParseUsers("users.csv", data)
		if err != nil {
			if users != nil || !strings.HasPrefix(err.Error(), "users.csv:") {
				t.Errorf("%v, %v", users, err)
			}
			return
		}
		var written strings.Builder
		for name, enrolment := range users {
			if name == "" || strings.TrimSpace(name) != name || strings.ContainsAny(name, ",\"\n") || name[0] == '#' {
				t.Errorf("name %q", name)
			}
			if _, err := hooks.ParseAuthyID(string(enrolment.AuthyID)); err != nil && !enrolment.NoToken {
				t.Errorf("%+v", enrolment)
			}
			written.WriteString(name + "," + enrolment.String() + "\n")
		}
		again, err := hooks.ParseUsers("users.csv", []byte(written.String()))
		if err != nil || !reflect.DeepEqual(again, users) {
			t.Errorf("%v, %v after %v", again, err, users)
		}
	})
}

func FuzzConfigFile(f *testing.F) {
	for _, text := range []string{"AUTHY_API_KEY=k\n", " # c\nAUTHY_API_URL = https://x \r\n", "AUTHY_X=1", "x", "=", "AUTHY_API_KEY=a\nAUTHY_API_KEY=b", "\ufeff", "AUTHY_CONFIG_FILE=x"} {
		f.Add([]byte(text))
	}
	known := make(map[string]bool)
	for _, v := range hooks.Extauth().Variables() {
		known[v.Name] = true
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		values, err := hooks.Extauth().ParseConfigFile("authy.conf", data)
		if err != nil {
			if len(values) != 0 || !strings.HasPrefix(err.Error(), "authy.conf:") {
				t.Errorf("%v, %v", values, err)
			}
			return
		}
		for name, value := range values {
			if !known[name] || name == "AUTHY_CONFIG_FILE" || strings.TrimSpace(value) != value || strings.Contains(value, "\n") {
				t.Errorf("%s=%q", name, value)
			}
		}
		// All the way: any file either is a configuration with a key and a URL
		// that may get it, or an error.
		path := filepath.Join(t.TempDir(), "authy.conf")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		config, err := hooks.Extauth().Config([]string{"AUTHY_CONFIG_FILE=" + path})
		if err != nil {
			return
		}
		if config.APIKey.Reveal() == "" || config.APIURL.Host == "" || config.APIURL.User != nil || config.APIURL.RawQuery != "" ||
			config.TokenDigits < 6 || config.TokenDigits > 8 || config.Deadline <= 0 {
			t.Errorf("%+v", config)
		}
	})
}

func FuzzAdditionalInfo(f *testing.F) {
	for _, text := range []string{"authy_id=1001", `{"authy_id":"1001"}`, `{"authy_id":1001}`, "a, authy_id=1;", `{"authy_id":"1","AUTHY_ID":2}`, "{", "authy_id=1 authy_id=2", "authy_no_token", "authy_id=1 authy_digits=6 authy_no_token_from=10.0.0.0/8"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, info string) {
		found, err := hooks.AdditionalInfo{}.Find(t.Context(), hooks.Account{AdditionalInfo: info})
		if err != nil {
			if !reflect.DeepEqual(found, hooks.Enrolment{}) {
				t.Errorf("%+v next to %v", found, err)
			}
			return
		}
		id := found.AuthyID
		if id == "" && found.NoToken {
			return
		}
		if _, err := hooks.ParseAuthyID(string(id)); err != nil {
			t.Errorf("ID %q from %q", id, info)
		}
		if !strings.HasPrefix(strings.TrimSpace(info), "{") && !strings.Contains(info, "authy_id="+string(id)) {
			t.Errorf("ID %q is not in %q", id, info)
		}
	})
}

// FuzzAuthyAnswer compares the reader of Authy's answers with a plain one: what
// is accepted here must be accepted there.
func FuzzAuthyAnswer(f *testing.F) {
	for _, body := range []string{
		goodAnswer, `{"token":"is valid","success":true}`, `{"success":"true"}`, "", "null", "[]", "\ufeff" + goodAnswer, goodAnswer + "x",
		`{"token":"is valid","success":"false","success":"true"}`, `{"error_code":"60020"}`, `{"a":{"b":[1,2,{"c":null}]},"token":"is valid","success":true}`,
	} {
		f.Add(200, []byte(body))
		f.Add(401, []byte(body))
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if err := hooks.Judge(status, body); err != nil {
			if !utf8.ValidString(err.Error()) || len(err.Error()) > 300 {
				t.Errorf("error %q", err)
			}
			return
		}
		var members map[string]any
		if err := json.Unmarshal(body, &members); err != nil || status != 200 {
			t.Fatalf("accepted %d %q: %v", status, body, err)
		}
		if members["token"] != "is valid" || members["success"] != "true" && members["success"] != true {
			t.Errorf("accepted %q", body)
		}
	})
}

// fuzzEnvironment completes a login with fuzzed values. NUL cannot be in an
// environment.
func fuzzEnvironment(t *testing.T, config []string, login ...string) []string {
	t.Helper()
	for _, entry := range login {
		if strings.Contains(entry, "\x00") {
			t.Skip()
		}
	}
	return append(append([]string(nil), config...), login...)
}

// invariant is the first law: without a proven token nothing that SFTPGo could
// take for an acceptance.
func invariant(t *testing.T, p hooks.Program, o outcome, proven bool) {
	t.Helper()
	if !proven && (o.code == 0 || sftpgoLetsIn(p.Name(), o) || o.lastLine() != denials[p.Name()]) {
		t.Fatalf("let in without a proven token: %+v", o)
	}
	if proven != (o.code == 0) {
		t.Fatalf("exit code %d, proven %v", o.code, proven)
	}
	if strings.Count(o.stderr, "\n") != 1 {
		t.Fatalf("log: %q", o.stderr)
	}
}

func FuzzCheckpwd(f *testing.F) {
	config := settings(f, "http://127.0.0.1:1")
	for _, test := range passwordCuts[:len(passwordCuts)-1] {
		f.Add("alice", test.password, true)
		f.Add("bob", test.password, false)
	}
	f.Fuzz(func(t *testing.T, username, password string, right bool) {
		verifier := refusing()
		if right {
			verifier = accepting()
		}
		p := hooks.Checkpwd().WithVerifier(verifier)
		o := run(p, fuzzEnvironment(t, config, "SFTPGO_AUTHD_USERNAME="+username, "SFTPGO_AUTHD_PASSWORD="+password))
		asked := verifier.seen()
		invariant(t, p, o, right && len(asked) == 1)
		if len(asked) > 0 && username != "alice" {
			t.Fatalf("%q asked about %q", username, asked)
		}
		if o.code != 0 {
			return
		}
		var response struct {
			Status   int    `json:"status"`
			ToVerify string `json:"to_verify"`
		}
		if err := json.Unmarshal([]byte(o.stdout), &response); err != nil || response.Status != 2 || response.ToVerify == "" ||
			aliceID+" "+strings.TrimPrefix(password, response.ToVerify) != asked[0] {
			t.Fatalf("%q became %q", password, o.stdout)
		}
	})
}

func FuzzExtauth(f *testing.F) {
	config := settings(f, "http://127.0.0.1:1")
	f.Add("alice", "1234567", aliceJSON, "", "", "", true)
	f.Add("bob", "1234567", `{"username":"bob","additional_info":"authy_id=1"}`, "", "", "", true)
	f.Add("bob", "1234567", `{"username":"bob","USERNAME":"admin","additional_info":"authy_id=1"}`, "", "", "", true)
	f.Add("alice", "", aliceJSON, "ssh-ed25519", "", "", true)
	f.Add("alice", "", aliceJSON, "", "x", "1", false)
	f.Add("", "1234567", `{"username":""}`, "", "", "", true)
	f.Fuzz(func(t *testing.T, username, password, user, key, certificate, keyboard string, right bool) {
		verifier := refusing()
		if right {
			verifier = accepting()
		}
		p := hooks.Extauth().WithVerifier(verifier)
		o := run(p, fuzzEnvironment(t, config, "SFTPGO_AUTHD_USERNAME="+username, "SFTPGO_AUTHD_PASSWORD="+password, "SFTPGO_AUTHD_USER="+user,
			"SFTPGO_AUTHD_PUBLIC_KEY="+key, "SFTPGO_AUTHD_TLS_CERT="+certificate, "SFTPGO_AUTHD_KEYBOARD_INTERACTIVE="+keyboard))
		invariant(t, p, o, right && len(verifier.seen()) == 1)
		if o.code != 0 {
			return
		}
		// SFTPGo decodes the answer like this, and must come to the same name.
		var decoded struct {
			Username string `json:"username"`
		}
		if err := json.Unmarshal([]byte(o.stdout), &decoded); err != nil || decoded.Username != username || username == "" || o.stdout != user+"\n" {
			t.Fatalf("%q logs in as %q with %q: %v", username, decoded.Username, o.stdout, err)
		}
		if key != "" || certificate != "" || keyboard != "" || password == "" {
			t.Fatal("let in by another method")
		}
	})
}

func FuzzKeyint(f *testing.F) {
	config := settings(f, "http://127.0.0.1:1")
	f.Add("alice", "OK\n", "1234567\n", true)
	f.Add("alice", "OK\r\n", "1234567\r\n", false)
	f.Add("bob", "OK\n", "1234567\n", true)
	f.Add("alice", "x\nOK\n", "1234567\n", true)
	f.Add("alice", "OK\n1234567\n", "", true)
	f.Add("alice", "", "", true)
	f.Fuzz(func(t *testing.T, username, first, second string, right bool) {
		verifier := refusing()
		if right {
			verifier = accepting()
		}
		p := hooks.Keyint().WithVerifier(verifier)
		environ := fuzzEnvironment(t, config, "SFTPGO_AUTHD_USERNAME="+username, "SFTPGO_AUTHD_PASSWORD=$2a$10$hash")
		var stdout, stderr lockedBuffer
		code := p.Run(t.Context(), nil, environ, &oneByOne{lines: []string{first, second}}, &stdout, &stderr)
		o := outcome{code: code, stdout: stdout.String(), stderr: stderr.String()}
		invariant(t, p, o, right && len(verifier.seen()) == 1)
		if code == 0 && (strings.TrimSuffix(strings.TrimSuffix(first, "\n"), "\r") != "OK" || username != "alice" || !strings.HasSuffix(second, "\n") || len(second) > 9) {
			t.Fatalf("%q let in with %q, %q", username, first, second)
		}
	})
}
