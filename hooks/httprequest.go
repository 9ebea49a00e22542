package hooks

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
)

// endpoint is one hook in its HTTP form.
type endpoint struct {
	hook    string
	denial  answer
	decider Decider
	read    func(object) request
}

// request is what SFTPGo asks over HTTP.
type request struct {
	login login
	// begins says that more requests about the same login follow. Only the first
	// one tells the address, so it has a line in the log of its own.
	begins bool
	decide func(context.Context, Decider) (answer, error)
}

// endpoints are the three hooks by their path. The names of the members are those
// of plugin.KeyboardAuthRequest, getExternalAuthResponse and checkPasswordRequest.
func endpoints() map[string]endpoint {
	return map[string]endpoint{
		KeyintPath:   {hook: "keyint", denial: KeyboardInteractiveAnswer{}, read: readKeyboardInteractive},
		ExtauthPath:  {hook: "extauth", denial: ExternalAuthAnswer{}, read: readExternalAuth},
		CheckpwdPath: {hook: "checkpwd", denial: CheckPasswordAnswer{}, read: readCheckPassword},
	}
}

// parse reads the body of a request. What follows the user name has to have the
// right types as well: a request that is only half understood decides nothing.
func (e endpoint) parse(body []byte) (request, error) {
	members, err := parseObject(body)
	if err != nil {
		return request{}, malformed(err)
	}
	parsed := e.read(object{members, &err})
	if err != nil {
		return request{}, malformed(err)
	}
	return parsed, nil
}

func malformed(err error) error { return refused{http.StatusBadRequest, "malformed", err} }

// readKeyboardInteractive reads one step. The password is the stored hash, of no
// use here, and left alone.
func readKeyboardInteractive(o object) request {
	r := KeyboardInteractiveRequest{
		Username:  o.text("username"),
		IP:        o.text("ip"),
		Step:      o.number("step"),
		Questions: o.texts("questions"),
	}
	for _, typed := range o.texts("answers") {
		r.Answers = append(r.Answers, NewSecret(typed))
	}
	return request{
		login:  login{username: r.Username, ip: r.IP, request: o.text("request_id")},
		begins: r.Step == 1,
		decide: func(ctx context.Context, d Decider) (answer, error) { return d.KeyboardInteractive(ctx, r) },
	}
}

// readExternalAuth reads a login. The user stays as it is written.
func readExternalAuth(o object) request {
	r := ExternalAuthRequest{
		Username:            o.text("username"),
		IP:                  o.text("ip"),
		Protocol:            o.text("protocol"),
		Password:            NewSecret(o.text("password")),
		User:                NewSecret(string(o.members["user"])),
		PublicKey:           o.text("public_key"),
		TLSCertificate:      o.text("tls_cert"),
		KeyboardInteractive: o.text("keyboard_interactive"),
	}
	return request{
		login:  login{username: r.Username, ip: r.IP, protocol: r.Protocol},
		decide: func(ctx context.Context, d Decider) (answer, error) { return d.ExternalAuth(ctx, r) },
	}
}

func readCheckPassword(o object) request {
	r := CheckPasswordRequest{
		Username: o.text("username"),
		IP:       o.text("ip"),
		Protocol: o.text("protocol"),
		Password: NewSecret(o.text("password")),
	}
	return request{
		login:  login{username: r.Username, ip: r.IP, protocol: r.Protocol},
		decide: func(ctx context.Context, d Decider) (answer, error) { return d.CheckPassword(ctx, r) },
	}
}

// object reads the members of a request, and notes what is not of its type. A
// member that is missing is empty: SFTPGo leaves out what is.
type object struct {
	members map[string]json.RawMessage
	err     *error
}

// fail keeps the first problem, by the name of the member and without its value.
func (o object) fail(name, expected string) {
	if *o.err == nil {
		*o.err = errors.New(name + " in the request is not " + expected)
	}
}

func (o object) text(name string) string {
	value, found := o.members[name]
	text, ok := stringMember(value)
	if found && !ok {
		o.fail(name, "a string")
	}
	return text
}

func (o object) texts(name string) []string {
	value, found := o.members[name]
	if !found {
		return nil
	}
	var values []json.RawMessage
	if err := json.Unmarshal(value, &values); err != nil || values == nil {
		o.fail(name, "a list of strings")
	}
	texts := make([]string, 0, len(values))
	for _, value := range values {
		text, ok := stringMember(value)
		if !ok {
			o.fail(name, "a list of strings")
		}
		texts = append(texts, text)
	}
	return texts
}

func (o object) number(name string) int {
	value, found := o.members[name]
	if !found {
		return 0
	}
	n, err := strconv.Atoi(string(value))
	if err != nil {
		o.fail(name, "a whole number")
	}
	return n
}

// noHook is the denial at a path where no hook is. SFTPGo reads it as a denial
// whichever hook it meant.
type noHook struct{}

func (noHook) Accepted() bool    { return false }
func (noHook) exception() string { return "" }
func (noHook) JSON() []byte {
	return []byte(`{"auth_result":-1,"status":0,"username":""}`)
}
