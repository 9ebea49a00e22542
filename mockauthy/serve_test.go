package mockauthy_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestServe reaches the mock by its port, and as the proxy of a program that has
// Authy's host compiled in.
func TestServe(t *testing.T) {
	t.Parallel()
	mock := newRig(t).mock
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- mock.Serve(ctx, l) }()
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(mock.CA())
	for base, proxy := range map[string]func(*http.Request) (*url.URL, error){
		"http://" + l.Addr().String(): nil,
		"https://api.authy.com":       http.ProxyURL(&url.URL{Scheme: "http", Host: l.Addr().String()}),
	} {
		transport := &http.Transport{Proxy: proxy, TLSClientConfig: &tls.Config{RootCAs: trusted}}
		defer transport.CloseIdleConnections()
		answer, err := (&http.Client{Transport: transport}).Get(base + "/protected/json/app/details?api_key=" + docsKey)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || !strings.Contains(string(body), `"Authy Docs"`) {
			t.Errorf("%s: %s, %v", base, body, err)
		}
	}
	stop()
	if err := <-served; err != nil {
		t.Errorf("after the end of the context: %v", err)
	}
	if _, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", l.Addr().String()); err == nil {
		t.Error("the listener is still open")
	}
}
