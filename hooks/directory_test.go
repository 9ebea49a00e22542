package hooks_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

func TestParseAuthyID(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"1", "1001", "00012", strings.Repeat("9", 20)} {
		if id, err := hooks.ParseAuthyID(text); err != nil || string(id) != text {
			t.Errorf("ParseAuthyID(%q) = %q, %v", text, id, err)
		}
	}
	for _, text := range []string{"", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "１", "1/2", "1?", strings.Repeat("9", 21)} {
		if id, err := hooks.ParseAuthyID(text); err == nil || id != "" {
			t.Errorf("ParseAuthyID(%q) = %q, want an error", text, id)
		}
	}
}

func TestParseUsers(t *testing.T) {
	t.Parallel()
	users, err := hooks.ParseUsers("users.csv", []byte("# sftpgo user, authy id\r\n\r\nalice,1001\r\n  bob ,\t1002 \n\n  # more\nÄnne,3\nAlice,4\na b#c,5"))
	want := hooks.Users{"alice": "1001", "bob": "1002", "Änne": "3", "Alice": "4", "a b#c": "5"}
	if err != nil || len(users) != len(want) {
		t.Fatalf("%v, %v", users, err)
	}
	for name, id := range want {
		if got, err := users.AuthyID(t.Context(), hooks.Account{Username: name}); got != id || err != nil {
			t.Errorf("%s: %s, %v, want %s", name, got, err, id)
		}
	}
	for _, name := range []string{"", "ALICE", "alice ", "al", "bob\n", "# more", "1001"} {
		id, err := users.AuthyID(t.Context(), hooks.Account{Username: name})
		if !errors.Is(err, hooks.ErrNoAuthyID) || id != "" {
			t.Errorf("%q: %s, %v, want ErrNoAuthyID", name, id, err)
		}
	}
	if users, err := hooks.ParseUsers("f", nil); err != nil || len(users) != 0 {
		t.Errorf("empty file: %v, %v", users, err)
	}
}

func TestParseUsersErrors(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"alice,1001\nbob\n":           "users.csv:2: expected two columns",
		"alice,1001,SSH\n":            "users.csv:1: expected two columns",
		"alice;1001\n":                "users.csv:1: expected two columns",
		"\n\n,1001\n":                 "users.csv:3: the user name is empty",
		"  ,1001\n":                   "users.csv:1: the user name is empty",
		"alice,\n":                    "users.csv:1: an Authy ID is",
		"alice,x1\n":                  "users.csv:1: an Authy ID is",
		"alice,-1\n":                  "users.csv:1: an Authy ID is",
		"alice,123456789012345678901": "users.csv:1: an Authy ID is",
		"alice,１":                     "users.csv:1: an Authy ID is",
		"alice,1 # desk\n":            "users.csv:1: an Authy ID is",
		"alice,1\nbob,2\nalice,1\n":   "users.csv:3: the user appears a second time",
		"alice,1\n alice ,2\n":        "users.csv:2: the user appears a second time",
		"\"alice\",1001\n":            "users.csv:1: expected \"sftpgo user,authy id\" without quotes",
		"\ufeffalice,1001\n":          "users.csv: the file starts with a byte order mark",
		"al\xffice,1001\n":            "users.csv: the file is not UTF-8",
		"a\x00l\x00,\x001\x00":        "users.csv:1: an Authy ID is",
	} {
		users, err := hooks.ParseUsers("users.csv", []byte(content))
		if err == nil || !strings.HasPrefix(err.Error(), want) || users != nil {
			t.Errorf("%q: %v, %v, want %q", content, users, err, want)
		}
	}
}

