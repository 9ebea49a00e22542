package hooks_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// TestVerifyBrokenAnswers serves what no HTTP server would.
func TestVerifyBrokenAnswers(t *testing.T) {
	t.Parallel()
	const head = "HTTP/1.1 200 OK\r\nConnection: close\r\n"
	length := func(n int) string { return fmt.Sprintf("%sContent-Length: %d\r\n\r\n", head, n) }
	for name, test := range map[string]struct {
		answer string
		want   error
	}{
		"right":                    {length(len(goodAnswer)) + goodAnswer, nil},
		"right until closed":       {head + "\r\n" + goodAnswer, nil},
		"right, HTTP/1.0":          {"HTTP/1.0 200 OK\r\n\r\n" + goodAnswer, nil},
		"right, chunked":           {head + "Transfer-Encoding: chunked\r\n\r\n" + fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(goodAnswer), goodAnswer), nil},
		"right after 103":          {"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + length(len(goodAnswer)) + goodAnswer, nil},
		"nothing":                  {"", hooks.ErrUnreachable},
		"not HTTP":                 {"\x16\x03\x01\x8f\x92\x00\xfe random", hooks.ErrUnreachable},
		"SSH":                      {"SSH-2.0-OpenSSH_9.9\r\n", hooks.ErrUnreachable},
		"header cut":               {"HTTP/1.1 200 OK\r\nConte", hooks.ErrUnreachable},
		"status is the token":      {"HTTP/1.1 " + canaryToken + " OK\r\n\r\n", hooks.ErrUnreachable},
		"status text is the key":   {"HTTP/1.1 401 " + canaryKey + "\r\n\r\n", hooks.ErrUnexpectedStatus},
		"header holds the key":     {"HTTP/1.1 200 OK\r\n" + canaryKey + " bad\r\n\r\n", hooks.ErrUnreachable},
		"length is the key":        {"HTTP/1.1 200 OK\r\nContent-Length: " + canaryKey + "\r\n\r\n", hooks.ErrUnreachable},
		"coding is the key":        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: " + canaryKey + "\r\n\r\n", hooks.ErrUnreachable},
		"endless header":           {"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1<<20) + "\r\n\r\n" + goodAnswer, hooks.ErrUnreachable},
		"two lengths":              {head + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + goodAnswer, hooks.ErrUnreachable},
		"length too long":          {length(len(goodAnswer)+1) + goodAnswer, hooks.ErrMalformedAnswer},
		"length too short":         {length(len(goodAnswer)-1) + goodAnswer, hooks.ErrMalformedAnswer},
		"chunk cut":                {head + "Transfer-Encoding: chunked\r\n\r\nff\r\n" + goodAnswer, hooks.ErrMalformedAnswer},
		"last chunk missing":       {head + "Transfer-Encoding: chunked\r\n\r\n" + fmt.Sprintf("%x\r\n%s\r\n", len(goodAnswer), goodAnswer), hooks.ErrMalformedAnswer},
		"chunk size is the key":    {head + "Transfer-Encoding: chunked\r\n\r\n" + canaryKey + "\r\n", hooks.ErrMalformedAnswer},
		"switching protocols":      {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n" + goodAnswer, hooks.ErrUnexpectedStatus},
		"no content":               {"HTTP/1.1 204 No Content\r\n\r\n" + goodAnswer, hooks.ErrUnexpectedStatus},
		"body without end, closed": {head + "\r\n" + goodAnswer[:20], hooks.ErrMalformedAnswer},
	} {
		url, connections := rawServer(t, func(connection net.Conn) {
			readRequest(connection)
			_, _ = io.WriteString(connection, test.answer)
			_ = connection.(*net.TCPConn).CloseWrite()
			_, _ = io.Copy(io.Discard, connection) // until the client is done
			connection.Close()
		})
		err := verify(t.Context(), t, url, nil)
		wantError(t, err, test.want)
		if t.Failed() {
			t.Fatalf("answer: %s", name)
		}
		if n := connections(); n != 1 {
			t.Errorf("%s: %d connections, want 1", name, n)
		}
	}
}

// TestVerifyEcho asks a service that sends everything back: net/http quotes it.
func TestVerifyEcho(t *testing.T) {
	t.Parallel()
	url, connections := rawServer(t, func(connection net.Conn) {
		defer connection.Close()
		_, _ = io.WriteString(connection, readRequest(connection))
	})
	wantError(t, verify(t.Context(), t, url, nil), hooks.ErrUnreachable)
	if n := connections(); n != 1 {
		t.Errorf("%d connections, want 1", n)
	}
	server := newAuthy(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"message":%q,"error_code":%q}`, r.URL, r.Header.Get("X-Authy-API-Key"))
	})
	wantError(t, verify(t.Context(), t, server.URL, nil), hooks.ErrUnexpectedStatus)
}

func TestVerifyBrokenConnections(t *testing.T) {
	t.Parallel()
	reset := func(connection net.Conn) {
		_ = connection.(*net.TCPConn).SetLinger(0)
		connection.Close()
	}
	tests := map[string]struct {
		serve func(net.Conn)
		want  error
	}{
		"reset at once":       {reset, hooks.ErrUnreachable},
		"reset after request": {func(c net.Conn) { readRequest(c); reset(c) }, hooks.ErrUnreachable},
		"reset in body": {func(c net.Conn) {
			readRequest(c)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"+goodAnswer)
			reset(c)
		}, nil}, // either of two errors: what was sent may be lost or not
	}
	for name, test := range tests {
		url, connections := rawServer(t, test.serve)
		err := verify(t.Context(), t, url, nil)
		if err == nil {
			t.Errorf("%s: accepted", name)
		} else if test.want != nil {
			wantError(t, err, test.want)
		}
		noSecrets(t, name, fmt.Sprint(err))
		if n := connections(); n != 1 {
			t.Errorf("%s: %d connections, want 1: nothing may be repeated", name, n)
		}
	}

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := listener.Addr().String()
	listener.Close()
	err = verify(t.Context(), t, "http://"+closed, nil)
	wantError(t, err, hooks.ErrUnreachable)
	if err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("nobody listens: %v", err)
	}
	wantError(t, verify(t.Context(), t, "http://name.invalid", nil), hooks.ErrUnreachable)
}

func TestVerifyLargeAnswers(t *testing.T) {
	t.Parallel()
	const limit = 64 << 10
	padded := func(size int) string {
		return strings.TrimSuffix(goodAnswer, "}") + `,"x":"` + strings.Repeat("x", size-len(goodAnswer)-7) + `"}`
	}
	for size, want := range map[int]error{limit: nil, limit + 1: hooks.ErrMalformedAnswer, 10 << 20: hooks.ErrMalformedAnswer} {
		body := padded(size)
		if len(body) != size {
			t.Fatalf("body of %d bytes, want %d", len(body), size)
		}
		server := newAuthy(t, answering(200, body))
		wantError(t, verify(t.Context(), t, server.URL, nil), want)
	}

	var sent int
	endless := newAuthy(t, func(w http.ResponseWriter, _ *http.Request) {
		for chunk := []byte(strings.Repeat(" ", 1<<10)); ; sent++ {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	wantError(t, verify(t.Context(), t, endless.URL, nil), hooks.ErrMalformedAnswer)
	endless.Close() // waits for the handler
	t.Logf("the endless answer was cut after %d KiB in flight", sent)

	var bomb bytes.Buffer
	packer := gzip.NewWriter(&bomb)
	_, _ = packer.Write([]byte(padded(10 << 20)))
	packer.Close()
	for _, body := range []string{bomb.String(), gzipped(goodAnswer)} {
		server := newAuthy(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, body)
		})
		wantError(t, verify(t.Context(), t, server.URL, nil), hooks.ErrMalformedAnswer)
	}
}

func gzipped(text string) string {
	var packed bytes.Buffer
	packer := gzip.NewWriter(&packed)
	_, _ = io.WriteString(packer, text)
	packer.Close()
	return packed.String()
}

// TestVerifyDeadline measures that no way of being slow takes longer than the
// deadline.
func TestVerifyDeadline(t *testing.T) {
	t.Parallel()
	const deadline = 200 * time.Millisecond
	hold := func(connection net.Conn) { _, _ = io.Copy(io.Discard, connection) }
	drip := func(connection net.Conn, text string) {
		ticker := time.NewTicker(10 * time.Millisecond)
		defer ticker.Stop()
		for i := range len(text) {
			if _, err := io.WriteString(connection, text[i:i+1]); err != nil {
				return
			}
			<-ticker.C
		}
	}
	tests := map[string]func(net.Conn){
		"never answers":      hold,
		"headers, then hush": func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n"); hold(c) },
		"body never comes":   func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"); hold(c) },
		"body never ends": func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n"+goodAnswer)
			hold(c)
		},
		"slow headers": func(c net.Conn) { drip(c, "HTTP/1.1 200 OK\r\n"+strings.Repeat("X: y\r\n", 1000)) },
		"slow body": func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n")
			drip(c, strings.Repeat(" ", 1000)+goodAnswer)
		},
		"endless 1xx": func(c net.Conn) { drip(c, strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 1000)) },
	}
	for name, serve := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, connections := rawServer(t, func(connection net.Conn) {
				readRequest(connection)
				serve(connection)
				connection.Close()
			})
			ctx, cancel := context.WithTimeout(t.Context(), deadline)
			defer cancel()
			start := time.Now()
			wantError(t, verify(ctx, t, url, nil), hooks.ErrTimeout)
			if took := time.Since(start); took < deadline || took > deadline+2*time.Second {
				t.Errorf("took %v with a deadline of %v", took, deadline)
			}
			if n := connections(); n != 1 {
				t.Errorf("%d connections, want 1", n)
			}
		})
	}
	t.Run("silent TLS", func(t *testing.T) {
		t.Parallel()
		url, _ := rawServer(t, hold)
		ctx, cancel := context.WithTimeout(t.Context(), deadline)
		defer cancel()
		wantError(t, verify(ctx, t, strings.Replace(url, "http", "https", 1), nil), hooks.ErrTimeout)
	})
	t.Run("canceled", func(t *testing.T) {
		t.Parallel()
		server := newAuthy(t, answering(200, goodAnswer))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		wantError(t, verify(ctx, t, server.URL, nil), context.Canceled)
		if n := len(server.seen()); n != 0 {
			t.Errorf("%d requests", n)
		}
	})
}

func TestVerifyExpiredCertificate(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1e9, 0),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(answering(200, goodAnswer))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	certificate, _ := x509.ParseCertificate(der)
	roots.AddCert(certificate)
	err = verify(t.Context(), t, server.URL, roots)
	wantError(t, err, hooks.ErrUnreachable)
	var invalid x509.CertificateInvalidError
	if !errors.As(err, &invalid) || invalid.Reason != x509.Expired {
		t.Errorf("%v, want an expired certificate", err)
	}
}
