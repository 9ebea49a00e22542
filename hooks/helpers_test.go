package hooks_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// Values that must not turn up where they do not belong. No other text in the
// tests contains them.
const (
	canaryKey      = "canaryApiKey0123456789abcdef"
	canaryToken    = "7352914"
	canaryPassword = "canary-päßword"
	canaryHash     = "$2a$10$canaryStoredHash"
	aliceID        = "1001"
)

// goodAnswer is what Authy answers to a right token (Authy API, verify).
const goodAnswer = `{"message":"Token is valid.","token":"is valid","success":"true"}`

// aliceJSON is a stored user as SFTPGo passes it, with what must survive as it is.
const aliceJSON = `{"id":9007199254740993,"username":"alice","status":1,"password":"` + canaryHash + `",` +
	`"quota_size":123456789012345678,"public_keys":["ssh-ed25519 AAAA <a&b>"],"permissions":{"/":["*"]},` +
	`"filters":{"x":1.50,"username":"nested"},"unknown_to_hook":{"b":1,"a":[1e2]},"additional_info":"desk 4b authy_id=1001"}`

// lockedBuffer can be read while a goroutine left behind may still write.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}

// outcome is what a run of a program leaves behind.
type outcome struct {
	code           int
	stdout, stderr string
	took           time.Duration
}

// run runs checkpwd or extauth, which read nothing from standard input.
func run(p hooks.Program, environ []string, args ...string) outcome {
	var stdout, stderr lockedBuffer
	start := time.Now()
	code := p.Run(context.Background(), args, environ, strings.NewReader(""), &stdout, &stderr)
	return outcome{code, stdout.String(), stderr.String(), time.Since(start)}
}

// client plays SFTPGo and the user in front of a keyboard-interactive program:
// it answers the questions in turn, each answer in one write, and hangs up when
// it has no more.
type client struct {
	answers []string // complete, line ends included
	silent  bool     // do not hang up in the end
	asked   []string // the lines read
}

// talk runs keyint against the client.
func (c *client) talk(p hooks.Program, environ []string) outcome {
	stdin, toStdin := io.Pipe()
	fromStdout, stdout := io.Pipe()
	var stderr lockedBuffer
	var all []string
	var reader sync.WaitGroup
	reader.Go(func() {
		lines := bufio.NewScanner(fromStdout)
		for lines.Scan() {
			all = append(all, lines.Text())
			if isResult(lines.Text()) {
				continue
			}
			c.asked = append(c.asked, lines.Text())
			if len(c.answers) > 0 {
				// One Write is one read for the program, as from a pipe.
				go func(answer string) { _, _ = io.WriteString(toStdin, answer) }(c.answers[0])
				c.answers = c.answers[1:]
			} else if !c.silent {
				toStdin.Close()
			}
		}
	})
	start := time.Now()
	code := p.Run(context.Background(), nil, environ, stdin, stdout, &stderr)
	took := time.Since(start)
	stdout.Close()
	stdin.Close()
	toStdin.Close()
	reader.Wait()
	text := ""
	if len(all) > 0 {
		text = strings.Join(all, "\n") + "\n"
	}
	return outcome{code, text, stderr.String(), took}
}

func isResult(line string) bool {
	var response struct {
		AuthResult int `json:"auth_result"`
	}
	return json.Unmarshal([]byte(line), &response) == nil && response.AuthResult != 0
}

// lastLine returns the result that a keyboard-interactive program printed.
func (o outcome) lastLine() string {
	lines := strings.Split(strings.TrimSuffix(o.stdout, "\n"), "\n")
	return lines[len(lines)-1]
}

// sftpgoLetsIn reports whether SFTPGo would go on after this output of the
// program, written down from SFTPGo's code and not from that of the hooks:
// doExternalAuth, executeCheckPasswordHook, executeKeyboardInteractiveProgram.
func sftpgoLetsIn(program string, o outcome) bool {
	switch program {
	case "extauth":
		if o.code != 0 {
			return false
		}
		if o.stdout == "" || o.stdout == "\n" || o.stdout == "\r\n" {
			return true
		}
		var user struct {
			Username string `json:"username"`
		}
		return json.Unmarshal([]byte(o.stdout), &user) == nil && user.Username != ""
	case "checkpwd":
		var response struct {
			Status int `json:"status"`
		}
		return o.code == 0 && json.Unmarshal([]byte(o.stdout), &response) == nil &&
			(response.Status == -1 || response.Status == 1 || response.Status == 2)
	default:
		for line := range strings.Lines(o.stdout) {
			var response struct {
				AuthResult int `json:"auth_result"`
			}
			if json.Unmarshal([]byte(line), &response) != nil {
				return false
			}
			if response.AuthResult != 0 {
				return response.AuthResult == 1
			}
		}
		return false
	}
}

