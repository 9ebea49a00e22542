package front_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/front"
)

const (
	details = "/protected/json/app/details"
	apiKey  = "d57d919d11e6b221c9bf6f7c882028f9"
	asked   = "GET " + details + " HTTP/1.1\r\nHost: api.authy.com\r\nX-Authy-API-Key: " + apiKey + "\r\n\r\n"
	answer  = `{"app":{"name":"Authy Docs"`
)

// get asks a client for app/details of a host.
func get(ctx context.Context, client *http.Client, base string) (status int, body string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+details, http.NoBody)
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("X-Authy-API-Key", apiKey)
	response, err := client.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	return response.StatusCode, string(raw), err
}

// expect fails the test unless the client takes the mock for that host.
func expect(t *testing.T, client *http.Client, base string) {
	t.Helper()
	if status, body, err := get(t.Context(), client, base); err != nil || status != http.StatusOK || !strings.HasPrefix(body, answer) {
		t.Errorf("%s: %d %s, %v", base, status, body, err)
	}
}

// Every way in leads to the mock, for clients of the standard library.
func TestWaysIn(t *testing.T) {
	t.Parallel()
	r := serve(t, nil, patient())
	proxied := []string{
		"https://api.authy.com", "https://sandbox-api.authy.com", "http://sandbox-api.authy.com", "http://api.authy.com",
		"https://api.authy.com:443", "http://api.authy.com:80", "https://API.Authy.Com", "http://SANDBOX-API.AUTHY.COM",
		"https://api.authy.com.", // the same host (RFC 1034 section 3.1)
	}
	for _, base := range proxied {
		t.Run("proxy "+base, func(t *testing.T) {
			t.Parallel()
			expect(t, r.viaProxy(t), base)
		})
	}
	for _, base := range []string{"https://api.authy.com", "https://sandbox-api.authy.com", "https://localhost", "https://127.0.0.1", "https://[::1]"} {
		t.Run("alias "+base, func(t *testing.T) {
			t.Parallel()
			expect(t, r.viaAlias(t), base)
		})
	}
	t.Run("itself", func(t *testing.T) {
		t.Parallel()
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		expect(t, client, "http://"+r.plain)
	})
}

// What clients of the standard library do not send, but others do.
func TestRawRequests(t *testing.T) {
	t.Parallel()
	r := serve(t, nil, patient())
	header := "\r\nX-Authy-API-Key: " + apiKey + "\r\n\r\n"
	for name, text := range map[string]string{
		"HTTPS without CONNECT":      "GET https://api.authy.com" + details + " HTTP/1.1\r\nHost: api.authy.com" + header,
		"a Host of somebody else":    "GET http://api.authy.com" + details + " HTTP/1.1\r\nHost: evil.example" + header, // the target wins: RFC 9112 section 3.2.2
		"a user in the target":       "GET http://me:secret@api.authy.com" + details + " HTTP/1.1\r\nHost: api.authy.com" + header,
		"HTTP/1.0":                   "GET http://api.authy.com" + details + " HTTP/1.0" + header,
		"no proxy, Host is Authy's":  "GET " + details + " HTTP/1.1\r\nHost: api.authy.com" + header,
		"no proxy, Host is anything": "GET " + details + " HTTP/1.1\r\nHost: mock.internal" + header,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := r.dial(t)
			c.send(t, text)
			if status, body := c.answer(t, http.MethodGet); status != http.StatusOK || !strings.HasPrefix(body, answer) {
				t.Errorf("%d %s", status, body)
			}
		})
	}
	t.Run("HTTP in a tunnel to port 80", func(t *testing.T) { // as undici's ProxyAgent and curl -p
		t.Parallel()
		c := r.tunnel(t, "sandbox-api.authy.com:80")
		for range 2 { // the second time by keep-alive
			c.send(t, asked)
			if status, body := c.answer(t, http.MethodGet); status != http.StatusOK || !strings.HasPrefix(body, answer) {
				t.Errorf("%d %s", status, body)
			}
		}
	})
	t.Run("a client that does not wait for its tunnel", func(t *testing.T) {
		t.Parallel()
		c := r.dial(t)
		c.send(t, "CONNECT api.authy.com:80 HTTP/1.1\r\nHost: api.authy.com:80\r\n\r\n"+asked)
		if status, body := c.answer(t, http.MethodConnect); status != http.StatusOK {
			t.Fatalf("%d %s", status, body)
		}
		if status, body := c.answer(t, http.MethodGet); status != http.StatusOK || !strings.HasPrefix(body, answer) {
			t.Errorf("%d %s", status, body)
		}
	})
	t.Run("what the mock sees is what Authy would", func(t *testing.T) {
		t.Parallel()
		seen := make(chan *http.Request, 1)
		r := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen <- r }), patient())
		c := r.dial(t)
		c.send(t, "GET http://me@api.authy.com/a%2fb?c=d HTTP/1.1\r\nHost: evil.example\r\n\r\n")
		got := wait(t, "the request", seen)
		if got.RequestURI != "/a%2fb?c=d" || got.URL.String() != "/a%2fb?c=d" || got.Host != "api.authy.com" {
			t.Errorf("RequestURI %s, URL %s, Host %s", got.RequestURI, got.URL, got.Host)
		}
	})
}

