package mockauthy_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"log"
	"net"
	"net/http"
	"net/http/httptest"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
)

// Over HTTPS the mock is Authy to whoever trusts its authority and is led to it.
// A process of its own gets mock.CA() as a file.
func ExampleServer_TLS() {
	mock, err := mockauthy.New()
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewUnstartedServer(mock)
	server.TLS = mock.TLS()
	server.StartTLS()
	defer server.Close()

	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(mock.CA())
	client := &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: trusted},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
		},
		DisableKeepAlives: true,
	}}
	get(client, "https://api.authy.com/protected/json/verify/nonsense/1000?force=true")
	// Output:
	// 401 {"message":"Token is invalid","token":"is invalid","success":false,"errors":{"message":"Token is invalid"},"error_code":"60020"}
}
