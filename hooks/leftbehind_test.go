//go:build unix

package hooks_test

import (
	"bytes"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// started is a program of which a test looks at more than its end.
type started struct {
	*exec.Cmd

	stdin          io.WriteCloser
	stdout, stderr bytes.Buffer
}

func start(tb testing.TB, name string, environ []string) *started {
	tb.Helper()
	s := &started{Cmd: exec.Command(binary(tb, name))}
	s.Env = append([]string{}, environ...)
	s.Stdout, s.Stderr = &s.stdout, &s.stderr
	var err error
	if s.stdin, err = s.StdinPipe(); err == nil {
		err = s.Start()
	}
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// TestProcessesLeaveNoSecret is promises, row 22: no canary is in anything that
// the programs leave behind, or show while they run, however the login ends.
func TestProcessesLeaveNoSecret(t *testing.T) {
	t.Parallel()
	directory := t.TempDir()
	log := "AUTHY_LOG_FILE=" + filepath.Join(directory, "hook.log")
	asked := make(chan struct{}, 1)
	hanging := newAuthy(t, func(_ http.ResponseWriter, r *http.Request) { asked <- struct{}{}; <-r.Context().Done() })
	echoing := newAuthy(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"message":%q,"error_code":"60000","key":%q}`, r.URL, r.Header.Get("X-Authy-API-Key"))
	})
	totp, state := totpSettings(t, log)
	var artefacts []artefact
	keep := func(name, text string) { artefacts = append(artefacts, artefact{name, text}) }
	for _, name := range []string{"extauth", "checkpwd"} {
		for url, code := range map[string]int{echoing.URL: hooks.ExitDenied, "http://127.0.0.1:1": hooks.ExitDenied, "https://u:" + canaryPassword + "@127.0.0.1": hooks.ExitConfig} {
			for _, more := range []string{log, "X=y"} {
				s := start(t, name, append(settings(t, url, more), loginOf(name)...))
				_ = s.Wait()
				if s.ProcessState.ExitCode() != code {
					t.Errorf("%s with %s: %v", name, url, s.ProcessState)
				}
				keep(name+" stdout", s.stdout.String())
				keep(name+" stderr", s.stderr.String())
			}
		}
		// The state of a right and of a wrong token.
		right := append(slices.Clone(totp), loginOf(name)...)
		_ = start(t, name, append(slices.Clone(right), "SFTPGO_AUTHD_PASSWORD="+tokenNow())).Wait()
		_ = start(t, name, append(slices.Clone(right), "SFTPGO_AUTHD_PASSWORD="+canaryPassword+tokenNow())).Wait()
		_ = start(t, name, append(slices.Clone(right), "SFTPGO_AUTHD_PASSWORD=0"+canaryToken)).Wait()

		// While it runs, and after a crash in the middle.
		s := start(t, name, append(settings(t, hanging.URL), loginOf(name)...))
		<-asked
		if line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", s.Process.Pid)); err == nil {
			keep(name+" command line", string(line))
		}
		if err := s.Process.Signal(syscall.SIGQUIT); err != nil {
			t.Error(err)
		}
		_ = s.Wait()
		if !strings.Contains(s.stderr.String(), "SIGQUIT") {
			t.Errorf("%s did not crash: %s", name, s.stderr.String())
		}
		keep(name+" crash", s.stdout.String()+s.stderr.String())
	}
	lines := converse(t, append(settings(t, echoing.URL, log), loginOf("keyint")...), "OK\n", canaryToken+"\n")
	keep("keyint stdout", strings.Join(lines, "\n"))
	files := 0
	for _, root := range []string{directory, state} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			keep("file "+path, entry.Name()+string(text))
			files++
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files != 3 { // log, state and lock
		t.Errorf("%d files", files)
	}
	for _, a := range artefacts {
		a.mustBeClean(t)
	}
	t.Logf("%d artefacts", len(artefacts))
	// The search finds what it looks for.
	for _, secret := range canaries() {
		if len((artefact{text: "x" + secret + "x"}).found()) == 0 {
			t.Errorf("%q is not found", secret)
		}
	}
}

// artefact is something that a run left behind.
type artefact struct{ name, text string }

// canaries are the secrets of the tests, and how else they may be written.
func canaries() []string {
	all := []string{"canary", canarySecret, canarySecret[:12], tokenNow()}
	for _, secret := range []string{canaryKey, canaryToken, canaryPassword, canaryHash, "canary-totp-secret-0"} {
		all = append(all, secret, hex.EncodeToString([]byte(secret)), url.QueryEscape(secret),
			base64.StdEncoding.EncodeToString([]byte(secret)), base32.StdEncoding.EncodeToString([]byte(secret)))
	}
	return all
}

func (a artefact) found() (secrets []string) {
	for _, secret := range canaries() {
		if strings.Contains(strings.ToLower(a.text), strings.ToLower(secret)) {
			secrets = append(secrets, secret)
		}
	}
	return secrets
}

func (a artefact) mustBeClean(tb testing.TB) {
	tb.Helper()
	if secrets := a.found(); len(secrets) > 0 {
		tb.Errorf("%s holds %q:\n%s", a.name, secrets, a.text)
	}
}

// TestProcessKeyintAbandoned is promises, row 20: whenever SFTPGo is gone, the
// program ends by itself, in no time. It measures, and so has the machine for
// itself.
func TestProcessKeyintAbandoned(t *testing.T) {
	server := newAuthy(t, answering(200, goodAnswer))
	for answered, typed := range []string{"", "OK\n", "OK\n735", strings.Repeat("x", 64<<10), "OK\n" + strings.Repeat("1", 64<<10)} {
		s := start(t, "keyint", append(settings(t, server.URL), loginOf("keyint")...))
		began := time.Now()
		_, _ = io.WriteString(s.stdin, typed) // may be refused: the program is not obliged to read on
		s.stdin.Close()
		_ = s.Wait()
		if took := time.Since(began); took > time.Second {
			t.Errorf("case %d: ended after %v", answered, took)
		}
		o := outcome{code: s.ProcessState.ExitCode(), stdout: s.stdout.String(), stderr: s.stderr.String()}
		mustDeny(t, hooks.Keyint(), o, hooks.ExitDenied, "")
	}
	if n := len(server.seen()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

// TestProcessesOutage is promises, row 25: 200 logins against an Authy that
// takes connections and is dead end in time, leave nothing behind, and the next
// login after that works at once. It measures, and so has the machine for itself.
func TestProcessesOutage(t *testing.T) {
	const logins, deadline = 200, 2 * time.Second
	dead, _ := rawServer(t, func(connection net.Conn) { _, _ = io.Copy(io.Discard, connection) })
	back := newAuthy(t, answering(200, goodAnswer))
	binary(t, "checkpwd") // built before the clock runs
	config := settings(t, dead, "AUTHY_DEADLINE="+deadline.String())
	var denied atomic.Int32
	var slowest atomic.Int64
	var group sync.WaitGroup
	for i := range logins {
		group.Go(func() {
			name := []string{"extauth", "checkpwd"}[i%2]
			o := execute(t, name, append(slices.Clone(config), loginOf(name)...))
			if o.code == hooks.ExitDenied && !sftpgoLetsIn(name, o) && strings.Contains(o.stderr, "the deadline passed") {
				denied.Add(1)
			}
			for seen := slowest.Load(); int64(o.took) > seen && !slowest.CompareAndSwap(seen, int64(o.took)); seen = slowest.Load() {
			}
		})
	}
	group.Wait() // each process was waited for: none is left
	took := time.Duration(slowest.Load())
	t.Logf("%d logins at once, denied after %v at most, with a deadline of %v", logins, took, deadline)
	if n := denied.Load(); n != logins {
		t.Errorf("%d of %d logins were denied at the deadline", n, logins)
	}
	// The start of 200 programs at once takes its time, too.
	if took > deadline+20*time.Second {
		t.Errorf("the slowest took %v", took)
	}
	began := time.Now()
	mustAccept(t, hooks.Checkpwd(), execute(t, "checkpwd", append(settings(t, back.URL), loginOf("checkpwd")...)))
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the login afterwards took %v", took)
	}
}
