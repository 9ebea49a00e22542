package contract_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/authority"
)

// parties are who meets over TLS, each with an authority of its own.
type parties struct {
	servers, clients, others *authority.Authority
}

func newParties(t *testing.T) parties {
	t.Helper()
	var p parties
	for _, a := range []**authority.Authority{&p.servers, &p.clients, &p.others} {
		var err error
		if *a, err = authority.New(); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// serve is a hook of the kind at https:// that lets everybody in whom TLS lets ask.
func (p parties) serve(t *testing.T, kind driver.Kind, host string, change func(*tls.Config)) driver.Hook {
	t.Helper()
	certified, err := p.servers.Server(host)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair(certified.Certificate, certified.Key)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 { // seen of SFTPGo 2.7.5
			t.Errorf("asked by %s, want HTTP/2, as SFTPGo does", r.Proto)
		}
		_, _ = io.WriteString(w, everySuccess)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes that fail
	server.EnableHTTP2 = true
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	change(server.TLS)
	server.StartTLS()
	t.Cleanup(server.Close)
	hook := script(kind, "")
	hook.Program, hook.Args, hook.URL = "", nil, server.URL
	return hook
}

// demand wants a client certificate.
func (p parties) demand(config *tls.Config) {
	config.ClientAuth = tls.RequireAndVerifyClientCert
	config.ClientCAs = x509.NewCertPool()
	config.ClientCAs.AppendCertsFromPEM(p.clients.Certificate())
}

// files are those of an SFTPGo that trusts one authority and is certified by
// another; nil is none.
func files(t *testing.T, trusts, certifiedBy *authority.Authority) driver.TLS {
	t.Helper()
	var known driver.TLS
	folder := t.TempDir()
	write := func(name string, content []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if trusts != nil {
		known.CA = write("ca.pem", trusts.Certificate())
	}
	if certifiedBy != nil {
		own, err := certifiedBy.Client("SFTPGo")
		if err != nil {
			t.Fatal(err)
		}
		known.Cert, known.Key = write("cert.pem", own.Certificate), write("key.pem", own.Key)
	}
	return known
}

// TestTLS: whom SFTPGo and a hook do not trust is refused, and the time line says
// what helps.
func TestTLS(t *testing.T) {
	t.Parallel()
	p := newParties(t)
	anybody := func(*tls.Config) {}
	older := func(change func(*tls.Config)) func(*tls.Config) {
		return func(config *tls.Config) {
			change(config)
			config.MaxVersion = tls.VersionTLS12 // in which a handshake fails at another place
		}
	}
	const (
		distrusted = "SFTPGo does not trust the hook's certificate: --cacert names its authority"
		unknown    = "if the hook wants a client certificate: --cert and --key name one"
	)
	for name, test := range map[string]struct {
		host   string
		change func(*tls.Config)
		tls    driver.TLS
		refuse string // what the time line says; "" is that alice is let in
	}{
		"trusted":                        {"127.0.0.1", anybody, files(t, p.servers, nil), ""},
		"trusted, and not asked who":     {"127.0.0.1", anybody, files(t, p.servers, p.clients), ""},
		"an authority of nobody's":       {"127.0.0.1", anybody, driver.TLS{}, distrusted},
		"another authority":              {"127.0.0.1", anybody, files(t, p.others, nil), distrusted},
		"another server":                 {"127.0.0.2", anybody, files(t, p.servers, nil), "x509: certificate is valid for 127.0.0.2, not 127.0.0.1"},
		"both known":                     {"127.0.0.1", p.demand, files(t, p.servers, p.clients), ""},
		"both known, TLS 1.2":            {"127.0.0.1", older(p.demand), files(t, p.servers, p.clients), ""},
		"no client certificate":          {"127.0.0.1", p.demand, files(t, p.servers, nil), unknown},
		"no client certificate, TLS 1.2": {"127.0.0.1", older(p.demand), files(t, p.servers, nil), unknown},
		"of another authority":           {"127.0.0.1", p.demand, files(t, p.servers, p.others), unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, kind := range driver.Kinds() {
				hook := p.serve(t, kind, test.host, test.change)
				hook.TLS = test.tls
				site := newSite(t, hook, 0, alice())
				if test.refuse == "" {
					mustLetIn(t, site, anyway(kind), "alice")
					continue
				}
				mustLetIn(t, site, anyway(kind), "")
				mustSay(t, site, test.refuse)
			}
		})
	}
}

// TestNoTLS: nothing is said to a hook that speaks none, where the URL wants it.
func TestNoTLS(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	hook := service(t, driver.CheckPassword, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	hook.URL = "https" + hook.URL[len("http"):]
	site := newSite(t, hook, 0, alice())
	mustLetIn(t, site, anyway(driver.CheckPassword), "")
	mustSay(t, site, "server gave HTTP response to HTTPS client")
	if n := asked.Load(); n != 0 {
		t.Errorf("asked %d times", n)
	}
}
