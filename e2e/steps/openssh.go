package steps

import (
	"context"
	"fmt"
	"net"
	"regexp"
	"strings"

	"github.com/cucumber/godog"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/login"
)

// addOpenSSHSteps adds what is said of the terminal at which OpenSSH's clients ask.
func addOpenSSHSteps(sc *godog.ScenarioContext) {
	sc.Then(`^the terminal shows nothing that was typed$`, isHidden)
	sc.Then(`^the terminal shows what was typed$`, isRevealed)
	sc.Then(`^the terminal shows nothing but the questions and that permission is denied$`, isDeniedOnly)
	sc.Then(`^alice by (sftp|scp|ssh) with the right password is (let in|refused)$`, comesToByOpenSSH)
}

// enterByOpenSSH skips the scenario where there is no OpenSSH. The method "" is the
// client's choice.
func (w *world) enterByOpenSSH(ctx context.Context, client login.OpenSSH, method string, server login.Server, p *person, s secrets) error {
	if missing := login.MissingOpenSSH(ctx); missing != "" {
		godog.Logf(ctx, "left out: %s", missing)
		return godog.ErrSkip
	}
	credentials := login.Credentials{Methods: method, Answers: w.replies(s)}
	switch method {
	case "password":
		credentials.Answers = map[string]string{"password": s.password + s.token}
	case "publickey":
		credentials.Key = p.key.PEM
	}
	screen, err := client.LogIn(ctx, server, p.Username, credentials)
	w.see(screen, server)
	return err
}

// see keeps what was on the screen, by the names that the feature has for the users
// and the server.
func (w *world) see(screen login.Screen, server login.Server) {
	host, _, _ := net.SplitHostPort(server.Address) // the login has split it before
	names := []string{host, "sftpgo"}
	for name, p := range w.people {
		names = append(names, p.Username, name)
	}
	named := strings.NewReplacer(names...)
	for _, questions := range [][]string{screen.Questions, screen.Revealed} {
		for i := range questions {
			questions[i] = named.Replace(questions[i])
		}
	}
	screen.Shown = named.Replace(screen.Shown)
	w.screen, w.dialogue = screen, login.Dialogue{Asked: screen.Questions}
}

func isHidden(ctx context.Context) error {
	if screen := of(ctx).screen; len(screen.Questions) == 0 || len(screen.Revealed) > 0 {
		return fmt.Errorf("of the questions %q the terminal shows the answers to %q", screen.Questions, screen.Revealed)
	}
	return nil
}

func isRevealed(ctx context.Context) error {
	if screen := of(ctx).screen; len(screen.Questions) == 0 || len(screen.Revealed) != len(screen.Questions) {
		return fmt.Errorf("of the questions %q the terminal shows the answers to %q", screen.Questions, screen.Revealed)
	}
	return nil
}

// denied is what OpenSSH itself says at the end of a login that was refused. sftp and
// scp tell besides that they have lost ssh.
var denied = regexp.MustCompile(`^\w+@sftpgo: Permission denied \([a-z,-]+\)\.\n(Connection closed\.? *\n|lost connection\n)*$`)

func isDeniedOnly(ctx context.Context) error {
	screen := of(ctx).screen
	end, ok := strings.CutPrefix(screen.Shown, strings.Join(screen.Questions, "\n")+"\n")
	if !ok || !denied.MatchString(end) {
		return fmt.Errorf("the terminal shows %q, where the questions were %q", screen.Shown, screen.Questions)
	}
	return nil
}

func comesToByOpenSSH(ctx context.Context, client, outcome string) error {
	return comesTo(ctx, client, "", outcome)
}
