package ctl_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
	"github.com/sftpgo-authy/sftpgo-authy/hooks/internal/ctl"
)

// enrol are the arguments for a user with that phone. The Authy in these tests
// gives out the phone as the ID.
func enrol(name, phone string, more ...string) []string {
	return append([]string{"enrol", name, "-email", "a@example.com", "-cellphone", phone, "-country-code", "1"}, more...)
}

func TestEnrolUsersFile(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, before string
		args         []string
		code         int
		text, after  string // after "" is unchanged
		asked        int    // requests to Authy
	}{
		{"new", "# sftpgo user\r\nbob,1\r\n", enrol("alice", "1001"), ctl.ExitOK, "Authy ID    1001", "# sftpgo user\r\nbob,1\r\nalice,1001\r\n", 1},
		{"no line end", "bob,1 ", enrol("alice", "1001"), ctl.ExitOK, "written to", "bob,1 \nalice,1001\n", 1},
		{"empty", "", enrol("alice", "1001", "-digits", "6"), ctl.ExitOK, "hookctl verify alice", "alice,1001,digits=6\n", 1},
		{"usual digits", "", enrol("alice", "1001", "-digits", "7"), ctl.ExitOK, "", "alice,1001\n", 1},
		{"after a comment", "# end", enrol("Änne B", "1001", "-to", "users-file"), ctl.ExitOK, "", "# end\nÄnne B,1001\n", 1},
		{"again", "alice, 1001, no-token-from=::1\n", enrol("alice", "1001"), ctl.ExitOK, "has this Authy ID already", "", 1},
		{"another phone", "alice,1001\n", enrol("alice", "1002"), ctl.ExitFailed, `the user has Authy ID "1001" there, and this cellphone belongs to 1002; nothing was written`, "", 1},
		{"other digits", "alice,1001\n", enrol("alice", "1001", "-digits", "8"), ctl.ExitFailed, "another number of digits", "", 1},
		{"excepted", "alice,,no-token\n", enrol("alice", "1001"), ctl.ExitFailed, "nothing was written", "", 1},
		{"refused by Authy", "", enrol("alice", "1001", "-email", "foo"), ctl.ExitFailed, "look at email; nothing was written", "", 1},
		{"comma", "", enrol("a,b", "1001"), ctl.ExitFailed, "this user name cannot be written there; nothing was done", "", 0},
		{"comment", "", enrol("#alice", "1001"), ctl.ExitFailed, "nothing was done", "", 0},
		{"line end", "", enrol("a\nroot", "1001"), ctl.ExitFailed, "nothing was done", "", 0},
		{"space", "", enrol(" alice", "1001"), ctl.ExitFailed, "nothing was done", "", 0},
		{"quote", "", enrol(`a"b`, "1001"), ctl.ExitFailed, "nothing was done", "", 0},
		{"wrong file", "alice;1\n", enrol("bob", "1001"), ctl.ExitUsage, "users.csv:1: expected two columns", "", 0},
		{"elsewhere", "", enrol("bob", "1001", "-to", "sftpgo"), ctl.ExitUsage, "AUTHY_SFTPGO_URL is not set", "", 0},
		{"nowhere", "", enrol("bob", "1001", "-to", "ldap"), ctl.ExitUsage, "-to: expected", "", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a, users := newAuthy(t), writeFile(t, "users.csv", test.before)
			hookctl(t, withFile(a, users), "", test.args...).must(t, test.code, test.text)
			want := test.after
			if want == "" {
				want = test.before
			}
			if got := readFile(t, users); got != want {
				t.Errorf("the file is %q, want %q", got, want)
			}
			if n := len(a.seen()); n != test.asked {
				t.Errorf("Authy was asked %d times, want %d", n, test.asked)
			}
			entries, err := os.ReadDir(filepath.Dir(users))
			if err != nil || len(entries) != 1 {
				t.Errorf("left behind: %v, %v", entries, err)
			}
		})
	}
}

