package contract_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
)

// What the hooks of the tests say.
const (
	success     = `{"auth_result":1}`
	askPassword = `{"questions":["Password: "],"echos":[false],"check_password":1}`
	askToken    = `{"questions":["Token: "],"echos":[false]}`
)

// dialogue is a hook that says lines, and reads an answer before each but the
// first one. It has the right answer if it is that.
func dialogue(lines ...string) string {
	return "echo '" + strings.Join(lines, "'; IFS= read -r answer; echo '") + "'"
}

func byKeyboard(replies ...string) driver.Login {
	return driver.Login{Username: "alice", Reply: inTurn(replies...)}
}

func TestKeyboardProgram(t *testing.T) {
	t.Parallel()
	// What a hook says must come to an end, or it is in the wrong.
	const on = "; exec tail -f /dev/null"
	tests := map[string]struct {
		script string
		in     bool
	}{
		"success":                  {"echo '" + success + "'", true},
		"success, and it fails":    {"echo '" + success + "'; exit 1", true},
		"success, and it stays":    {"echo '" + success + "'" + on, true},
		"success without line end": {"printf '" + success + "'", true},
		"success in capitals":      {`echo '{"AUTH_RESULT":1}'`, true},
		"success, then failure":    {"echo '" + success + "'; echo '{\"auth_result\":-1}'", true},
		"failure":                  {`echo '{"auth_result":-1}'` + on, false},
		"failure, exit 0":          {`echo '{"auth_result":-1}'; exit 0`, false},
		"failure, then success":    {`echo '{"auth_result":-1}'; echo '` + success + `'`, false},
		"another result":           {`echo '{"auth_result":2}'` + on, false},
		"a result that is text":    {`echo '{"auth_result":"1"}'` + on, false},
		"a result that is true":    {`echo '{"auth_result":true}'` + on, false},
		"nothing":                  {"exit 0", false},
		"nothing, and it fails":    {"exit 1", false},
		"killed":                   {"kill -9 $$", false},

		"a blank line":               {"echo" + on, false},
		"a blank line, then success": {"echo; echo '" + success + "'", false},
		"a banner":                   {"echo welcome; echo '" + success + "'", false},
		"a word after it":            {"echo '" + success + " done'" + on, false},
		"neither":                    {"echo '{}'" + on, false},
		"result 0":                   {`echo '{"auth_result":0}'` + on, false},
		"a question without echo":    {`echo '{"questions":["Password: "]}'` + on, false},
		"more echos than questions":  {`echo '{"questions":["Password: "],"echos":[false,false]}'` + on, false},
		"a line of 64 KiB": {
			"head -c 65536 /dev/zero | tr '\\0' ' '; echo '" + success + "'" + on, false,
		},
		"a line a little shorter": {
			"head -c 65500 /dev/zero | tr '\\0' ' '; echo '" + success + "'" + on, true,
		},
		"without an answer": {"echo '" + askToken + "'; echo '" + success + "'" + on, true},
		"standard error":    {"echo debug >&2; echo '" + success + "'", true},
	}
	all := map[string]string{}
	for name, test := range tests {
		all[name] = test.script
	}
	d := start(t, scripts(driver.KeyboardInteractive, "SFTPGO_AUTHD_USERNAME", all), 0)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := enter(t, d, named(name))
			if result := mustLetInAsked(t, site, name, test.in); result.Took > long {
				t.Errorf("took %s", result.Took)
			}
			if wrote, err := site.Written(t.Context()); err != nil || wrote != "" {
				t.Errorf("SFTPGo keeps nothing of a program's errors here: %q, %v", wrote, err)
			}
		})
	}
}

// named is alice under another name.
func named(username string) sftpgo.User {
	user := alice()
	user.Username = username
	return user
}

// mustLetInAsked fails the test unless a login by keyboard-interactive ends so.
func mustLetInAsked(t *testing.T, site driver.Site, username string, in bool) driver.Result {
	t.Helper()
	result := logIn(t, site, driver.Login{Username: username, Reply: inTurn("1", "2")})
	if (result.In == username) != in {
		t.Errorf("let in %q, want %t\n%s", result.In, in, story(site))
	}
	return result
}

