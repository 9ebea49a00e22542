package ctl_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/hooks/internal/ctl"
)

func TestUsage(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"-help"}, {"--help"}, {"-h"}, {"help"}} {
		hookctl(t, nil, "", args...).must(t, ctl.ExitOK, "hookctl enrol NAME", "hookctl show", "hookctl verify", "hookctl doctor", "AUTHY_CONFIG_FILE")
	}
	for _, name := range []string{"enrol", "show", "verify", "doctor"} {
		for _, help := range []string{"-help", "--help", "-h"} {
			hookctl(t, nil, "", name, help).must(t, ctl.ExitOK, "hookctl "+name, "-config FILE")
		}
		hookctl(t, nil, "", name, "-x", canaryToken).must(t, ctl.ExitUsage, "takes: hookctl "+name)
	}
	for _, args := range [][]string{
		nil,
		{canaryToken},
		{"show"},
		{"show", ""},
		{"show", "alice", "bob"},
		{"verify", "alice", canaryToken},
		{"verify", "alice", "-token", canaryToken},
		{"doctor", "alice"},
		{"doctor", "-hook", "ldap"},
		{"doctor", "-sftpgo-config", "/none"},
		{"doctor", "-sftpgo-env", "/none"},
		{"enrol", "alice"},
		{"enrol", "alice", "-email", "a@example.com", "-cellphone", "1001"},
		{"enrol", "alice", "-email", "e", "-cellphone", "1", "-country-code", "1", "-digits", "9"},
		{"show", "-config", "/none", "alice"},
	} {
		hookctl(t, []string{"AUTHY_API_KEY=" + canaryKey}, "", args...).must(t, ctl.ExitUsage, "hookctl: ")
	}
	// Without a place to look at nothing is asked.
	for _, args := range [][]string{{"show", "alice"}, {"verify", "alice"}, {"enrol", "alice", "-email", "e", "-cellphone", "1", "-country-code", "1"}} {
		hookctl(t, []string{"AUTHY_API_KEY=" + canaryKey}, "", args...).must(t, ctl.ExitUsage, "set AUTHY_USERS_FILE or AUTHY_SFTPGO_URL")
	}
	if code := ctl.Run(context.Background(), []string{"-help"}, nil, nil, broken{}, &strings.Builder{}); code == ctl.ExitOK {
		t.Error("exit code 0 though nothing was written")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestShow(t *testing.T) {
	t.Parallel()
	a := newAuthy(t)
	rest := newREST(t, map[string]any{"username": "dora", "additional_info": "authy_id=1004"}, map[string]any{"username": "alice", "additional_info": "authy_id=9"},
		map[string]any{"username": "twisted", "additional_info": "authy_id=1 authy_id=2"})
	users := writeFile(t, "users.csv", "alice,1001\nsix,1002,digits=6\ncarol,1003,no-token-from=10.0.0.0/8\nrobot,,no-token\nghost,404\n")
	environ := append(withFile(a, users), withREST(a, rest)[2:]...)
	for _, test := range []struct {
		user  string
		code  int
		texts []string
	}{
		{"alice", ctl.ExitOK, []string{"mapping     " + users, "1001, tokens of 7 digits", "+1 XXX-XXX-0123", "exceptions  none", "android", "active"}},
		{"six", ctl.ExitOK, []string{"1002, tokens of 6 digits"}},
		{"carol", ctl.ExitFailed, []string{"no token is needed from 10.0.0.0/8", "disabled at Authy"}},
		{"robot", ctl.ExitOK, []string{"no token is needed at all", "Authy ID    none"}},
		{"ghost", ctl.ExitFailed, []string{"at Authy: the Authy ID is unknown to Authy"}},
		{"dora", ctl.ExitOK, []string{"mapping     additional_info in SFTPGo", "1004"}},
		{"twisted", ctl.ExitFailed, []string{"additional_info in SFTPGo: additional_info must be"}},
		{"bob", ctl.ExitFailed, []string{"no Authy ID is known for this user: not in " + users + ", nor in additional_info in SFTPGo"}},
		{"a\x1b[2Jb", ctl.ExitFailed, nil},
	} {
		hookctl(t, environ, "", "show", test.user).must(t, test.code, test.texts...)
	}
	config := writeFile(t, "authy.conf", strings.Join(environ, "\n"))
	hookctl(t, nil, "", "show", "alice", "-config", config).must(t, ctl.ExitOK, "1001")
	hookctl(t, []string{"AUTHY_CONFIG_FILE=/none"}, "", "show", "-config", config, "alice").must(t, ctl.ExitOK, "1001")
	a.Close()
	hookctl(t, environ, "", "show", "alice").must(t, ctl.ExitFailed, "no answer from Authy")
}

func TestVerify(t *testing.T) {
	t.Parallel()
	a := newAuthy(t)
	environ := withFile(a, writeFile(t, "users.csv", "alice,1001\nsix,1002,digits=6\nrobot,,no-token\n"))
	for _, test := range []struct {
		user, stdin string
		code        int
		text        string
		asked       int
	}{
		{"alice", canaryToken + "\n", ctl.ExitOK, "The token is right.", 1},
		{"alice", " " + canaryToken, ctl.ExitOK, "The token is right.", 1},
		{"six", "123456\n", ctl.ExitOK, "The token is right.", 1},
		{"six", canaryToken, ctl.ExitFailed, "6 expected", 0},
		{"alice", "0000000\r\n", ctl.ExitFailed, "wrong token", 1},
		{"alice", "0000000/1001?", ctl.ExitFailed, "not a token", 0},
		{"alice", "", ctl.ExitFailed, "not a token", 0},
		{"alice", strings.Repeat("7", 1<<20), ctl.ExitFailed, "not a token", 0},
		{"robot", canaryToken, ctl.ExitFailed, "no Authy ID, and no token is needed at all", 0},
		{"bob", canaryToken, ctl.ExitFailed, "no Authy ID is known", 0},
	} {
		before := len(a.seen())
		hookctl(t, environ, test.stdin, "verify", test.user).must(t, test.code, test.text)
		if asked := len(a.seen()) - before; asked != test.asked {
			t.Errorf("%s with %.20q: Authy was asked %d times, want %d", test.user, test.stdin, asked, test.asked)
		}
	}
}
