package main

import (
	"fmt"
	"io"
	"net"
	"text/template"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/front"
)

var greeting = template.Must(template.New("").Parse(`A mock of the Authy API listens on {{.URL}}{{with .TLS}} and https://{{.}}{{end}}

  API key   {{.App.APIKey}}  (application "{{.App.Name}}")
{{- with .User}}
  user      {{.Email}}, +{{.CountryCode}} {{.Cellphone}}, Authy ID {{.AuthyID}}

  the user's current token:
    {{$.Self}} token{{$.At}} {{.AuthyID}}
  verify it:
    curl -H 'X-Authy-API-Key: {{$.App.APIKey}}' '{{$.URL}}/protected/json/verify/TOKEN/{{.AuthyID}}?force=true'
{{- end}}

  a program that asks https://api.authy.com, unchanged:
    {{.Self}} ca{{.At}} > ca.pem
    HTTPS_PROXY={{.URL}} SSL_CERT_FILE=ca.pem my-program
{{- with .TLS}}
  the same without a proxy:
    curl --cacert ca.pem --connect-to ::{{.}} -H 'X-Authy-API-Key: {{$.App.APIKey}}' https://api.authy.com/protected/json/app/details
{{- end}}

Ctrl-C stops it.
`))

// greet says where the mock is and how to use it.
func greet(w io.Writer, self string, way front.Front, app mockauthy.Application) error {
	facts := struct {
		Self, URL, At, TLS string // At is the flag for commands that ask the mock
		App                mockauthy.Application
		User               *mockauthy.User
	}{Self: self, URL: "http://" + reachable(way.Plain.Addr()), App: app}
	if facts.URL != defaultURL {
		facts.At = " --url " + facts.URL
	}
	if way.Secure != nil {
		facts.TLS = reachable(way.Secure.Addr())
	}
	if len(app.Users) > 0 && app.Users[0].AuthyID != 0 {
		facts.User = &app.Users[0]
	}
	if err := greeting.Execute(w, facts); err != nil {
		return fmt.Errorf("say where the mock is: %w", err)
	}
	return nil
}

// reachable is an address that a client on this machine can use.
func reachable(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return addr.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
