package main

import (
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/front"
)

// greet says where the mock is, where its data are, if anywhere, and how to use
// it.
func greet(w io.Writer, self string, way front.Front, allowed access, app mockauthy.Application, data string) error {
	var b strings.Builder
	url := "http://" + reachable(way.Plain.Addr())
	fmt.Fprintf(&b, "A mock of the Authy API listens on %s", url)
	if way.Secure != nil {
		fmt.Fprintf(&b, " and https://%s", reachable(way.Secure.Addr()))
	}
	fmt.Fprintf(&b, "\n\n  API key   %s  (application %q)\n", app.APIKey, app.Name)
	if data != "" {
		fmt.Fprintf(&b, "  data      %s  (keeps users, secrets and clocks over a restart)\n", data)
	}
	var user *mockauthy.User
	if len(app.Users) > 0 && app.Users[0].AuthyID != 0 {
		user = &app.Users[0]
		fmt.Fprintf(&b, "  user      %s, +%d %s, Authy ID %d\n", user.Email, user.CountryCode, user.Cellphone, user.AuthyID)
	}
	at, usable := greetControl(&b, controlAddr(way), allowed)
	if user != nil && usable {
		fmt.Fprintf(&b, "\n  the user's current token:\n    %s token%s %d\n", self, at, user.AuthyID)
		fmt.Fprintf(&b, "  verify it:\n    curl -H 'X-Authy-API-Key: %s' '%s/protected/json/verify/TOKEN/%d?force=true'\n", app.APIKey, url, user.AuthyID)
	}
	if usable {
		fmt.Fprintf(&b, "\n  a program that asks https://api.authy.com, unchanged:\n    %s ca%s > ca.pem\n    HTTPS_PROXY=%s SSL_CERT_FILE=ca.pem my-program\n", self, at, url)
		if way.Secure != nil {
			fmt.Fprintf(&b, "  the same without a proxy:\n    curl --cacert ca.pem --connect-to ::%s -H 'X-Authy-API-Key: %s' https://api.authy.com/protected/json/app/details\n",
				reachable(way.Secure.Addr()), app.APIKey)
		}
	}
	b.WriteString("\nCtrl-C stops it.\n")
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("say where the mock is: %w", err)
	}
	return nil
}

// greetControl says where the control API is and for whom. It returns the flags
// for commands that ask it, and whether a command on this machine can.
func greetControl(w io.Writer, addr net.Addr, allowed access) (at string, usable bool) {
	url := "http://" + reachable(addr)
	if url != defaultURL {
		at = " --url " + url
	}
	who := "this machine only"
	switch {
	case allowed.file != "":
		who, at = "who sends its token", at+" --control-token-file "+allowed.file
	case allowed.token != "":
		who = "who sends its token, as the commands below do with MOCKAUTHY_CONTROL_TOKEN set"
	case allowed.open:
		who = "EVERYBODY"
	case !onLoopback(addr):
		fmt.Fprintf(w, "  control   for nobody: it answers on loopback only, and %s is not; add --control-listen 127.0.0.1:2885\n", addr)
		return "", false
	}
	fmt.Fprintf(w, "  control   %s/mock/v1/, for %s\n", url, who)
	fmt.Fprintf(w, "  page      %s/, the same in a browser\n", url)
	return at, true
}

// authyURL is where Authy's API is, as the page tells it: "" where the page is, which
// somebody may have reached by another name.
func authyURL(way front.Front) string {
	if way.Control == nil {
		return ""
	}
	return "http://" + reachable(way.Plain.Addr())
}

// controlAddr is where the control API is.
func controlAddr(way front.Front) net.Addr {
	if way.Control != nil {
		return way.Control.Addr()
	}
	return way.Plain.Addr()
}

// onLoopback tells whether a listener is reached by a loopback address.
func onLoopback(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return ok && (tcp.IP.IsLoopback() || tcp.IP.IsUnspecified())
}

// kept is the one of the seed's users whom a data file still has, or else any
// user whom it has: the first user of the seed may be gone, or another one now.
func kept(mock *mockauthy.Server, seed []mockauthy.User) []mockauthy.User {
	users := mock.Snapshot().Users
	if len(users) == 0 {
		return nil
	}
	shown := users[0]
	if len(seed) > 0 {
		for _, u := range users {
			if u.AuthyID == seed[0].AuthyID {
				shown = u
			}
		}
	}
	return []mockauthy.User{{
		AuthyID:     shown.AuthyID,
		Email:       shown.Emails[0],
		Cellphone:   shown.Cellphone,
		CountryCode: shown.CountryCode,
	}}
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