// fakeVerifier is a [hooks.Verifier] that a test steers and looks into.
type fakeVerifier struct {
	verify func(ctx context.Context, id hooks.AuthyID, token hooks.Token) error

	mu    sync.Mutex
	calls []string
}

func (f *fakeVerifier) Verify(ctx context.Context, id hooks.AuthyID, token hooks.Token) error {
	f.mu.Lock()
	f.calls = append(f.calls, string(id)+" "+token.Reveal())
	f.mu.Unlock()
	return f.verify(ctx, id, token)
}

func (f *fakeVerifier) seen() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.calls...)
}

func accepting() *fakeVerifier {
	return &fakeVerifier{verify: func(context.Context, hooks.AuthyID, hooks.Token) error { return nil }}
}

func refusing() *fakeVerifier {
	return &fakeVerifier{verify: func(context.Context, hooks.AuthyID, hooks.Token) error { return hooks.ErrTokenWrong }}
}

// onlyCanary accepts the canary token of alice and nothing else.
func onlyCanary() *fakeVerifier {
	return &fakeVerifier{verify: func(_ context.Context, id hooks.AuthyID, token hooks.Token) error {
		if id != aliceID || token.Reveal() != canaryToken {
			return hooks.ErrTokenWrong
		}
		return nil
	}}
}

// authy is an HTTP server in the place of Authy that remembers its requests.
type authy struct {
	*httptest.Server
	mu       sync.Mutex
	requests []*http.Request
}

func newAuthy(t testing.TB, handler http.HandlerFunc) *authy {
	t.Helper()
	a := &authy{}
	a.Server = httptest.NewServer(a.record(handler))
	t.Cleanup(a.Close)
	return a
}

// newTLSAuthy is newAuthy with TLS, and quiet about clients that do not trust it.
func newTLSAuthy(t testing.TB, handler http.HandlerFunc) *authy {
	t.Helper()
	a := &authy{}
	a.Server = httptest.NewUnstartedServer(a.record(handler))
	a.Config.ErrorLog = log.New(io.Discard, "", 0)
	a.StartTLS()
	t.Cleanup(a.Close)
	return a
}

func (a *authy) record(handler http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		a.requests = append(a.requests, r)
		a.mu.Unlock()
		handler(w, r)
	}
}

func (a *authy) seen() []*http.Request {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]*http.Request(nil), a.requests...)
}

// answering is an Authy that always gives the same answer.
func answering(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// rawServer serves connections below HTTP and counts them.
func rawServer(t testing.TB, serve func(net.Conn)) (url string, connections func() int) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var open []net.Conn
	var group sync.WaitGroup
	group.Go(func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, connection)
			mu.Unlock()
			group.Go(func() { serve(connection) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		mu.Lock()
		for _, connection := range open {
			connection.Close()
		}
		mu.Unlock()
		group.Wait()
	})
	return "http://" + listener.Addr().String(), func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(open)
	}
}

// readRequest reads the request from a raw connection and returns it as sent.
func readRequest(connection net.Conn) string {
	var text strings.Builder
	lines := bufio.NewScanner(connection)
	for lines.Scan() {
		if lines.Text() == "" {
			break
		}
		text.WriteString(lines.Text() + "\r\n")
	}
	return text.String()
}

