package rules

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

// addLoginSteps adds logins. How password and token are put into a login is the
// matter of the hook's kind, so the sentences are the same for all three.
func addLoginSteps(s *Sentences) {
	const (
		who      = `(an unknown user|\S+)`
		password = `(the right|a wrong|no) password`
		token    = `(the current token|the same token|the token of five minutes ago|a wrong token|no token|\S+'s current token|the token ".*")`
		way      = `(?: by (FTP|WebDAV|HTTP))?`
	)
	s.step(`^`+who+` (?:logs in|has logged in)`+way+` with `+password+` and `+token+`$`, logsIn)
	s.step(`^`+who+` (?:logs in|has logged in)`+way+` with `+token+`$`, logsInWithToken)
	s.when(`^(\S+) logs in as "([^"]*)" with the right password and the current token$`, logsInAs)
	s.when(`^an unknown user logs in as "([^"]*)" with the token "([^"]*)"$`, logsInUnderOddName)
	s.step(`^(\d+) clients (?:log|have logged) in as (\S+) at once, with (?:the right password and )?(the same token|a wrong token each)$`, logInAtOnce)
	s.when(`^(\S+) logs in by keyboard-interactive with the same token$`, logsInByKeyboard)
}

// protocolOf is the one that the features call so; "" is SSH.
func protocolOf(way string) driver.Protocol {
	return map[string]driver.Protocol{"FTP": driver.FTP, "WebDAV": driver.WebDAV, "HTTP": driver.HTTP}[way]
}

func logsInWithToken(ctx context.Context, name, way, token string) error {
	return logsIn(ctx, name, way, "no", token)
}

func logsIn(ctx context.Context, name, way, whichPassword, tokenWords string) error {
	w := of(ctx)
	p, err := w.somebody(ctx, name)
	if err != nil {
		return err
	}
	token, err := w.token(ctx, p, tokenWords)
	if err != nil {
		return err
	}
	login := w.site.Kind().Login(p.Username, w.password(p, whichPassword), token)
	login.Protocol = protocolOf(way)
	return w.logIn(ctx, p, login)
}

func (w *world) password(p *person, which string) string {
	password := map[string]string{"the right": p.Password, "a wrong": "wrong " + p.Password, "no": ""}[which]
	w.hide(which+" password", password)
	return password
}

// logsInAs lets somebody log in under another spelling of the user name.
func logsInAs(ctx context.Context, name, how string) error {
	w := of(ctx)
	p, err := w.person(name)
	if err != nil {
		return err
	}
	spelt, err := spell(p.Username, how)
	if err != nil {
		return err
	}
	other := &person{Person: driver.Person{Username: spelt, Password: p.Password, AuthyID: p.AuthyID}}
	token, err := w.token(ctx, p, "the current token")
	if err != nil {
		return err
	}
	return w.logIn(ctx, other, w.site.Kind().Login(spelt, p.Password, token))
}

// spell writes a user name in another way.
func spell(username, how string) (string, error) {
	switch how {
	case "upper case":
		return strings.ToUpper(username), nil
	default:
		return "", fmt.Errorf("a user name in %q: want upper case", how)
	}
}

// logsInUnderOddName lets somebody log in whom nobody knows, under a name written
// with the escapes of Go.
func logsInUnderOddName(ctx context.Context, quoted, token string) error {
	w := of(ctx)
	name, err := strconv.Unquote(`"` + quoted + `"`)
	if err != nil {
		return fmt.Errorf("the user name %q: %w", quoted, err)
	}
	nobody := &person{Person: driver.Person{Username: name}, known: true} // so that nobody adds him
	return w.logIn(ctx, nobody, w.site.Kind().Login(name, "", token))
}

func logsInByKeyboard(ctx context.Context, name string) error {
	w := of(ctx)
	p, err := w.person(name)
	if err != nil {
		return err
	}
	return w.logIn(ctx, p, driver.Login{
		Username: p.Username, Keyboard: true,
		Reply: func(driver.Question) (string, error) { return p.lastToken, nil },
	})
}

// logInAtOnce lets clients log in side by side, each with the current token or each
// with another one that is wrong.
func logInAtOnce(ctx context.Context, clients int, name, tokens string) error {
	w := of(ctx)
	p, err := w.person(name)
	if err != nil {
		return err
	}
	var typed []string
	if tokens == "the same token" {
		token, err := w.token(ctx, p, "the current token")
		if err != nil {
			return err
		}
		typed = slices.Repeat([]string{token}, clients)
	} else if typed, err = w.wrongTokens(ctx, p, clients); err != nil {
		return err
	}
	if err := w.addUser(ctx, p); err != nil {
		return err
	}
	w.results = make([]driver.Result, clients)
	failures := make([]error, clients)
	var all sync.WaitGroup
	for i, token := range typed {
		all.Go(func() {
			w.results[i], failures[i] = w.site.LogIn(ctx, w.site.Kind().Login(p.Username, p.Password, token))
		})
	}
	all.Wait()
	return errors.Join(failures...)
}