// As a proxy the mock answers for Authy and nobody else, and says so. Nothing is
// forwarded: the target of two of the requests listens, in vain.
func TestRefusals(t *testing.T) {
	t.Parallel()
	r := serve(t, nil, patient())
	other := listen(t)
	t.Cleanup(func() { _ = other.Close() })
	for _, authority := range []string{
		"example.com:443", "www.authy.com:443", "authy.com:443", "x.api.authy.com:443", "api.authy.com.evil.example:443",
		"evil.example.api.authy.com:443", "api-authy.com:443", "localhost:443", "127.0.0.1:443", "[::1]:443", "[2001:db8::1]:443",
		"api.authy.com:22", "api.authy.com:8443", "api.authy.com:0", "sandbox-api.authy.com:4430", "example.com",
		r.plain, r.secure, other.Addr().String(),
	} {
		for _, text := range []string{
			fmt.Sprintf("CONNECT %s HTTP/1.1\r\nHost: api.authy.com\r\n\r\n", authority),
			fmt.Sprintf("GET http://%s%s HTTP/1.1\r\nHost: api.authy.com\r\n\r\n", authority, details),
			fmt.Sprintf("POST https://api.authy.com@%s/protected/json/users/new HTTP/1.1\r\nHost: api.authy.com\r\n\r\n", authority),
		} {
			line, _, _ := strings.Cut(text, "\r\n")
			t.Run(line, func(t *testing.T) {
				t.Parallel()
				c := r.dial(t)
				c.send(t, text)
				want := "mockauthy: as a proxy it answers for api.authy.com and sandbox-api.authy.com, ports 80 and 443, not for " + authority +
					", and it forwards nothing; NO_PROXY names what to reach without a proxy\n"
				if status, body := c.answer(t, http.MethodGet); status != http.StatusForbidden || body != want {
					t.Errorf("%d %s", status, body)
				}
				if log := r.log.String(); !strings.Contains(log, "host="+authority) && !strings.Contains(log, `host="`+authority) {
					t.Errorf("not logged:\n%s", log)
				}
			})
		}
	}
	t.Cleanup(func() {
		_ = other.(*net.TCPListener).SetDeadline(time.Now())
		if conn, err := other.Accept(); err == nil {
			t.Errorf("the mock has connected to another host: %v", conn.Close())
		}
	})
	t.Run("CONNECT without a port", func(t *testing.T) {
		t.Parallel()
		c := r.dial(t)
		c.send(t, "CONNECT api.authy.com HTTP/1.1\r\nHost: api.authy.com\r\n\r\n")
		if status, body := c.answer(t, http.MethodGet); status != http.StatusBadRequest || body != "mockauthy: CONNECT api.authy.com: want a port, such as api.authy.com:443\n" {
			t.Errorf("%d %s", status, body)
		}
	})
	t.Run("a target that is none", func(t *testing.T) {
		t.Parallel()
		for _, target := range []string{"api.authy.com:443:443", "[api.authy.com:443", "api.authy.com:-1", "%zz:443"} {
			c := r.dial(t)
			c.send(t, "CONNECT "+target+" HTTP/1.1\r\nHost: api.authy.com\r\n\r\n")
			if status, body := c.answer(t, http.MethodGet); status/100 != 4 {
				t.Errorf("%s: %d %s", target, status, body)
			}
		}
	})
}