func TestKeyboardDialogue(t *testing.T) {
	t.Parallel()
	readTwo := `; IFS= read -r one; IFS= read -r two; [ "$one/$two" = "$WANT" ] && echo '` + success + "'"
	twoAtOnce := `echo '{"questions":["Password: ","Token: "],"echos":[false,true],"check_password":1}'` + readTwo
	for name, test := range map[string]struct {
		script, want string
		answers      []string
		in           string
		asked        string
	}{
		"the password, then the token": {
			dialogue(askPassword, askToken, success), "", []string{"secret", "1234567"}, "alice", "Password: Token: ",
		},
		"OK stands for the password": {
			"echo '" + askPassword + `'; IFS= read -r one; [ "$one" = OK ] && echo '` + success + "'", "", []string{"secret"}, "alice", "Password: ",
		},
		"the wrong password": {
			dialogue(askPassword, askToken, success), "", []string{"wrong", "1234567"}, "", "Password: ",
		},
		"no password": {
			dialogue(askPassword, askToken, success), "", []string{"", "1234567"}, "", "Password: ",
		},
		"what is not checked is handed on": {
			"echo '" + askToken + "'; echo '" + askToken + "'" + readTwo, "wrong/1234567", []string{"wrong", "1234567"}, "alice", "Token: Token: ",
		},
		"two questions, and no password checked": {
			twoAtOnce, "wrong/1234567", []string{"wrong", "1234567"}, "alice", "Password: Token: ",
		},
		"a line end in an answer": {
			"echo '" + askToken + "'" + readTwo, "1/OK", []string{"1\nOK"}, "alice", "Token: ",
		},
		"a second factor of SFTPGo's own": {
			dialogue(`{"questions":["Code: "],"echos":[false],"check_password":2}`, success), "", []string{"1"}, "", "Code: ",
		},
		// The password is compared only while the hook has said already that it is right.
		"the password after the fact": {
			dialogue(askToken, askPassword, success) + "; exec tail -f /dev/null", "", []string{"1234567", "secret"}, "alice", "Token: Password: ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hook := script(driver.KeyboardInteractive, test.script)
			hook.Env = []string{"WANT=" + test.want}
			result := mustLetIn(t, newSite(t, hook, 0, alice()), byKeyboard(test.answers...), test.in)
			var asked strings.Builder
			for _, q := range result.Questions {
				asked.WriteString(q.Text)
			}
			if asked.String() != test.asked {
				t.Errorf("asked %q, want %q", &asked, test.asked)
			}
		})
	}
}

func TestKeyboardEcho(t *testing.T) {
	t.Parallel()
	site := newSite(t, script(driver.KeyboardInteractive,
		dialogue(`{"questions":["One: ","Two: "],"echos":[false,true]}`, success)), 0, alice())
	result := mustLetIn(t, site, byKeyboard("1", "2"), "alice")
	want := []driver.Question{{Text: "One: "}, {Text: "Two: ", Echo: true}}
	if diff := cmp.Diff(want, result.Questions); diff != "" {
		t.Error(diff)
	}
}

func TestKeyboardClientHangsUp(t *testing.T) {
	t.Parallel()
	site := newSite(t, script(driver.KeyboardInteractive, dialogue(askPassword, askToken, success)), 0, alice())
	result := mustLetIn(t, site, driver.Login{Username: "alice", Reply: func(q driver.Question) (string, error) {
		if q.Text == "Token: " {
			return "", driver.ErrHangUp
		}
		return "secret", nil
	}}, "")
	if result.Took > long {
		t.Errorf("took %s", result.Took)
	}
	mustSay(t, site, "the client hangs up")
}

func TestKeyboardWhoIsAsked(t *testing.T) {
	t.Parallel()
	disabled := alice()
	disabled.Username, disabled.Status = "disabled", 0
	site := newSite(t, script(driver.KeyboardInteractive, dialogue(askToken, success)), 0, alice(), disabled)
	for username, questions := range map[string]int{"nobody": 0, "disabled": 1} {
		login := byKeyboard("1")
		login.Username = username
		if result := mustLetIn(t, site, login, ""); len(result.Questions) != questions {
			t.Errorf("%s was asked %v", username, result.Questions)
		}
	}
	mustLetIn(t, site, byPassword("alice", "secret"), "")
	mustSay(t, site, "the method password is off")
}

func TestKeyboardProgramsThatDoNotEnd(t *testing.T) {
	t.Parallel()
	const given = time.Second // in which a shell has surely started its child
	for name, test := range map[string]struct {
		script  string
		atLeast time.Duration
	}{
		"says nothing":               {"exec tail -f /dev/null", given},
		"asks, and does not listen":  {"echo '" + askToken + "'; exec tail -f /dev/null", given},
		"a child holds its output":   {"sleep 2 & exec tail -f /dev/null", 2 * time.Second},
		"asks, and its child stays":  {"echo '" + askToken + "'; sleep 2 & exit 1", 2 * time.Second},
		"waits for a second answer":  {"echo '" + askToken + "'; read -r one; read -r two; echo '" + success + "'", given},
		"says a line without an end": {"printf '{'; exec tail -f /dev/null", given},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newSite(t, script(driver.KeyboardInteractive, test.script), given, alice())
			// More than a pipe holds.
			result := mustLetIn(t, site, byKeyboard(strings.Repeat("1", 200_000)), "")
			if result.Took < test.atLeast || result.Took > long {
				t.Errorf("took %s, want %s to %s", result.Took, test.atLeast, long)
			}
		})
	}
}
