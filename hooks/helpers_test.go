package hooks_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
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

// writeFile makes a file for one test and returns its path.
func writeFile(tb testing.TB, name, content string, mode os.FileMode) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		tb.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		tb.Fatal(err)
	}
	return path
}

// settings is a complete environment for a hook without a login in it.
func settings(tb testing.TB, apiURL string, more ...string) []string {
	tb.Helper()
	users := writeFile(tb, "users.csv", "alice,"+aliceID+"\n", 0o600)
	return append([]string{"AUTHY_API_URL=" + apiURL, "AUTHY_API_KEY=" + canaryKey, "AUTHY_USERS_FILE=" + users, "AUTHY_DENY_AFTER=0s"}, more...)
}

// loginOf is what SFTPGo adds to the environment when alice logs in with a right
// token.
func loginOf(program string) []string {
	switch program {
	case "extauth":
		return []string{
			"SFTPGO_AUTHD_USERNAME=alice", "SFTPGO_AUTHD_USER=" + aliceJSON, "SFTPGO_AUTHD_IP=192.0.2.7",
			"SFTPGO_AUTHD_PASSWORD=" + canaryToken, "SFTPGO_AUTHD_PUBLIC_KEY=", "SFTPGO_AUTHD_PROTOCOL=SSH",
			"SFTPGO_AUTHD_TLS_CERT=", "SFTPGO_AUTHD_KEYBOARD_INTERACTIVE=",
		}
	case "checkpwd":
		return []string{
			"SFTPGO_AUTHD_USERNAME=alice", "SFTPGO_AUTHD_PASSWORD=" + canaryPassword + canaryToken,
			"SFTPGO_AUTHD_IP=192.0.2.7", "SFTPGO_AUTHD_PROTOCOL=FTP",
		}
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