// A client that says something else than TLS is sent away, and the log says why.
func TestNoTLS(t *testing.T) {
	t.Parallel()
	t.Run("garbage", func(t *testing.T) {
		t.Parallel()
		r := serve(t, nil, patient())
		for _, text := range []string{"\x00\x00\x00\x00\x00\x00\x00", "SSH-2.0-OpenSSH_9.2\r\n", "\x16\x03\x01\xff\xff" + strings.Repeat("x", 1<<16), "\x16\x03\x01\x00\x05hello"} {
			c := r.tunnel(t, "api.authy.com:443")
			_, _ = io.WriteString(c, text) // it may be closed before all has gone
			c.closed(t)
		}
		if log := r.log.String(); !strings.Contains(log, "TLS handshake error") {
			t.Errorf("logged:\n%s", log)
		}
		expect(t, r.viaProxy(t), "https://api.authy.com")
	})
	t.Run("HTTP", func(t *testing.T) {
		t.Parallel()
		c := serve(t, nil, patient()).tunnel(t, "api.authy.com:443")
		c.send(t, asked)
		if status, body := c.answer(t, http.MethodGet); status != http.StatusBadRequest || !strings.Contains(body, "HTTP request to an HTTPS server") {
			t.Errorf("%d %s", status, body)
		}
		c.closed(t)
	})
	t.Run("no trust", func(t *testing.T) {
		t.Parallel()
		r, stranger := serve(t, nil, patient()), serve(t, nil, patient())
		r.trusted = stranger.trusted
		if _, _, err := get(t.Context(), r.viaProxy(t), "https://api.authy.com"); err == nil || !strings.Contains(err.Error(), "signed by unknown authority") {
			t.Errorf("got %v", err)
		}
		r.stop()
		if err := wait(t, "the end", r.stopped); err != nil {
			t.Error(err)
		}
		if log := r.log.String(); !strings.Contains(log, "bad certificate") {
			t.Errorf("logged:\n%s", log)
		}
	})
}

// Who opens a connection or a tunnel and stays silent loses it.
func TestSilentClients(t *testing.T) {
	t.Parallel()
	short := func(change func(*front.Limits)) *rig {
		limits := patient()
		change(&limits)
		return serve(t, nil, limits)
	}
	const enough = time.Second // to get as far as a case wants to
	header := short(func(l *front.Limits) { l.Header = enough })
	request := short(func(l *front.Limits) { l.Request = enough })
	idle := short(func(l *front.Limits) { l.Idle = enough })

	half := func(c *conn, text string) *conn {
		c.send(t, text)
		return c
	}
	secured := tls.Client(header.tunnel(t, "api.authy.com:443"), &tls.Config{RootCAs: header.trusted, ServerName: "api.authy.com"})
	if err := secured.HandshakeContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	served := half(idle.tunnel(t, "api.authy.com:80"), asked)
	served.answer(t, http.MethodGet)
	for name, c := range map[string]*conn{
		"a connection":                 header.dial(t),
		"half a request":               half(header.dial(t), "CONNECT api.authy.com:443 HTTP/1.1\r\n"),
		"a tunnel for TLS":             header.tunnel(t, "api.authy.com:443"),
		"a tunnel for HTTP":            header.tunnel(t, "api.authy.com:80"),
		"a tunnel, half a handshake":   half(header.tunnel(t, "api.authy.com:443"), "\x16\x03\x01\x01"),
		"a tunnel after the handshake": {Conn: secured, r: bufio.NewReader(secured)},
		"a tunnel, half a request":     half(header.tunnel(t, "api.authy.com:80"), "GET / HTTP/1.1\r\n"),
		"a tunnel, half a body":        half(request.tunnel(t, "api.authy.com:80"), "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n123"),
		"a tunnel after a request":     served,
	} {
		t.Run(name, func(t *testing.T) { c.closed(t) })
	}
}

func TestLargeHeader(t *testing.T) {
	t.Parallel()
	c := serve(t, nil, patient()).tunnel(t, "api.authy.com:80")
	c.send(t, "GET / HTTP/1.1\r\nHost: api.authy.com\r\nX: "+strings.Repeat("x", 80<<10)+"\r\n\r\n")
	if status, _ := c.answer(t, http.MethodGet); status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("status %d", status)
	}
}

// A tunnel carries one request after another, in HTTP/1.1 also for clients that
// would rather speak HTTP/2.
func TestKeepAlive(t *testing.T) {
	t.Parallel()
	r := serve(t, nil, patient())
	for name, client := range map[string]*http.Client{"proxy": r.viaProxy(t), "alias": r.viaAlias(t)} {
		reused, protocol := false, ""
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
			GotConn:          func(i httptrace.GotConnInfo) { reused = i.Reused },
			TLSHandshakeDone: func(s tls.ConnectionState, _ error) { protocol = s.NegotiatedProtocol },
		})
		for n := range 3 {
			if status, body, err := get(ctx, client, "https://api.authy.com"); err != nil || status != http.StatusOK {
				t.Fatalf("%s: %d %s, %v", name, status, body, err)
			}
			if reused != (n > 0) {
				t.Errorf("%s: request %d: the connection was reused: %v", name, n, reused)
			}
		}
		if protocol == "h2" {
			t.Errorf("%s: HTTP/2 was agreed on", name)
		}
	}
}

func TestParallelTunnels(t *testing.T) {
	t.Parallel()
	r := serve(t, nil, patient())
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			client := r.viaProxy(t) // with a tunnel of its own
			for range 3 {
				expect(t, client, "https://api.authy.com")
			}
		})
	}
	all.Wait()
}
