package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"regexp"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/login"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/preflight"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// TestDemo does what the demo tells a person to do, and interrupts it.
func TestDemo(t *testing.T) {
	preflight.Require(t.Context(), t)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	out, in := io.Pipe()
	var complaints bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		code := run(ctx, []string{"-mock=", "-keyint=", "-extauth=", "-checkpwd="}, in, &complaints)
		_ = in.Close() // a pipe's Close never fails
		ended <- code
	}()
	text, err := readUntil(out, "Ctrl-C ends it all.")
	if err != nil {
		t.Fatalf("the demo has ended with code %d: %s", <-ended, complaints.String())
	}

	mockURL := regexp.MustCompile(`http://\S+:\d+`).FindString(text)
	ports := regexp.MustCompile(`sftp -P (\d+) `).FindAllStringSubmatch(text, -1)
	if len(ports) != 3 {
		t.Fatalf("the demo names %d servers: %s", len(ports), text)
	}
	bearer := regexp.MustCompile(`'Authorization: Bearer (\S+)'`).FindStringSubmatch(text)
	if bearer == nil {
		t.Fatalf("the demo names no token of the control API: %s", text)
	}
	tokens, err := control.New(mockURL, control.WithToken(bearer[1]))
	if err != nil {
		t.Fatal(err)
	}
	// A busy machine may take longer for the logins than these tokens are right.
	if _, err := tokens.FreezeClock(ctx); err != nil {
		t.Fatal(err)
	}
	alice := stack.Alice()
	for i, hook := range []stack.Hook{stack.PasswordAndToken, stack.TokenOnly, stack.PrefixAndToken} {
		// The three logins are of one user: each takes a token of its own.
		token, err := tokens.Token(ctx, alice.AuthyID, int64(i-1))
		if err != nil {
			t.Fatal(err)
		}
		session, err := hook.LogIn(ctx, login.Server{Address: "localhost:" + ports[i][1]}, alice, token.Token)
		if err != nil {
			t.Errorf("%s: %v", hook, err)
			continue
		}
		if err := session.UseFiles("demo.txt", []byte("demo")); err != nil {
			t.Errorf("%s: %v", hook, err)
		}
		if err := session.Close(); err != nil {
			t.Errorf("%s: %v", hook, err)
		}
	}

	interrupt()
	if _, err := io.Copy(io.Discard, out); err != nil {
		t.Error(err)
	}
	if code := <-ended; code != 0 {
		t.Errorf("the demo has ended with code %d: %s", code, complaints.String())
	}
	for _, port := range ports {
		if conn, err := net.Dial("tcp", "localhost:"+port[1]); err == nil {
			_ = conn.Close() // it should not be there at all
			t.Errorf("a server still answers on port %s", port[1])
		}
	}
}

func readUntil(r io.Reader, end string) (string, error) {
	var text strings.Builder
	buffer := make([]byte, 1024)
	for !strings.Contains(text.String(), end) {
		n, err := r.Read(buffer)
		text.Write(buffer[:n])
		if err != nil {
			return text.String(), err
		}
	}
	return text.String(), nil
}

func TestWrongFlags(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"-nonsense"}, &stdout, &stderr); code != 2 {
		t.Errorf("exit code %d, want 2", code)
	}
	if !strings.Contains(stderr.String(), "-nonsense") {
		t.Errorf("it does not say what is wrong: %s", stderr.String())
	}
}

func TestWithoutDocker(t *testing.T) {
	t.Setenv("DOCKER_HOST", "unix://"+t.TempDir()+"/docker.sock")
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), nil, &stdout, &stderr); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	if !strings.Contains(stderr.String(), "start Docker") {
		t.Errorf("it does not say what to do: %s", stderr.String())
	}
}
