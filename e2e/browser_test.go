package e2e_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/testcontainers/testcontainers-go/log"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/preflight"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/browser"
)

// typedWithin bounds a login by a browser.
const typedWithin = time.Minute

// TestBrowser logs in to SFTPGo's own web client in a real browser, as a user does:
// with password and token in the one field, and with the token alone. The same
// token does not let in again.
func TestBrowser(t *testing.T) {
	preflight.Require(t.Context(), t)
	browser.Require(t)
	log.SetDefault(log.NewNoopLogger())
	on, err := stack.Start(t.Context(), preflight.Image(), stack.WithNotes(func(note string) { t.Log(note) }))
	t.Cleanup(func() {
		if err := on.Close(); err != nil {
			t.Errorf("remove the containers: %v", err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, hook := range []stack.Hook{stack.PrefixAndToken, stack.TokenOnly} {
		t.Run(string(hook), func(t *testing.T) {
			server, err := on.Server(t.Context(), stack.Setup{Hook: hook})
			if err != nil {
				t.Fatal(err)
			}
			p, err := on.NewPerson()
			if err != nil {
				t.Fatal(err)
			}
			err = server.AddUser(t.Context(), sftpgo.User{
				Username: p.Username, Password: p.Password, Status: 1, Permissions: map[string][]string{"/": {"*"}},
			})
			if err != nil {
				t.Fatal(err)
			}
			token, err := on.Mock.Token(t.Context(), p.AuthyID, 0)
			if err != nil {
				t.Fatal(err)
			}
			typed := token.Token
			if hook == stack.PrefixAndToken {
				typed = p.Password + token.Token
			}
			page := typeLogin(t, server.Web(), p.Username, typed)
			if !strings.Contains(page, "/web/client/files") {
				t.Fatalf("after a login with the token the browser is at %s", page)
			}
			if page := typeLogin(t, server.Web(), p.Username, typed); !strings.HasSuffix(page, "/web/client/login") {
				t.Errorf("after another one with the same token the browser is at %s", page)
			}
		})
	}
}

// typeLogin types user and password into the login page, in a browser that knows of
// no login before, and returns the address that comes next.
func typeLogin(t *testing.T, web, username, password string) (at string) {
	t.Helper()
	tab := browser.ForTest(t, browser.Window{Width: 1000, Height: 800})
	ctx, cancel := context.WithTimeout(tab, typedWithin)
	defer cancel()
	err := chromedp.Do(ctx,
		chromedp.Navigate(web+"/web/client/login"),
		chromedp.WaitVisible(`input[name="username"]`),
		chromedp.SendKeys(`input[name="username"]`, username),
		chromedp.SendKeys(`input[name="password"]`, password),
	)
	if err != nil {
		t.Fatal(err)
	}
	next, err := chromedp.RunResponse(ctx, chromedp.Submit(`input[name="password"]`))
	if err != nil {
		t.Fatal(err)
	}
	return next.URL
}
