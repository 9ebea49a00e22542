package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"flag"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// TestMain lets more tests run side by side than there are cores, unless -parallel
// says how many: most wait until hookd looks at its files again.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

// What must not turn up where it does not belong.
const (
	canaryKey    = "canaryApiKey"
	canarySecret = "canary-shared-secret-of-hookd"
	canaryToken  = "7352914"
)

const checkpwdBody = `{"username":"alice","ip":"192.0.2.7","password":"canary-password` + canaryToken + `","protocol":"SSH"}`

// journal is a log that can be waited for.
type journal struct {
	mu   sync.Mutex
	text strings.Builder
	more chan struct{} // closed by the next line
}

func newJournal() *journal { return &journal{more: make(chan struct{})} }

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	close(j.more)
	j.more = make(chan struct{})
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// await waits until so many lines hold the word.
func (j *journal) await(t *testing.T, word string, lines int) {
	t.Helper()
	limit := time.NewTimer(20 * time.Second)
	defer limit.Stop()
	for {
		j.mu.Lock()
		text, more := j.text.String(), j.more
		j.mu.Unlock()
		if strings.Count(text, word) >= lines {
			return
		}
		select {
		case <-more:
		case <-limit.C:
			t.Fatalf("the log has no %d lines with %q:\n%s", lines, word, text)
		}
	}
}

// daemon is a hookd that runs.
type daemon struct {
	log   *journal
	main  string // address
	side  string // address of the metrics
	stop  context.CancelFunc
	ended chan int
}

var listening = regexp.MustCompile(`msg=(listening|metrics) address="?([^\s"]+)`)

// start runs hookd until the test is over, and waits until it listens.
func start(t *testing.T, environ ...string) *daemon {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	d := &daemon{log: newJournal(), stop: stop, ended: make(chan int, 1)}
	go func() { d.ended <- run(ctx, nil, environ, io.Discard, d.log) }()
	t.Cleanup(func() {
		stop()
		if d.ended != nil {
			d.end(t)
		}
	})
	d.log.await(t, "msg=listening", 1)
	for _, found := range listening.FindAllStringSubmatch(d.log.String(), -1) {
		if found[1] == "listening" {
			d.main = found[2]
		} else {
			d.side = found[2]
		}
	}
	return d
}

// end waits for the end, which is one in order.
func (d *daemon) end(t *testing.T) {
	t.Helper()
	if code := <-d.ended; code != exitDone {
		t.Errorf("exit code %d:\n%s", code, d.log)
	}
	d.ended = nil
	if strings.Contains(d.log.String(), "canary") || strings.Contains(d.log.String(), canaryToken) {
		t.Errorf("the log holds a secret:\n%s", d.log)
	}
}

// settings are those of a hookd on free ports.
func settings(t *testing.T, authy string, more ...string) []string {
	t.Helper()
	return append([]string{
		"AUTHY_API_URL=" + authy, "AUTHY_API_KEY=" + canaryKey, "AUTHY_DENY_AFTER=0s",
		"AUTHY_USERS_FILE=" + file(t, "users.csv", "alice,1001\n"),
		"HOOKD_LISTEN=127.0.0.1:0",
	}, more...)
}

// file makes a file that only its owner may read.
func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// authy answers every verify.
func authy(t *testing.T, answer http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return server.URL
}

func valid(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, `{"message":"Token is valid.","token":"is valid","success":"true"}`)
}

// client makes a connection for each request, as SFTPGo does.
func client() *http.Client { return &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} }

// ask logs alice in, and returns status and body. The status is 0 without an
// answer.
func ask(t *testing.T, c *http.Client, url, secret string) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(checkpwdBody))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if secret != "" {
		r.Header.Set("Authorization", "Bearer "+secret)
	}
	return answerTo(c, r)
}

func get(t *testing.T, c *http.Client, url string) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return answerTo(c, r)
}

func answerTo(c *http.Client, r *http.Request) (status int, body string) {
	response, err := c.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err.Error()
	}
	return response.StatusCode, string(text)
}

// identity is a certificate with its key, and those that it has signed.
type identity struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	certPEM     string
	keyPEM      string
}

// sign makes a certificate for 127.0.0.1; a nil signer makes an authority.
func (by *identity) sign(t *testing.T, name string) *identity {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: by == nil, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	signer := by
	if by == nil {
		signer = &identity{certificate: template, key: key}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, signer.certificate, key.Public(), signer.key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return &identity{
		certificate, key,
		string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})),
	}
}