// logIn tries the login, and keeps what comes of it.
func (w *world) logIn(ctx context.Context, p *person, login driver.Login) error {
	if err := w.addUser(ctx, p); err != nil {
		return err
	}
	result, err := w.site.LogIn(ctx, login)
	if err != nil {
		return fmt.Errorf("log in as %s: %w", p.Username, err)
	}
	w.results = []driver.Result{result}
	return nil
}

// somebody is a user of the scenario, or one that neither SFTPGo nor the hook
// knows.
func (w *world) somebody(ctx context.Context, name string) (*person, error) {
	if name != "an unknown user" {
		return w.person(name)
	}
	p, err := w.site.NewStranger(ctx)
	unknown, err := w.introduce(name, p, err)
	if err == nil {
		unknown.known = true // so that nobody adds him
	}
	return unknown, err
}

// token is what the scenario calls so.
func (w *world) token(ctx context.Context, p *person, words string) (token string, err error) {
	const step = 10 * time.Second
	switch {
	case words == "the current token":
		token, err = w.tokenOf(ctx, p, 0)
	case words == "the same token":
		token = p.lastToken
	case words == "the token of five minutes ago":
		token, err = w.tokenOf(ctx, p, -int64(5*time.Minute/step))
	case words == "a wrong token":
		token, err = w.wrongToken(ctx, p)
	case words == "no token":
		token = ""
	case strings.HasPrefix(words, "the token "):
		token, err = w.trick(ctx, p, strings.TrimSuffix(strings.TrimPrefix(words, `the token "`), `"`))
	default:
		var other *person
		if other, err = w.person(strings.TrimSuffix(words, "'s current token")); err == nil {
			token, err = w.tokenOf(ctx, other, 0)
		}
	}
	p.lastToken = token
	w.hide("token", token)
	return token, err
}

func (w *world) tokenOf(ctx context.Context, p *person, step int64) (string, error) {
	token, err := w.site.Authy().Token(ctx, p.AuthyID, step)
	w.hide("token", token.Token)
	return token.Token, err
}

// wrongToken is none of the tokens that could be right soon or were of late.
func (w *world) wrongToken(ctx context.Context, p *person) (string, error) {
	if p.AuthyID == 0 {
		return "1234567", nil
	}
	wrong, err := w.wrongTokens(ctx, p, 1)
	if err != nil {
		return "", err
	}
	return wrong[0], nil
}

// wrongTokens are so many of them, each another one.
func (w *world) wrongTokens(ctx context.Context, p *person, count int) ([]string, error) {
	near := map[string]bool{}
	digits := 0
	for step := int64(-5); step <= 5; step++ {
		token, err := w.site.Authy().Token(ctx, p.AuthyID, step)
		if err != nil {
			return nil, err
		}
		near[token.Token] = true
		digits = len(token.Token)
	}
	wrong := make([]string, 0, count)
	for n := 0; len(wrong) < count; n++ {
		if guess := fmt.Sprintf("%0*d", digits, n); !near[guess] {
			wrong = append(wrong, guess)
		}
	}
	return wrong, nil
}

// trick puts things into a text that cannot be written there. TOKEN and ID are the
// current token and the Authy ID of the attacker, or, where there is none, of the
// user; ARABIC is the token in Arabic digits, LONG are a hundred thousand digits.
func (w *world) trick(ctx context.Context, p *person, text string) (string, error) {
	if attacker, ok := w.people["mallory"]; ok {
		p = attacker
	}
	text = strings.NewReplacer("NEWLINE", "\n", "NUL", "\x00", "LONG", strings.Repeat("1234567890", 10_000)).Replace(text)
	if p.AuthyID == 0 {
		return text, nil
	}
	token, err := w.tokenOf(ctx, p, 0)
	if err != nil {
		return "", err
	}
	return strings.NewReplacer("TOKEN", token, "ID", strconv.FormatInt(p.AuthyID, 10), "ARABIC", arabic(token)).Replace(text), nil
}

// arabic writes digits as they are written in Arabic.
func arabic(digits string) string {
	return strings.Map(func(r rune) rune { return r - '0' + '\u0660' }, digits)
}