// What cannot be written is told with what to do by hand.
func TestEnrolSecondHalfFails(t *testing.T) {
	t.Parallel()
	a, users := newAuthy(t), writeFile(t, "users.csv", "bob,1\n")
	lock := filepath.Join(filepath.Dir(users), ".users.csv.hookctl")
	if err := os.WriteFile(lock, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	hookctl(t, withFile(a, users), "", enrol("alice", "1001")...).must(t, ctl.ExitFailed,
		"another hookctl is writing; if there is none, remove "+lock, "exists at Authy now", "add the line alice,1001, or run this command again")
	if got := readFile(t, users); got != "bob,1\n" {
		t.Errorf("the file is %q", got)
	}
	if err := os.Remove(lock); err != nil {
		t.Fatal(err)
	}
	hookctl(t, withFile(a, users), "", enrol("alice", "1001")...).must(t, ctl.ExitOK, "written to")

	for _, rest := range []*restAPI{newREST(t, map[string]any{"username": "alice"}), newREST(t, map[string]any{"username": "alice"})} {
		rest.readOnly, rest.forgets = !rest.forgets, !rest.readOnly
		hookctl(t, withREST(a, rest), "", enrol("alice", "1001")...).must(t, ctl.ExitFailed, "add to additional_info of the user: authy_id=1001")
	}
}

// Many at once lose no line: whoever cannot write says so.
func TestEnrolAtOnce(t *testing.T) {
	t.Parallel()
	a, users := newAuthy(t), writeFile(t, "users.csv", "")
	var group sync.WaitGroup
	codes := make([]int, 20)
	for i := range codes {
		group.Go(func() {
			codes[i] = hookctl(t, withFile(a, users), "", enrol(fmt.Sprintf("user%d", i), fmt.Sprint(1000+i))...).code
		})
	}
	group.Wait()
	parsed, err := hooks.ParseUsers("users.csv", []byte(readFile(t, users)))
	if err != nil {
		t.Fatal(err)
	}
	written := 0
	for i, code := range codes {
		e, ok := parsed[fmt.Sprintf("user%d", i)]
		if ok != (code == ctl.ExitOK) || ok && string(e.AuthyID) != fmt.Sprint(1000+i) {
			t.Errorf("user%d: exit code %d, in the file %v", i, code, ok)
		}
		if ok {
			written++
		}
	}
	if written == 0 || written != len(parsed) {
		t.Errorf("%d written, %d in the file", written, len(parsed))
	}
}

func TestEnrolSFTPGo(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name        string
		info        any // nil is none
		args        []string
		code        int
		text, after string
	}{
		{"none", nil, enrol("alice", "1001"), ctl.ExitOK, "written to  additional_info in SFTPGo", "authy_id=1001"},
		{"empty", "", enrol("alice", "1001", "-digits", "6"), ctl.ExitOK, "", "authy_id=1001 authy_digits=6"},
		{"text", "desk 4b", enrol("alice", "1001"), ctl.ExitOK, "", "desk 4b authy_id=1001"},
		{"text with a line end", "desk 4b\n", enrol("alice", "1001"), ctl.ExitOK, "", "desk 4b\nauthy_id=1001"},
		{"object", `{"desk" : "4b"}`, enrol("alice", "1001", "-digits", "8"), ctl.ExitOK, "", `{"desk" : "4b","authy_id":"1001","authy_digits":8}`},
		{"empty object", " { }\n", enrol("alice", "1001"), ctl.ExitOK, "", ` { "authy_id":"1001"}` + "\n"},
		{"nested object", `{"a":{"b":{}}}`, enrol("alice", "1001"), ctl.ExitOK, "", `{"a":{"b":{}},"authy_id":"1001"}`},
		{"again", `{"authy_id":1001}`, enrol("alice", "1001"), ctl.ExitOK, "has this Authy ID already", `{"authy_id":1001}`},
		{"another phone", "authy_id=9", enrol("alice", "1001"), ctl.ExitFailed, `"9" there`, "authy_id=9"},
		{"damaged", "authy_id=", enrol("alice", "1001"), ctl.ExitFailed, "nothing was done", "authy_id="},
		{"broken object", `{"a":`, enrol("alice", "1001"), ctl.ExitFailed, "nothing was done", `{"a":`},
		{"nobody", "", enrol("bob", "1001"), ctl.ExitFailed, "SFTPGo has no such user, create the user there first; nothing was done", ""},
		{"no users file", "", enrol("alice", "1001", "-to", "users-file"), ctl.ExitUsage, "AUTHY_USERS_FILE is not set", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			user := map[string]any{"username": "alice", "status": 1.0, "filters": map[string]any{"x": "<&>"}}
			if test.info != nil {
				user["additional_info"] = test.info
			}
			a, rest := newAuthy(t), newREST(t, user)
			hookctl(t, withREST(a, rest), "", test.args...).must(t, test.code, test.text)
			got, _ := rest.info("alice").(string)
			if got != test.after {
				t.Errorf("additional_info is %q, want %q", got, test.after)
			}
			if got := fmt.Sprint(rest.users["alice"]["filters"], rest.users["alice"]["status"]); got != "map[x:<&>] 1" {
				t.Errorf("the rest is %s", got)
			}
			if strings.Contains(test.text, "nothing was done") && len(a.seen()) > 0 {
				t.Errorf("Authy was asked %q", a.seen())
			}
		})
	}
}
