package page

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/journal"
)

// startView is how to point programs at this mock.
type startView struct {
	Commands []command
	User     *card // the first one
	URL, Key string
}

// command is one to paste into a shell.
type command struct {
	Title, Does, Text string
}

func showStart(p *Page, v *visit) (reply, error) {
	return p.show(v, "start", "Start here", p.start(v))
}

// untouched tells whether nobody has asked the mock anything yet.
func (v *visit) untouched() bool {
	return len(v.world.Journal.Entries(journal.Filter{}.Match)) == 0
}

// authyAt is the URL of Authy's API: where the page is, unless it is elsewhere.
func (p *Page) authyAt(v *visit) string {
	if p.authyURL != nil {
		if at := p.authyURL(); at != "" {
			return at
		}
	}
	if v.TLS != nil {
		return "https://" + v.Host
	}
	return "http://" + v.Host
}

// start has the commands, with the URL and the API key filled in.
func (p *Page) start(v *visit) startView {
	at, key, id := p.authyAt(v), v.world.Application.Settings().APIKey, int64(1000)
	view := startView{URL: at, Key: key}
	if users := v.world.Application.Users(); len(users) > 0 {
		first := v.card(users[0])
		view.User, id = &first, first.ID
	}
	settings := []string{quote("AUTHY_API_URL=" + at), quote("AUTHY_API_KEY=" + key), `"AUTHY_USERS_FILE=$PWD/authy-users.csv"`}
	if !onThisMachine(at) {
		settings = append(settings, "AUTHY_ALLOW_PLAIN_HTTP=true")
	}
	view.Commands = []command{
		{
			"curl", "Asks the mock what Authy would tell of the application.",
			"curl -H " + quote("X-Authy-API-Key: "+key) + " " + quote(at+"/protected/json/app/details"),
		},
		{
			"A hook", "Writes its settings and the line of one user, and checks them.",
			fmt.Sprintf("echo alice,%d > authy-users.csv\n", id) +
				"(umask 077; printf '%s\\n' \\\n  " + strings.Join(settings, " \\\n  ") + " > authy.conf)\n" +
				"AUTHY_CONFIG_FILE=$PWD/authy.conf checkpwd -check",
		},
		{
			"SFTPGo", "Starts it with this hook: the password is followed by the token.",
			"SFTPGO_DATA_PROVIDER__CHECK_PASSWORD_HOOK=$(command -v checkpwd) \\\n" +
				"SFTPGO_DATA_PROVIDER__CHECK_PASSWORD_SCOPE=0 \\\n" +
				"SFTPGO_COMMAND__ENV=AUTHY_CONFIG_FILE=$PWD/authy.conf \\\n" +
				"sftpgo serve",
		},
	}
	return view
}

// onThisMachine tells whether hooks take a URL without being told that it is not
// encrypted.
func onThisMachine(at string) bool {
	u, err := url.Parse(at)
	if err != nil || u.Scheme == "https" {
		return true
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
}
