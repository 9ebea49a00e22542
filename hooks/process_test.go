package hooks_test

import (
	"bufio"
	"bytes"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

func TestProcesses(t *testing.T) {
	t.Parallel()
	for _, p := range []hooks.Program{hooks.Extauth(), hooks.Checkpwd()} {
		good := newAuthy(t, answering(200, goodAnswer))
		mustAccept(t, p, execute(t, p.Name(), append(settings(t, good.URL), loginOf(p.Name())...)))
		if n := len(good.seen()); n != 1 {
			t.Errorf("%d requests", n)
		}
		bad := newAuthy(t, answering(401, `{"error_code":"60020","success":false}`))
		mustDeny(t, p, execute(t, p.Name(), append(settings(t, bad.URL), loginOf(p.Name())...)), hooks.ExitDenied, "wrong token")
		mustDeny(t, p, execute(t, p.Name(), loginOf(p.Name())), hooks.ExitConfig, "set") // nothing configured
		mustDeny(t, p, execute(t, p.Name(), append(settings(t, good.URL), loginOf(p.Name())...), "-help"), hooks.ExitConfig, "arguments are refused")
	}
	for _, p := range programs() {
		if o := execute(t, p.Name(), nil); o.code != hooks.ExitConfig || o.stdout != denials[p.Name()]+"\n" {
			t.Errorf("%s with nothing: %+v", p.Name(), o)
		}
		if o := execute(t, p.Name(), nil, "-help"); o.code != 0 || o.stderr != "" || !strings.Contains(o.stdout, "AUTHY_API_KEY") || sftpgoLetsIn(p.Name(), o) {
			t.Errorf("%s -help: %+v", p.Name(), o)
		}
		if o := execute(t, p.Name(), settings(t, "https://api.authy.com"), "-check"); o.code != 0 || o.stderr != "" || !strings.HasPrefix(o.stdout, "configuration ok\n") || sftpgoLetsIn(p.Name(), o) {
			t.Errorf("%s -check: %+v", p.Name(), o)
		}
		if o := execute(t, p.Name(), []string{"AUTHY_API_KEY=" + canaryKey, "AUTHY_DEADLINE=1"}, "-check"); o.code != 2 || o.stdout != "" || !strings.Contains(o.stderr, "AUTHY_DEADLINE: expected") {
			t.Errorf("%s -check: %+v", p.Name(), o)
		}
	}
}

func TestProcessKeyint(t *testing.T) {
	t.Parallel()
	good := newAuthy(t, answering(200, goodAnswer))
	for name, test := range map[string]struct {
		answers []string
		lines   []string
		log     string
	}{
		"right":    {[]string{"OK\n", canaryToken + "\n"}, []string{passwordQuestion, tokenQuestion, `{"auth_result":1}`}, `msg="login accepted"`},
		"injected": {[]string{"OK\n" + canaryToken + "\n"}, []string{passwordQuestion, `{"auth_result":-1}`}, "more than one line"},
		"hangs up": {[]string{"OK\n"}, []string{passwordQuestion, tokenQuestion, `{"auth_result":-1}`}, "the input ended"},
		"no token": {[]string{"OK\n", "abc\n"}, []string{passwordQuestion, tokenQuestion, `{"auth_result":-1}`}, "not a token"},
	} {
		log := filepath.Join(t.TempDir(), "hook.log")
		environ := append(settings(t, good.URL, "AUTHY_LOG_FILE="+log), loginOf("keyint")...)
		lines := converse(t, environ, test.answers...)
		if strings.Join(lines, "\n") != strings.Join(test.lines, "\n") {
			t.Errorf("%s: %q", name, lines)
		}
		// Whoever is killed after the result has nothing left to do.
		text, err := os.ReadFile(log)
		if err != nil || strings.Count(string(text), "\n") != 1 || !strings.Contains(string(text), test.log) {
			t.Errorf("%s: log %q, %v", name, text, err)
		}
		noSecrets(t, "log", string(text))
	}
	if n := len(good.seen()); n != 1 {
		t.Errorf("%d requests", n)
	}
	// Started with /dev/null for input.
	o := execute(t, "keyint", append(settings(t, good.URL), loginOf("keyint")...))
	mustDeny(t, hooks.Keyint(), o, hooks.ExitDenied, "the input ended")
	if o.took > time.Second {
		t.Errorf("took %v to notice that nobody is there", o.took)
	}
}

func TestProcessDeadline(t *testing.T) {
	t.Parallel()
	url, _ := rawServer(t, func(connection net.Conn) { _, _ = io.Copy(io.Discard, connection) })
	for _, p := range []hooks.Program{hooks.Extauth(), hooks.Checkpwd()} {
		o := execute(t, p.Name(), append(settings(t, url, "AUTHY_DEADLINE=300ms"), loginOf(p.Name())...))
		mustDeny(t, p, o, hooks.ExitDenied, "the deadline passed")
		if o.took < 300*time.Millisecond || o.took > 3*time.Second {
			t.Errorf("%s took %v with a deadline of 300ms", p.Name(), o.took)
		}
	}
}

// TestProcessFullDisk holds that a log file which cannot grow changes no
// decision, and that the line is not lost.
func TestProcessFullDisk(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip(err)
	}
	server := newAuthy(t, answering(200, goodAnswer))
	p, log := hooks.Checkpwd(), filepath.Join(t.TempDir(), "hook.log")
	command := exec.CommandContext(t.Context(), shell, "-c", `ulimit -f 0 && exec "$0"`, binary(t, p.Name()))
	command.Env = append(settings(t, server.URL, "AUTHY_LOG_FILE="+log), loginOf(p.Name())...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		t.Fatal(err, stderr.String())
	}
	complaint, line, _ := strings.Cut(stderr.String(), "\n")
	if !strings.Contains(complaint, "log file not written") || !strings.Contains(complaint, log) {
		t.Errorf("complaint: %s", complaint)
	}
	mustAccept(t, p, outcome{code: 0, stdout: stdout.String(), stderr: line})
}

