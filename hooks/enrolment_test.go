package hooks_test

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// people have what an enrolment can say.
func people() hooks.Users {
	return hooks.Users{
		"alice":  {AuthyID: aliceID},
		"six":    {AuthyID: aliceID, TokenDigits: 6},
		"eight":  {AuthyID: aliceID, TokenDigits: 8},
		"robot":  {NoToken: true},
		"office": {AuthyID: aliceID, NoTokenFrom: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32")}},
	}
}

// A login that needs no token gets in with the password, which SFTPGo checks;
// nobody asks the Verifier. Every other login needs a token.
func TestExceptions(t *testing.T) {
	t.Parallel()
	const withToken = "secret" + canaryToken
	for _, test := range []struct {
		user, ip, password string
		verify             string // the password that SFTPGo has to verify; "" is a denial
		exception          string
	}{
		{"alice", "10.0.0.1", withToken, "secret", ""},
		{"alice", "10.0.0.1", "secret", "", ""},
		{"robot", "192.0.2.7", withToken, withToken, "this user needs no token"},
		{"robot", "", "s", "s", "this user needs no token"},
		{"robot", "192.0.2.7", "", "", ""},
		{"robot", "192.0.2.7", "s\xff", "", ""},
		{"office", "10.255.0.1", "secret", "secret", "no token is needed from 10.0.0.0/8"},
		{"office", "::ffff:10.0.0.1", "secret", "secret", "no token is needed from 10.0.0.0/8"},
		{"office", "2001:db8::1%eth0", "secret", "secret", "no token is needed from 2001:db8::/32"},
		{"office", "11.0.0.1", "secret", "", ""},
		{"office", "11.0.0.1", withToken, "secret", ""},
		{"office", "", "secret", "", ""},
		{"office", "10.0.0.1:22", "secret", "", ""},
		{"office", "10.0.0.1, 11.0.0.1", "secret", "", ""},
	} {
		verifier := onlyCanary()
		d := hooks.Decider{Verifier: verifier, Directory: people(), TokenDigits: 7}
		got, err := d.CheckPassword(t.Context(), hooks.CheckPasswordRequest{Username: test.user, IP: test.ip, Password: hooks.NewSecret(test.password)})
		if got.ToVerify.Reveal() != test.verify || got.Exception != test.exception || (err == nil) != (test.verify != "") {
			t.Errorf("%s from %q with %q: to verify %q, %q, %v; want %q, %q", test.user, test.ip, test.password, got.ToVerify.Reveal(), got.Exception, err, test.verify, test.exception)
		}
		if test.exception != "" && len(verifier.seen()) > 0 {
			t.Errorf("%s from %q: the verifier was asked %q", test.user, test.ip, verifier.seen())
		}
	}
}

// External authentication has nothing but the token, so an exception lets nobody
// in, and does not make a token needless either.
func TestExceptionsOfExternalAuth(t *testing.T) {
	t.Parallel()
	for user, ip := range map[string]string{"robot": "192.0.2.7", "office": "10.0.0.1"} {
		verifier := accepting()
		d := hooks.Decider{Verifier: verifier, Directory: people(), TokenDigits: 7}
		got, err := d.ExternalAuth(t.Context(), hooks.ExternalAuthRequest{
			Username: user, IP: ip, Password: hooks.NewSecret(canaryToken), User: hooks.NewSecret(`{"username":"` + user + `"}`),
		})
		if err == nil || got.Accepted() || len(verifier.seen()) > 0 {
			t.Errorf("%s: %s, %v, verifier asked %q", user, got.JSON(), err, verifier.seen())
		}
	}
}

// The length of a token is the user's own.
func TestTokenDigitsOfUser(t *testing.T) {
	t.Parallel()
	for user, token := range map[string]string{"alice": "1234567", "six": "123456", "eight": "12345678"} {
		verifier := accepting()
		d := hooks.Decider{Verifier: verifier, Directory: people(), TokenDigits: 7}
		got, err := d.CheckPassword(t.Context(), hooks.CheckPasswordRequest{Username: user, Password: hooks.NewSecret("secret" + token)})
		if err != nil || got.ToVerify.Reveal() != "secret" || strings.Join(verifier.seen(), "|") != aliceID+" "+token {
			t.Errorf("%s: %q, %v, verifier asked %q", user, got.ToVerify.Reveal(), err, verifier.seen())
		}
		for _, wrong := range []string{token + "8", token[1:]} {
			request := hooks.ExternalAuthRequest{Username: user, Password: hooks.NewSecret(wrong), User: hooks.NewSecret(`{"username":"` + user + `"}`)}
			if _, err := d.ExternalAuth(t.Context(), request); !errors.Is(err, hooks.ErrTokenFormat) {
				t.Errorf("%s with %q: %v, want ErrTokenFormat", user, wrong, err)
			}
		}
	}
}

// dialogue is one keyboard-interactive login over HTTP, each step of which may
// meet another Decider, and after the first of which no address is told.
func dialogue(t *testing.T, deciders [3]hooks.Decider, user, ip, token string) (asked []string, end hooks.KeyboardInteractiveAnswer, err error) {
	t.Helper()
	request := hooks.KeyboardInteractiveRequest{Username: user, IP: ip}
	for _, typed := range []string{"OK", token, ""} {
		d := deciders[request.Step]
		request.Step++
		answer, err := d.KeyboardInteractive(t.Context(), request)
		if err != nil || answer.Question == "" {
			return asked, answer, err
		}
		asked = append(asked, strings.TrimSpace(answer.Question))
		request.Questions, request.Answers, request.IP = []string{answer.Question}, []hooks.Secret{hooks.NewSecret(typed)}, ""
	}
	t.Fatal("the dialogue does not end")
	return nil, end, nil
}

func TestExceptionsOfDialogue(t *testing.T) {
	t.Parallel()
	with := func(users hooks.Users) hooks.Decider {
		return hooks.Decider{Verifier: onlyCanary(), Directory: users, TokenDigits: 7}
	}
	same := with(people())
	revoked := with(hooks.Users{"office": {AuthyID: aliceID}, "robot": {AuthyID: aliceID}})
	const password, both = "Password:", "Password:|Authy token:"
	for _, test := range []struct {
		name, user, ip, token string
		second                hooks.Decider
		asked, exception      string
		loggedIn              bool
	}{
		{"a token", "alice", "10.0.0.1", canaryToken, same, both, "", true},
		{"no token typed", "alice", "10.0.0.1", "", same, both, "", false},
		{"nobody", "nobody", "10.0.0.1", canaryToken, same, both, "", false},
		{"never one", "robot", "192.0.2.7", "", same, password, "this user needs no token", true},
		{"from the office", "office", "10.0.0.1", "", same, password, "no token is needed from where this login began", true},
		{"from outside", "office", "192.0.2.7", canaryToken, same, both, "", true},
		{"from outside without", "office", "192.0.2.7", "", same, both, "", false},
		{"revoked meanwhile", "office", "10.0.0.1", canaryToken, revoked, password, "", false},
		{"revoked for the robot", "robot", "10.0.0.1", canaryToken, revoked, password, "", false},
		{"removed meanwhile", "robot", "10.0.0.1", canaryToken, with(nil), password, "", false},
	} {
		asked, end, err := dialogue(t, [3]hooks.Decider{same, test.second, same}, test.user, test.ip, test.token)
		if strings.Join(asked, "|") != test.asked || end.Accepted() != test.loggedIn || (err == nil) != test.loggedIn || end.Exception != test.exception {
			t.Errorf("%s: asked %q, %s, %q, %v; want %q, %t, %q", test.name, asked, end.JSON(), end.Exception, err, test.asked, test.loggedIn, test.exception)
		}
	}
}

// What the user cannot have been asked lets nobody in.
func TestDialogueForged(t *testing.T) {
	t.Parallel()
	d := hooks.Decider{Verifier: onlyCanary(), Directory: people(), TokenDigits: 7}
	answer, err := d.KeyboardInteractive(t.Context(), hooks.KeyboardInteractiveRequest{
		Username: "alice", IP: "10.0.0.1", Step: 2, Questions: []string{"Password:"}, Answers: []hooks.Secret{hooks.NewSecret("OK")},
	})
	if err == nil || answer.Accepted() || answer.Question != "" {
		t.Errorf("%s, %v, want a denial", answer.JSON(), err)
	}
}

// Whatever the reason, a denial comes at the same time; an acceptance at once.
func TestDenyAfter(t *testing.T) {
	t.Parallel()
	const after = 700 * time.Millisecond
	slow := &fakeVerifier{verify: func(ctx context.Context, id hooks.AuthyID, token hooks.Token) error {
		select {
		case <-time.After(300 * time.Millisecond):
		case <-ctx.Done():
		}
		return onlyCanary().verify(ctx, id, token)
	}}
	for name, test := range map[string]struct {
		user, password string
		took           time.Duration
	}{
		"right":       {"alice", "secret" + canaryToken, 300 * time.Millisecond},
		"wrong token": {"alice", "secret0000000", after},
		"no token":    {"alice", "secret", after},
		"too short":   {"alice", "s", after},
		"not mapped":  {"nobody", "secret" + canaryToken, after},
		"excepted":    {"robot", "secret", 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			d := hooks.Decider{Verifier: slow, Directory: people(), TokenDigits: 7, DenyAfter: after}
			began := time.Now()
			_, err := d.CheckPassword(t.Context(), hooks.CheckPasswordRequest{Username: test.user, Password: hooks.NewSecret(test.password)})
			if took := time.Since(began); took != test.took || (err == nil) != (test.took < after) {
				t.Errorf("%s: %v after %v, want %v", name, err, took, test.took)
			}
			began = time.Now()
			_, _, err = dialogue(t, [3]hooks.Decider{d, d, d}, test.user, "", strings.TrimPrefix(test.password, "secret"))
			if took := time.Since(began); took != test.took || (err == nil) != (test.took < after) {
				t.Errorf("%s in a dialogue: %v after %v, want %v", name, err, took, test.took)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		d := hooks.Decider{Verifier: slow, Directory: people(), TokenDigits: 7, DenyAfter: time.Hour}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if _, err := d.ExternalAuth(ctx, hooks.ExternalAuthRequest{Username: "nobody", Password: hooks.NewSecret(canaryToken)}); err == nil || time.Since(began) != time.Second {
			t.Errorf("%v after %v, want a denial at the deadline", err, time.Since(began))
		}
	})
}

// An exception is logged with its reason.
func TestExceptionLogged(t *testing.T) {
	t.Parallel()
	users := writeFile(t, "users.csv", "alice,,no-token\n", 0o600)
	environ := append(settings(t, "http://127.0.0.1:1", "AUTHY_USERS_FILE="+users), loginOf("checkpwd")...)
	o := run(hooks.Checkpwd().WithVerifier(refusing()), environ)
	if o.code != hooks.ExitAccepted || !strings.Contains(o.stderr, `msg="login accepted" hook=checkpwd user=alice ip=192.0.2.7 protocol=FTP reason="this user needs no token"`) {
		t.Errorf("%+v", o)
	}
}
