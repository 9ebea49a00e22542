package front_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/front"
)

// Many more clients than there may be connections are all answered, whichever
// way they come.
func TestCrowd(t *testing.T) {
	t.Parallel()
	limits := patient()
	limits.Connections = 3
	r := serve(t, nil, limits)
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			for base, client := range r.clients(t) {
				expect(t, client, base)
				client.CloseIdleConnections()
			}
		})
	}
	all.Wait()
}

// With all connections taken, the next client waits; it is served when one is
// closed, also one that a fault or a tunnel has taken over.
func TestFullHouse(t *testing.T) {
	t.Parallel()
	limits := patient()
	limits.Connections = 2
	h := newHeld()
	r := serve(t, h, limits)
	tunnel := r.tunnel(t, "api.authy.com:80")
	first, next := r.dial(t), r.dial(t)
	first.send(t, asked)
	wait(t, "the request", h.arrived)
	next.send(t, asked)
	_ = tunnel.Close()
	wait(t, "the request of who has waited", h.arrived)
	close(h.letGo)
	for _, c := range []*conn{first, next} {
		if status, body := c.answer(t, http.MethodGet); status != http.StatusOK || body != "done" {
			t.Errorf("%d %s", status, body)
		}
	}
}

// After thousands of connections that come to nothing no goroutine and no file
// descriptor is left, and the mock answers.
func TestNastyClients(t *testing.T) { //nolint:paralleltest // it counts what the process has open
	limits := front.Limits{Connections: 256, Header: 300 * time.Millisecond, Request: time.Second, Idle: time.Second, Grace: within}
	before := goleak.IgnoreCurrent()
	descriptors := openDescriptors(t)
	r := serve(t, nil, limits)
	say := func(text string) func(*net.TCPConn) { return func(c *net.TCPConn) { _, _ = io.WriteString(c, text) } }
	connect := "CONNECT api.authy.com:443 HTTP/1.1\r\nHost: api.authy.com:443\r\n\r\n"
	half := "GET /protected/json/app/details HTTP/1.1\r\nHost: api"
	kinds := []struct {
		port   string
		does   func(*net.TCPConn)
		stays  bool // until it is closed by the mock
		resets bool
	}{
		{r.plain, say(""), false, false},
		{r.plain, say(""), false, true},
		{r.secure, say(""), false, false},
		{r.plain, say(half), false, false},
		{r.plain, say(half), false, true},
		{r.plain, say(half), true, false},
		{r.plain, say("\x16\x03\x01\xff\xff\x00garbage"), true, false},
		{r.plain, say("GET / HTTP/1.1\r\nX: " + strings.Repeat("x", 80<<10)), true, false},
		{r.plain, say("POST /protected/json/users/new HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000000\r\n\r\nuser"), false, true},
		{r.plain, say("POST /mock/v1/users HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n"), true, false},
		{r.plain, say(asked + asked + asked), false, true},
		{r.secure, say("\x16\x03\x01\x02\x00" + strings.Repeat("x", 512)), true, false},
		{r.secure, say(asked), true, false},
		{r.plain, say(connect), true, false},
		{r.plain, say(connect), false, true},
		{r.plain, say(connect + "\x16\x03\x01\x02\x00" + strings.Repeat("x", 512)), true, false},
		{r.plain, say("CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n"), false, false},
		{r.plain, say("CONNECT api.authy.com:80 HTTP/1.1\r\nHost: x\r\n\r\n" + half), false, false},
	}
	const attempts, workers = 200, 50 // of each kind
	var all sync.WaitGroup
	for _, kind := range kinds {
		for range workers {
			all.Go(func() {
				for range attempts / workers {
					c, err := new(net.Dialer).DialContext(t.Context(), "tcp", kind.port)
					if err != nil {
						t.Error(err)
						return
					}
					tcp := c.(*net.TCPConn)
					_ = tcp.SetDeadline(time.Now().Add(time.Minute))
					kind.does(tcp)
					if kind.stays {
						if _, err := io.Copy(io.Discard, tcp); os.IsTimeout(err) {
							t.Errorf("still open: %v", err)
						}
					}
					if kind.resets {
						_ = tcp.SetLinger(0)
					}
					_ = tcp.Close()
				}
			})
		}
	}
	all.Wait()
	client := r.viaProxy(t)
	expect(t, client, "https://api.authy.com")
	client.CloseIdleConnections()
	r.stop()
	if err := wait(t, "the end", r.stopped); err != nil {
		t.Error(err)
	}
	if err := goleak.Find(before); err != nil {
		t.Error(err)
	}
	if now := openDescriptors(t); now > descriptors {
		t.Errorf("%d file descriptors were open, now there are %d", descriptors, now)
	}
}

// openDescriptors counts the files and connections that the process has open,
// where the system tells; elsewhere none are.
func openDescriptors(t *testing.T) int {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, _ = get(ctx, client, "http://127.0.0.1:1") // the runtime has opened what it keeps open
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(open)
}
