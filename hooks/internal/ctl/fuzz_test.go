package ctl

import (
	"strings"
	"testing"
	"unicode"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// FuzzWithWords holds that an enrolment is added to an additional info so that a
// hook finds it, and that nothing of what was there is lost.
func FuzzWithWords(f *testing.F) {
	for _, info := range []string{"", "desk 4b", "a\n", "{}", ` {"a" : 1}` + "\n", `{"a":"{"}`, "{", "x{", "authy_id=9", "authy_digits=6", `{"a":{"b":{}}}`} {
		f.Add(info, 6)
	}
	f.Fuzz(func(t *testing.T, info string, digits int) {
		e := hooks.Enrolment{AuthyID: "1001"}
		if digits >= hooks.MinTokenDigits && digits <= hooks.MaxTokenDigits {
			e.TokenDigits = digits
		}
		added, err := withWords(info, e)
		if err != nil {
			return
		}
		got, err := readWords(added)
		if err != nil || !same(got, e) {
			t.Fatalf("%q became %q: %v, %v", info, added, got, err)
		}
		kept := info
		if strings.HasPrefix(strings.TrimSpace(info), "{") {
			kept = strings.TrimSuffix(strings.TrimRightFunc(info, unicode.IsSpace), "}")
		}
		if !strings.HasPrefix(added, kept) {
			t.Errorf("%q became %q", info, added)
		}
	})
}

// FuzzUsersFile holds that a line added to a users file adds that user and
// changes no other byte.
func FuzzUsersFile(f *testing.F) {
	f.Add("# c\r\nbob,1", "alice")
	f.Add("", "#alice")
	f.Add("alice,1\n", "alice")
	f.Add("bob,1 ", "a\nroot")
	f.Fuzz(func(t *testing.T, content, user string) {
		file, e := &usersFile{path: "users.csv", user: user}, hooks.Enrolment{AuthyID: "1001"}
		if file.prepare(e) != nil {
			return
		}
		added, err := file.add([]byte(content), e)
		if err != nil {
			return
		}
		users, err := hooks.ParseUsers("users.csv", added)
		if err != nil || !same(users[user], e) || !strings.HasPrefix(string(added), content) {
			t.Errorf("%q became %q: %v", content, added, err)
		}
	})
}

// FuzzTOTPFile holds that a secret that is written to a secrets file is read, and
// that no other user gets another one.
func FuzzTOTPFile(f *testing.F) {
	f.Add("# c\r\n2,MNQW4YLSPEWXI33UOAWXGZLDOJSXILJR", "1001", false)
	f.Add(" 1001 ,MNQW4YLSPEWXI33UOAWXGZLDOJSXILJR\n#1001,x\n", "1001", true)
	f.Add("01001,MNQW4YLSPEWXI33UOAWXGZLDOJSXILJR", "1001", true)
	f.Fuzz(func(t *testing.T, content, id string, replace bool) {
		if _, err := hooks.ParseAuthyID(id); err != nil {
			return
		}
		secret, err := hooks.NewTOTPSecret(6)
		if err != nil {
			t.Fatal(err)
		}
		changed, err := totpFile{"totp.csv", hooks.AuthyID(id), replace}.change([]byte(content), secret)
		if err != nil {
			return
		}
		before, _ := hooks.ParseTOTPSecrets("", []byte(content))
		after, err := hooks.ParseTOTPSecrets("", changed)
		if err != nil || !sameSecret(after[hooks.AuthyID(id)], secret) {
			t.Fatalf("%q became %q: %v", content, changed, err)
		}
		for other, secret := range before {
			if string(other) != id && !sameSecret(after[other], secret) {
				t.Errorf("%q became %q: %s has another secret", content, changed, other)
			}
		}
	})
}
