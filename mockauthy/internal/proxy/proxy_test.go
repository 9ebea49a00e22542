package proxy_test

import (
	"bufio"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/proxy"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// A tunnel that is opened while the mock stops is closed, not forgotten.
func TestConnectAfterClose(t *testing.T) {
	t.Parallel()
	p := proxy.New(http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	for _, l := range []net.Listener{p.Plain(), p.Secure(), p.Plain()} {
		if err := l.Close(); err != nil { // also when it is closed again
			t.Errorf("%s: %v", l.Addr(), err)
		}
		if _, err := l.Accept(); err == nil {
			t.Errorf("%s accepts", l.Addr())
		}
	}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	for _, port := range []string{"80", "443"} {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
		if _, err := io.WriteString(conn, "CONNECT api.authy.com:"+port+" HTTP/1.1\r\nHost: api.authy.com\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		r := bufio.NewReader(conn)
		response, err := http.ReadResponse(r, &http.Request{Method: http.MethodConnect})
		if err != nil {
			t.Fatal(err)
		}
		if rest, err := io.ReadAll(response.Body); err != nil || len(rest) > 0 {
			t.Errorf("port %s: %q, %v; want the end", port, rest, err)
		}
		_ = response.Body.Close()
	}
}

// Where a connection cannot become a tunnel the client is told.
func TestConnectWithoutConnection(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodConnect, "api.authy.com:443", http.NoBody)
	proxy.New(http.NotFoundHandler(), slog.New(slog.DiscardHandler)).ServeHTTP(w, r)
	if w.Code != http.StatusHTTPVersionNotSupported || w.Body.String() != "mockauthy: CONNECT: want HTTP/1.1\n" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// Whatever the request line and the headers are, a target at another host than
// Authy's is refused, and what is let through has no host in its target.
func FuzzRequest(f *testing.F) {
	for _, target := range []string{
		"api.authy.com:443", "api.authy.com", "api.authy.com.:80", "API.AUTHY.COM:0443", "[::1]:443", "evil.example:443", "api.authy.com:443@evil.example:443",
		"http://api.authy.com/", "https://api.authy.com:443/a?b", "http://evil.example/", "http://api.authy.com@evil.example/", "//evil.example/", "/livez", "*", "http:///x", "http://api.authy.com%2eevil.example/",
	} {
		f.Add("CONNECT " + target + " HTTP/1.1\r\nHost: api.authy.com\r\n\r\n")
		f.Add("GET " + target + " HTTP/1.1\r\nHost: evil.example\r\n\r\n")
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text)))
		if err != nil {
			return // net/http refuses it, too
		}
		var passed *http.Request
		w := httptest.NewRecorder()
		proxy.New(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { passed = r }), slog.New(slog.DiscardHandler)).ServeHTTP(w, r)
		host := strings.TrimSuffix(strings.ToLower(r.URL.Hostname()), ".")
		authys := host == "api.authy.com" || host == "sandbox-api.authy.com"
		switch {
		case passed != nil && (passed.URL.Host != "" || (r.URL.Host != "" && !authys)):
			t.Errorf("%q: passed on as %s", text, passed.URL)
		case passed == nil && w.Code == http.StatusOK:
			t.Errorf("%q: answered with %d", text, w.Code)
		case r.URL.Host != "" && !authys && w.Code != http.StatusForbidden:
			t.Errorf("%q: not refused but %d", text, w.Code)
		}
	})
}
