package proxy_test

import (
	"bufio"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
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
