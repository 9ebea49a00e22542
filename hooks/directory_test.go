package hooks_test

import (
	"context"
	"errors"
	"net/netip"
	"reflect"
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
	users, err := hooks.ParseUsers("users.csv", []byte("# sftpgo user, authy id\r\n\r\nalice,1001\r\n  bob ,\t1002 \n\n  # more\nÄnne,3\nAlice,4\na b#c,5\n"+
		"six,6, digits=6\noffice,7,no-token-from=10.0.0.0/8,no-token-from=2001:db8::1\nrobot,,no-token\nboth,8,digits=8,no-token=true\nfalse,9,no-token=false"))
	want := hooks.Users{
		"alice": {AuthyID: "1001"}, "bob": {AuthyID: "1002"}, "Änne": {AuthyID: "3"}, "Alice": {AuthyID: "4"}, "a b#c": {AuthyID: "5"},
		"six":    {AuthyID: "6", TokenDigits: 6},
		"office": {AuthyID: "7", NoTokenFrom: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::1/128")}},
		"robot":  {NoToken: true},
		"both":   {AuthyID: "8", TokenDigits: 8, NoToken: true},
		"false":  {AuthyID: "9"},
	}
	if err != nil || len(users) != len(want) {
		t.Fatalf("%v, %v", users, err)
	}
	for name, enrolment := range want {
		if got, err := users.Find(t.Context(), hooks.Account{Username: name}); !reflect.DeepEqual(got, enrolment) || err != nil {
			t.Errorf("%s: %+v, %v, want %+v", name, got, err, enrolment)
		}
	}
	for _, name := range []string{"", "ALICE", "alice ", "al", "bob\n", "# more", "1001"} {
		got, err := users.Find(t.Context(), hooks.Account{Username: name})
		if !errors.Is(err, hooks.ErrNoAuthyID) || !reflect.DeepEqual(got, hooks.Enrolment{}) {
			t.Errorf("%q: %+v, %v, want ErrNoAuthyID", name, got, err)
		}
	}
	if users, err := hooks.ParseUsers("f", nil); err != nil || len(users) != 0 {
		t.Errorf("empty file: %v, %v", users, err)
	}
}

func TestParseUsersErrors(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"alice,1001\nbob\n":                          "users.csv:2: expected two columns",
		"alice,1001,SSH\n":                           "users.csv:1: unknown option; known are digits=6, no-token, no-token-from=10.0.0.0/8",
		"alice,1001,\n":                              "users.csv:1: unknown option",
		"alice,1001,digits=5\n":                      "users.csv:1: digits: expected a number from 6 to 8",
		"alice,1001,digits\n":                        "users.csv:1: digits: expected a number from 6 to 8",
		"alice,1001,digits=6,digits=7\n":             "users.csv:1: digits stands there twice",
		"alice,1001,no-token,no-token\n":             "users.csv:1: no-token stands there twice",
		"alice,1001,no-token=yes\n":                  "users.csv:1: no-token: expected true or false",
		"alice,1001,no-token-from = ::1\n":           "users.csv:1: unknown option",
		"alice,1001,no-token-from\n":                 "users.csv:1: no-token-from: expected a network",
		"alice,1001,no-token-from=\n":                "users.csv:1: no-token-from: expected a network",
		"alice,1001,no-token-from=10.0.0.1/8\n":      "users.csv:1: no-token-from: expected the first address",
		"alice,1001,no-token-from=10.0.0.0/33\n":     "users.csv:1: no-token-from: expected a network",
		"alice,1001,no-token-from=::ffff:10.0.0.1\n": "users.csv:1: no-token-from: expected a network",
		"alice,1001,no-token-from=fe80::1%eth0\n":    "users.csv:1: no-token-from: expected a network",
		"alice,1001,no-token,no-token-from=::1\n":    "users.csv:1: no-token excepts every login",
		"alice,,digits=6\n":                          "users.csv:1: no Authy ID",
		"alice,,no-token=false\n":                    "users.csv:1: no Authy ID",
		"alice,,no-token-from=10.0.0.0/8\n":          "users.csv:1: no Authy ID",
		"alice;1001\n":                               "users.csv:1: expected two columns",
		"\n\n,1001\n":                                "users.csv:3: the user name is empty",
		"  ,1001\n":                                  "users.csv:1: the user name is empty",
		"alice,\n":                                   "users.csv:1: no Authy ID",
		"alice,x1\n":                                 "users.csv:1: an Authy ID is",
		"alice,-1\n":                                 "users.csv:1: an Authy ID is",
		"alice,123456789012345678901":                "users.csv:1: an Authy ID is",
		"alice,１":                                    "users.csv:1: an Authy ID is",
		"alice,1 # desk\n":                           "users.csv:1: an Authy ID is",
		"alice,1\nbob,2\nalice,1\n":                  "users.csv:3: the user appears a second time",
		"alice,1\n alice ,2\n":                       "users.csv:2: the user appears a second time",
		"\"alice\",1001\n":                           "users.csv:1: expected \"sftpgo user,authy id\" without quotes",
		"\ufeffalice,1001\n":                         "users.csv: the file starts with a byte order mark",
		"al\xffice,1001\n":                           "users.csv: the file is not UTF-8",
		"alice, \n":                                  "users.csv:1: no Authy ID",
		"a\x00l\x00,\x001\x00":                       "users.csv:1: an Authy ID is",
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
		got, err := hooks.AdditionalInfo{}.Find(t.Context(), hooks.Account{AdditionalInfo: info})
		if !reflect.DeepEqual(got, hooks.Enrolment{AuthyID: want}) || err != nil {
			t.Errorf("%q: %+v, %v, want %q", info, got, err, want)
		}
	}
	networks := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.1/32")}
	for info, want := range map[string]hooks.Enrolment{
		"authy_id=1 authy_digits=6":       {AuthyID: "1", TokenDigits: 6},
		`{"authy_id":1,"authy_digits":8}`: {AuthyID: "1", TokenDigits: 8},
		"a robot: authy_no_token":         {NoToken: true},
		`{"authy_no_token":true}`:         {NoToken: true},
		"authy_id=1, authy_no_token_from=10.0.0.0/8, authy_no_token_from=192.0.2.1": {AuthyID: "1", NoTokenFrom: networks},
		`{"authy_id":"1","authy_no_token_from":["10.0.0.0/8","192.0.2.1"]}`:         {AuthyID: "1", NoTokenFrom: networks},
	} {
		got, err := hooks.AdditionalInfo{}.Find(t.Context(), hooks.Account{AdditionalInfo: info})
		if !reflect.DeepEqual(got, want) || err != nil {
			t.Errorf("%q: %+v, %v, want %+v", info, got, err, want)
		}
	}
	for _, info := range []string{
		"", " ", "desk 4b", "1001", "authy id=1001", "my_authy_id=1001", "Authy_ID=1001",
		`{}`, `{"Authy_ID":"1001"}`, `{"authyid":"1001"}`, `["authy_id=1001"]`, `x{"authy_id":"1001"}`, "ſauthy_id=1",
	} {
		got, err := hooks.AdditionalInfo{}.Find(t.Context(), hooks.Account{AdditionalInfo: info})
		if !errors.Is(err, hooks.ErrNoAuthyID) || !reflect.DeepEqual(got, hooks.Enrolment{}) {
			t.Errorf("%q: %+v, %v, want ErrNoAuthyID", info, got, err)
		}
	}
	for _, info := range []string{
		"authy_id", "authy_id 1001", "authy_id: 1001", "authy_idx=1", "authy_digits=6", "authy_id=1 authy_digits=9", "authy_no_token=yes",
		"authy_id=1 authy_no_token_from=office", "authy_no_token_from=10.0.0.0/8", "authy_id=1 authy_no_tokens",
		`{"authy_id":"1","authy_no_token_from":"10.0.0.0/8"}`, `{"authy_id":"1","authy_no_token_from":[1]}`, `{"authy_id":"1","authy_no_token_from":null}`,
		`{"authy_id":"1","authy_no_token":1}`, `{"authy_id":"1","authy_digits":7.0}`, `{"authy_no_token":false}`,
		"authy_id=", "authy_id=x", "authy_id=-1", "authy_id=1/2", "authy_id=1 authy_id=2", "authy_id=1,authy_id=1", "authy_id=１",
		`{"authy_id":""}`, `{"authy_id":null}`, `{"authy_id":-1}`, `{"authy_id":1.0}`, `{"authy_id":1e3}`, `{"authy_id":[1]}`, `{"authy_id":true}`,
		`{"authy_id":"1","authy_id":"2"}`, `{"authy_id":"1","AUTHY_ID":"2"}`, `{"authy_id":"1"`, `{"authy_id":"1"} authy_id=2`, `{authy_id=1}`, `{`,
		`{"authy_id":"123456789012345678901"}`,
	} {
		got, err := hooks.AdditionalInfo{}.Find(t.Context(), hooks.Account{AdditionalInfo: info})
		if err == nil || errors.Is(err, hooks.ErrNoAuthyID) || !reflect.DeepEqual(got, hooks.Enrolment{}) {
			t.Errorf("%q: %+v, %v, want an error", info, got, err)
		}
	}
}

// brokenDirectory cannot find out.
type brokenDirectory struct{}

var errBroken = errors.New("directory is down")

func (brokenDirectory) Find(context.Context, hooks.Account) (hooks.Enrolment, error) {
	return hooks.Enrolment{}, errBroken
}

func TestDirectories(t *testing.T) {
	t.Parallel()
	file, info := hooks.Users{"alice": {AuthyID: "1"}}, hooks.AdditionalInfo{}
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
		got, err := test.directories.Find(t.Context(), account(test.user))
		if got.AuthyID != test.id || !errors.Is(err, test.err) {
			t.Errorf("%s: %+v, %v, want %q, %v", name, got, err, test.id, test.err)
		}
	}
}