// TestProcessUninvitedAnswer sends an answer before the request. net/http tells
// about such a thing in the log of the process, which must stay with one line.
func TestProcessUninvitedAnswer(t *testing.T) {
	t.Parallel()
	for _, p := range []hooks.Program{hooks.Extauth(), hooks.Checkpwd()} {
		for range 5 {
			url, _ := rawServer(t, func(connection net.Conn) {
				_, _ = io.WriteString(connection, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\nUNINVITED")
				connection.Close()
			})
			o := execute(t, p.Name(), append(settings(t, url), loginOf(p.Name())...))
			mustDeny(t, p, o, hooks.ExitDenied, "")
			if strings.Contains(o.stderr, "UNINVITED") {
				t.Errorf("log: %s", o.stderr)
			}
		}
	}
}

// TestProcessProxy holds that the proxy of the environment is used, and that
// neither token nor API key can be read there.
func TestProcessProxy(t *testing.T) {
	t.Parallel()
	server := newTLSAuthy(t, answering(200, goodAnswer))
	authorities := writeFile(t, "ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})), 0o644)
	var mu sync.Mutex
	var passed bytes.Buffer // what a proxy can read
	proxy, _ := rawServer(t, func(connection net.Conn) {
		defer connection.Close()
		request, err := http.ReadRequest(bufio.NewReader(connection))
		if err != nil {
			return
		}
		mu.Lock()
		_ = request.Write(&passed)
		fmt.Fprintln(&passed, request.Method, request.Host)
		mu.Unlock()
		target, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			return
		}
		defer target.Close()
		_, _ = io.WriteString(connection, "HTTP/1.1 200 Connection established\r\n\r\n")
		go func() { _, _ = io.Copy(target, connection) }()
		_, _ = io.Copy(connection, target)
	})
	for _, p := range []hooks.Program{hooks.Extauth(), hooks.Checkpwd()} {
		environ := append(settings(t, "https://example.com", "AUTHY_CA_FILE="+authorities, "HTTPS_PROXY="+proxy), loginOf(p.Name())...)
		mustAccept(t, p, execute(t, p.Name(), environ))
		// Proxy settings may hold a password; a wrong one is told without it.
		environ = append(settings(t, "https://example.com", "HTTPS_PROXY=http://u:"+canaryPassword+"@%zz:bad"), loginOf(p.Name())...)
		mustDeny(t, p, execute(t, p.Name(), environ), hooks.ExitDenied, "no answer from Authy")
	}
	mu.Lock()
	defer mu.Unlock()
	if !strings.Contains(passed.String(), "CONNECT example.com:443") {
		t.Errorf("the proxy was asked:\n%s", passed.String())
	}
	noSecrets(t, "the request to the proxy", passed.String())
}
