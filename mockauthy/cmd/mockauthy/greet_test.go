package main

import (
	"net"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/front"
)

// greet leaves out what it cannot tell, and its commands fit the control API.
func TestGreet(t *testing.T) {
	t.Parallel()
	user := []mockauthy.User{{AuthyID: 5, Email: "a@example.com", Cellphone: "201-555-0100", CountryCode: 1}}
	loopback := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 2884}
	elsewhere := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 2884}
	for _, test := range []struct {
		name, self     string
		plain, control *net.TCPAddr
		allowed        access
		users          []mockauthy.User
		want           string
	}{
		{"the default address", "./mockauthy", loopback, nil, access{}, user, `A mock of the Authy API listens on http://127.0.0.1:2884

  API key   k  (application "A")
  user      a@example.com, +1 201-555-0100, Authy ID 5
  control   http://127.0.0.1:2884/mock/v1/, for this machine only
  page      http://127.0.0.1:2884/, the same in a browser

  the user's current token:
    ./mockauthy token 5
  verify it:
    curl -H 'X-Authy-API-Key: k' 'http://127.0.0.1:2884/protected/json/verify/TOKEN/5?force=true'

  a program that asks https://api.authy.com, unchanged:
    ./mockauthy ca > ca.pem
    HTTPS_PROXY=http://127.0.0.1:2884 SSL_CERT_FILE=ca.pem my-program

Ctrl-C stops it.
`},
		{"no user", "mockauthy", &net.TCPAddr{IP: net.IPv6loopback, Port: 80}, nil, access{}, nil, `A mock of the Authy API listens on http://[::1]:80

  API key   k  (application "A")
  control   http://[::1]:80/mock/v1/, for this machine only
  page      http://[::1]:80/, the same in a browser

  a program that asks https://api.authy.com, unchanged:
    mockauthy ca --url http://[::1]:80 > ca.pem
    HTTPS_PROXY=http://[::1]:80 SSL_CERT_FILE=ca.pem my-program

Ctrl-C stops it.
`},
		{"a user without an Authy ID", "mockauthy", &net.TCPAddr{IP: net.IPv4zero, Port: 80}, nil, access{open: true}, []mockauthy.User{{Email: "a@example.com"}}, `A mock of the Authy API listens on http://127.0.0.1:80

  API key   k  (application "A")
  control   http://127.0.0.1:80/mock/v1/, for EVERYBODY
  page      http://127.0.0.1:80/, the same in a browser

  a program that asks https://api.authy.com, unchanged:
    mockauthy ca --url http://127.0.0.1:80 > ca.pem
    HTTPS_PROXY=http://127.0.0.1:80 SSL_CERT_FILE=ca.pem my-program

Ctrl-C stops it.
`},
		{"a token, own listener", "mockauthy", elsewhere, loopback, access{token: controlToken, open: true}, user, `A mock of the Authy API listens on http://192.0.2.1:2884

  API key   k  (application "A")
  user      a@example.com, +1 201-555-0100, Authy ID 5
  control   http://127.0.0.1:2884/mock/v1/, for who sends its token, as the commands below do with MOCKAUTHY_CONTROL_TOKEN set
  page      http://127.0.0.1:2884/, the same in a browser

  the user's current token:
    mockauthy token 5
  verify it:
    curl -H 'X-Authy-API-Key: k' 'http://192.0.2.1:2884/protected/json/verify/TOKEN/5?force=true'

  a program that asks https://api.authy.com, unchanged:
    mockauthy ca > ca.pem
    HTTPS_PROXY=http://192.0.2.1:2884 SSL_CERT_FILE=ca.pem my-program

Ctrl-C stops it.
`},
		{"a token from a file", "mockauthy", elsewhere, nil, access{token: controlToken, file: "control.token"}, nil, `A mock of the Authy API listens on http://192.0.2.1:2884

  API key   k  (application "A")
  control   http://192.0.2.1:2884/mock/v1/, for who sends its token
  page      http://192.0.2.1:2884/, the same in a browser

  a program that asks https://api.authy.com, unchanged:
    mockauthy ca --url http://192.0.2.1:2884 --control-token-file control.token > ca.pem
    HTTPS_PROXY=http://192.0.2.1:2884 SSL_CERT_FILE=ca.pem my-program

Ctrl-C stops it.
`},
		{"out of reach", "mockauthy", elsewhere, nil, access{}, user, `A mock of the Authy API listens on http://192.0.2.1:2884

  API key   k  (application "A")
  user      a@example.com, +1 201-555-0100, Authy ID 5
  control   for nobody: it answers on loopback only, and 192.0.2.1:2884 is not; add --control-listen 127.0.0.1:2885

Ctrl-C stops it.
`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			way := front.Front{Plain: listeningAt{test.plain}}
			if test.control != nil {
				way.Control = listeningAt{test.control}
			}
			var got strings.Builder
			if err := greet(&got, test.self, way, test.allowed, mockauthy.Application{Name: "A", APIKey: "k", Users: test.users}, ""); err != nil {
				t.Fatal(err)
			}
			if got.String() != test.want {
				t.Errorf("got\n%s\nwant\n%s", got.String(), test.want)
			}
		})
	}
}

// listeningAt is a listener of which only the address matters.
type listeningAt struct{ addr net.Addr }

func (l listeningAt) Addr() net.Addr          { return l.addr }
func (listeningAt) Accept() (net.Conn, error) { return nil, net.ErrClosed }
func (listeningAt) Close() error              { return nil }

func TestReachable(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		addr net.Addr
		want string
	}{
		{&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1}, "127.0.0.1:1"},
		{&net.TCPAddr{IP: net.IPv4zero, Port: 1}, "127.0.0.1:1"},
		{&net.TCPAddr{IP: net.IPv6unspecified, Port: 1}, "127.0.0.1:1"},
		{&net.TCPAddr{IP: net.ParseIP("192.0.2.1"), Port: 1}, "192.0.2.1:1"},
		{&net.TCPAddr{IP: net.ParseIP("2001:db8::1"), Port: 1}, "[2001:db8::1]:1"},
		{&net.UnixAddr{Name: "/run/mock", Net: "unix"}, "/run/mock"},
	} {
		if got := reachable(test.addr); got != test.want {
			t.Errorf("%v: got %s, want %s", test.addr, got, test.want)
		}
	}
}