// writeFile makes a file for one test and returns its path.
func writeFile(t testing.TB, name, content string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// settings is a complete environment for a hook without a login in it.
func settings(t testing.TB, apiURL string, more ...string) []string {
	t.Helper()
	users := writeFile(t, "users.csv", "alice,"+aliceID+"\n", 0o600)
	return append([]string{"AUTHY_API_URL=" + apiURL, "AUTHY_API_KEY=" + canaryKey, "AUTHY_USERS_FILE=" + users}, more...)
}

// loginOf is what SFTPGo adds to the environment when alice logs in with a right
// token.
func loginOf(program string) []string {
	switch program {
	case "extauth":
		return []string{"SFTPGO_AUTHD_USERNAME=alice", "SFTPGO_AUTHD_USER=" + aliceJSON, "SFTPGO_AUTHD_IP=192.0.2.7",
			"SFTPGO_AUTHD_PASSWORD=" + canaryToken, "SFTPGO_AUTHD_PUBLIC_KEY=", "SFTPGO_AUTHD_PROTOCOL=SSH",
			"SFTPGO_AUTHD_TLS_CERT=", "SFTPGO_AUTHD_KEYBOARD_INTERACTIVE="}
	case "checkpwd":
		return []string{"SFTPGO_AUTHD_USERNAME=alice", "SFTPGO_AUTHD_PASSWORD=" + canaryPassword + canaryToken,
			"SFTPGO_AUTHD_IP=192.0.2.7", "SFTPGO_AUTHD_PROTOCOL=FTP"}
	default:
		return []string{"SFTPGO_AUTHD_USERNAME=alice", "SFTPGO_AUTHD_IP=192.0.2.7", "SFTPGO_AUTHD_PASSWORD=" + canaryHash}
	}
}

// logIn runs any of the three programs for alice with a right token.
func logIn(p hooks.Program, environ []string) outcome {
	environ = append(append([]string(nil), environ...), loginOf(p.Name())...)
	if p.Name() == "keyint" {
		return (&client{answers: []string{"OK\n", canaryToken + "\n"}}).talk(p, environ)
	}
	return run(p, environ)
}

// programs returns the three programs; hooks have no state to share.
func programs() []hooks.Program {
	return []hooks.Program{hooks.Keyint(), hooks.Extauth(), hooks.Checkpwd()}
}

var denials = map[string]string{
	"keyint":   `{"auth_result":-1}`,
	"extauth":  `{"username":""}`,
	"checkpwd": `{"status":0}`,
}

// mustDeny fails the test unless the program denied in every respect: contract,
// exit code, one line of log, no secret anywhere.
func mustDeny(t testing.TB, p hooks.Program, o outcome, code int, reason string) {
	t.Helper()
	if o.code != code || o.lastLine() != denials[p.Name()] || sftpgoLetsIn(p.Name(), o) {
		t.Errorf("exit code %d and output %q, want a denial with %d\nlog: %s", o.code, o.stdout, code, o.stderr)
	}
	if p.Name() != "keyint" && o.stdout != denials[p.Name()]+"\n" {
		t.Errorf("output %q, want the denial and nothing else", o.stdout)
	}
	if n := strings.Count(o.stderr, "\n"); n != 1 || !strings.Contains(o.stderr, `msg="login denied"`) {
		t.Errorf("%d lines of log, want one denial:\n%s", n, o.stderr)
	}
	if !strings.Contains(o.stderr, reason) {
		t.Errorf("log does not give the reason %q:\n%s", reason, o.stderr)
	}
	noSecrets(t, "stdout", o.stdout)
	noSecrets(t, "log", o.stderr)
}

// mustAccept fails the test unless the program accepted alice.
func mustAccept(t testing.TB, p hooks.Program, o outcome) {
	t.Helper()
	want := map[string]string{
		"keyint":   `{"auth_result":1}`,
		"extauth":  aliceJSON,
		"checkpwd": `{"status":2,"to_verify":"` + canaryPassword + `"}`,
	}[p.Name()]
	if o.code != hooks.ExitAccepted || o.lastLine() != want || !sftpgoLetsIn(p.Name(), o) {
		t.Errorf("exit code %d and output %q, want 0 and %q\nlog: %s", o.code, o.stdout, want, o.stderr)
	}
	if n := strings.Count(o.stderr, "\n"); n != 1 || !strings.Contains(o.stderr, `level=INFO msg="login accepted"`) {
		t.Errorf("%d lines of log, want one acceptance:\n%s", n, o.stderr)
	}
	noSecrets(t, "log", o.stderr)
}

// noSecrets fails the test if one of the canaries is in text.
func noSecrets(t testing.TB, where, text string) {
	t.Helper()
	for _, secret := range []string{canaryKey, canaryToken, canaryPassword, canaryHash, "canary"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s holds the secret %q:\n%s", where, secret, text)
		}
	}
}

// wantError fails the test unless err wraps want; a nil want asks for no error.
func wantError(t testing.TB, err, want error) {
	t.Helper()
	if want == nil && err != nil || want != nil && !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
	if err != nil {
		noSecrets(t, "error", fmt.Sprintf("%v %+v %#v", err, err, err))
	}
}
