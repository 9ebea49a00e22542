// Command hook is a small login hook for SFTPGo that asks Authy, of any of the
// three kinds, as a program or over HTTP. As it is, it keeps every rule of the
// suite that is a MUST. With -mistake NAME it makes one mistake, which is one
// function of the files mistakes_*.go and changes the hook in one place; ../mutants.yaml
// says which rules find it.
//
//	hook [-mistake NAME] [-http HOST:PORT] KIND
//
// The environment: AUTHY_URL, AUTHY_KEY, AUTHY_USERS="alice=1000 bob=1001", and
// AUTHY_SECONDS, after which Authy is given up.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("hook: ")
	os.Exit(run(os.Args[1:]))
}

// run ends with 0 when somebody is let in, 1 when not, and 2 on bad arguments,
// which SFTPGo takes for a refusal too.
func run(args []string) int {
	flags := flag.NewFlagSet("hook", flag.ContinueOnError)
	mistake := flags.String("mistake", "", "make this one")
	address := flags.String("http", "", "serve over HTTP at `HOST:PORT`")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	h, err := newHook(*mistake)
	if err != nil {
		log.Print(err)
		return 2
	}
	kind := flags.Arg(0)
	switch {
	case *address != "":
		log.Print(h.serve(kind, *address))
		return 2
	case kind == "keyboard-interactive":
		return h.talk(os.Stdin, os.Stdout)
	case kind == "external-auth":
		return h.answer(h.externalAuth)
	case kind == "check-password":
		return h.answer(h.checkPassword)
	}
	log.Printf("kind %q: want keyboard-interactive, external-auth or check-password", kind)
	return 2
}

// hook is what all kinds have in common. Whatever a mistake may change is a
// field.
type hook struct {
	authy *authy
	users map[string]string

	// find tells a user's Authy ID, "" where there is none.
	find func(username string) (id string)
	// shaped tells whether this can be a token at all.
	shaped func(token string) bool
	// verify is nil for the current token of the user's, and asks Authy.
	verify func(username, token string) error
	// refused is what is written for the administrator.
	refused func(username string, why error)

	// A function for each kind. A step of keyboard-interactive gets the answers to
	// the questions of the step before.
	keyboard      func(username string, step int, answers []string) says
	externalAuth  func(r request) reply
	checkPassword func(r request) reply

	// readsAhead takes lines for answers that came before the question.
	readsAhead bool
	// split takes password and token apart, for check password.
	split func(typed string) (password, token string)
	// afterPanic is the reply when there has been one.
	afterPanic func(r reply) reply
}

func newHook(mistake string) (*hook, error) {
	seconds, err := strconv.Atoi(os.Getenv("AUTHY_SECONDS"))
	if err != nil {
		return nil, errors.New("AUTHY_SECONDS: want a number such as 3")
	}
	h := &hook{
		authy: newAuthy(os.Getenv("AUTHY_URL"), os.Getenv("AUTHY_KEY"), time.Duration(seconds)*time.Second),
		users: map[string]string{},
	}
	for _, pair := range strings.Fields(os.Getenv("AUTHY_USERS")) {
		name, id, _ := strings.Cut(pair, "=")
		h.users[name] = id
	}
	h.find = func(username string) string { return h.users[username] }
	h.shaped = isToken
	h.verify = h.askAuthy
	h.refused = func(username string, why error) { log.Printf("user %q: refused: %v", username, why) }
	h.keyboard = h.passwordThenToken
	h.externalAuth = h.tokenOnly
	h.checkPassword = h.passwordAndToken
	h.split = func(typed string) (password, token string) {
		at := max(0, len(typed)-digits)
		return typed[:at], typed[at:]
	}
	h.afterPanic = func(r reply) reply { return r }
	if mistake == "" {
		return h, nil
	}
	makeIt, ok := mistakes()[mistake]
	if !ok {
		return nil, fmt.Errorf("there is no mistake %q", mistake)
	}
	makeIt(h)
	return h, nil
}

// digits of a token.
const digits = 7

func isToken(token string) bool { return len(token) == digits && onlyDigits(token) }

func onlyDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

func (h *hook) askAuthy(username, token string) error {
	if !h.shaped(token) {
		return errors.New("this is no token")
	}
	id := h.find(username)
	if id == "" {
		return errors.New("the user has no Authy ID")
	}
	return h.authy.verify(id, token)
}