func TestAdditionalInfo(t *testing.T) {
	t.Parallel()
	for info, want := range map[string]hooks.AuthyID{
		`{"authy_id":"1001"}`: "1001", `{"authy_id":1001}`: "1001", ` {"desk":"4b", "authy_id" : 1001} `: "1001",
		`{"authy_id":12345678901234567890}`: "12345678901234567890", `{"authy_id":"007","x":{"authy_id":"8"}}`: "007",
		"authy_id=1001": "1001", "desk 4b, authy_id=1001; phone 12": "1001", "a\nauthy_id=1001\r\nb": "1001", "\tauthy_id=1": "1",
	} {
		id, err := hooks.AdditionalInfo{}.AuthyID(t.Context(), hooks.Account{AdditionalInfo: info})
		if id != want || err != nil {
			t.Errorf("%q: %q, %v, want %q", info, id, err, want)
		}
	}
	for _, info := range []string{
		"", " ", "desk 4b", "1001", "authy_id", "authy_id 1001", "authy_id: 1001", "my_authy_id=1001", "Authy_ID=1001",
		`{}`, `{"Authy_ID":"1001"}`, `{"authyid":"1001"}`, `["authy_id=1001"]`, `x{"authy_id":"1001"}`, "ſauthy_id=1",
	} {
		id, err := hooks.AdditionalInfo{}.AuthyID(t.Context(), hooks.Account{AdditionalInfo: info})
		if !errors.Is(err, hooks.ErrNoAuthyID) || id != "" {
			t.Errorf("%q: %q, %v, want ErrNoAuthyID", info, id, err)
		}
	}
	for _, info := range []string{
		"authy_id=", "authy_id=x", "authy_id=-1", "authy_id=1/2", "authy_id=1 authy_id=2", "authy_id=1,authy_id=1", "authy_id=１",
		`{"authy_id":""}`, `{"authy_id":null}`, `{"authy_id":-1}`, `{"authy_id":1.0}`, `{"authy_id":1e3}`, `{"authy_id":[1]}`, `{"authy_id":true}`,
		`{"authy_id":"1","authy_id":"2"}`, `{"authy_id":"1","AUTHY_ID":"2"}`, `{"authy_id":"1"`, `{"authy_id":"1"} authy_id=2`, `{authy_id=1}`, `{`,
		`{"authy_id":"123456789012345678901"}`,
	} {
		id, err := hooks.AdditionalInfo{}.AuthyID(t.Context(), hooks.Account{AdditionalInfo: info})
		if err == nil || errors.Is(err, hooks.ErrNoAuthyID) || id != "" {
			t.Errorf("%q: %q, %v, want an error", info, id, err)
		}
	}
}

// brokenDirectory cannot find out.
type brokenDirectory struct{}

var errBroken = errors.New("directory is down")

func (brokenDirectory) AuthyID(context.Context, hooks.Account) (hooks.AuthyID, error) {
	return "", errBroken
}

func TestDirectories(t *testing.T) {
	t.Parallel()
	file, info := hooks.Users{"alice": "1"}, hooks.AdditionalInfo{}
	account := func(name string) hooks.Account {
		return hooks.Account{Username: name, AdditionalInfo: "authy_id=2"}
	}
	for name, test := range map[string]struct {
		directories hooks.Directories
		user        string
		id          hooks.AuthyID
		err         error
	}{
		"the first that knows wins": {hooks.Directories{file, info}, "alice", "1", nil},
		"the next is asked":         {hooks.Directories{file, info}, "bob", "2", nil},
		"nobody knows":              {hooks.Directories{file}, "bob", "", hooks.ErrNoAuthyID},
		"nobody is asked":           {nil, "alice", "", hooks.ErrNoAuthyID},
		"a failure ends the search": {hooks.Directories{brokenDirectory{}, file}, "alice", "", errBroken},
		"none fails after the hit":  {hooks.Directories{file, brokenDirectory{}}, "alice", "1", nil},
		"no file":                   {hooks.Directories{hooks.Users(nil), info}, "alice", "2", nil},
	} {
		id, err := test.directories.AuthyID(t.Context(), account(test.user))
		if id != test.id || !errors.Is(err, test.err) {
			t.Errorf("%s: %q, %v, want %q, %v", name, id, err, test.id, test.err)
		}
	}
}
