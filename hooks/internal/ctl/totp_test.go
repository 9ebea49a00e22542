//go:build unix

package ctl_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
	"github.com/sftpgo-authy/sftpgo-authy/hooks/internal/ctl"
)

// site is what an administrator has who uses no Authy.
type site struct {
	users, secrets, state string
	environ               []string
}

func newSite(t *testing.T, users, secrets string, more ...string) site {
	t.Helper()
	s := site{users: writeFile(t, "users.csv", users), secrets: writeFile(t, "totp.csv", secrets), state: filepath.Join(t.TempDir(), "state")}
	if err := os.Mkdir(s.state, 0o700); err != nil {
		t.Fatal(err)
	}
	s.environ = append([]string{"AUTHY_USERS_FILE=" + s.users, "AUTHY_TOTP_FILE=" + s.secrets, "AUTHY_STATE_DIR=" + s.state}, more...)
	return s
}

// wrongTokens locks a user.
func (s site) wrongTokens(t *testing.T, id hooks.AuthyID, times int) {
	t.Helper()
	totp, err := hooks.NewTOTP(s.parse(t), hooks.TOTPRules{StateDir: s.state, Attempts: 100, LockFor: time.Hour, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	for wrong, n := 0, 0; wrong < times; n++ {
		token, _ := hooks.ParseToken(fmt.Sprintf("%06d", n), 6)
		if totp.Verify(t.Context(), id, token) != nil {
			wrong++
		}
	}
}

func (s site) parse(t *testing.T) hooks.TOTPSecrets {
	t.Helper()
	secrets, err := hooks.ParseTOTPSecrets("totp.csv", []byte(readFile(t, s.secrets)))
	if err != nil {
		t.Fatal(err)
	}
	return secrets
}

const (
	aliceSecret = "MNQW4YLSPEWXI33UOAWXGZLDOJSXILJQ"
	bobSecret   = "MNQW4YLSPEWXI33UOAWXGZLDOJSXILJR"
)

var link = regexp.MustCompile(`otpauth://totp/\S+`)

func TestEnrolTOTP(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, users, secrets string
		args                 []string
		code                 int
		text                 string
		// What the files are afterwards; ID and SECRET stand for what is new, and
		// "" for what was there.
		usersAfter, secretsAfter string
	}{
		{"new", "# u\nbob,2\n", "# s\r\n2," + bobSecret + "\r\n", []string{"alice"}, ctl.ExitOK, "hookctl verify alice", "# u\nbob,2\nalice,ID\n", "# s\r\n2," + bobSecret + "\r\nID,SECRET\r\n"},
		{"first of all", "", "", []string{"alice", "-digits", "8", "-id", "7"}, ctl.ExitOK, "tokens of 8 digits", "alice,7\n", "7,SECRET,digits=8\n"},
		{"ID of Authy", "alice,1001\nbob,1002\n", "", []string{"alice"}, ctl.ExitOK, "unchanged", "", "1001,SECRET\n"},
		{"no line end", "alice,1001", "2," + bobSecret, []string{"alice", "-id", "1001"}, ctl.ExitOK, "unchanged", "", "2," + bobSecret + "\n1001,SECRET\n"},
		{"again", "alice,1001\n", "1001," + aliceSecret + "\n", []string{"alice"}, ctl.ExitFailed, "ID 1001 has a secret already. With -replace", "", ""},
		{"replace", "alice,1001\n", "# a\n 1001 , " + aliceSecret + ",digits=8\n# b\n2," + bobSecret, []string{"alice", "-replace"}, ctl.ExitOK, "unchanged", "", "# a\n1001,SECRET\n# b\n2," + bobSecret},
		{"secret of nobody", "", "1001," + aliceSecret + "\n", []string{"alice", "-id", "1001"}, ctl.ExitFailed, "has a secret already", "", ""},
		{"ID of another", "bob,1001\n", "", []string{"alice", "-id", "1001", "-replace"}, ctl.ExitFailed, "ID 1001 belongs to bob, whose tokens would be right for alice too; nothing was done", "", ""},
		{"other ID", "alice,1001\n", "", []string{"alice", "-id", "1002"}, ctl.ExitFailed, "the user has ID 1001 there, and not 1002", "", ""},
		{"other digits", "alice,1001,digits=7\n", "", []string{"alice"}, ctl.ExitFailed, "tokens have 7 digits there, those of the secret 6", "", ""},
		{"same digits", "alice,1001,digits=7\n", "", []string{"alice", "-digits", "7"}, ctl.ExitOK, "unchanged", "", "1001,SECRET,digits=7\n"},
		{"excepted", "alice,,no-token\n", "", []string{"alice"}, ctl.ExitFailed, "no token is needed at all; remove that first; nothing was done", "", ""},
		{"comma", "", "", []string{"a,b"}, ctl.ExitFailed, "cannot be written there; nothing was done", "", ""},
		{"issuer", "", "", []string{"alice", "-issuer", "a:b"}, ctl.ExitUsage, "-issuer: expected", "", ""},
		{"wrong ID", "", "", []string{"alice", "-id", "x"}, ctl.ExitUsage, "-id: expected", "", ""},
		{"of Authy", "", "", []string{"alice", "-email", "a@example.com"}, ctl.ExitUsage, "AUTHY_TOTP_FILE is set", "", ""},
		{"damaged", "", "1001,x\n", []string{"alice"}, ctl.ExitUsage, "totp.csv:1: ", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, test.users, test.secrets)
			o := hookctl(t, s.environ, "", append([]string{"enrol"}, test.args...)...)
			o.must(t, test.code, test.text)
			id, secret := "none", "none"
			if shown := link.FindAllString(o.out, -1); test.code == ctl.ExitOK {
				if len(shown) != 1 {
					t.Fatalf("%d links:\n%s", len(shown), o.out)
				}
				_, secret, _ = strings.Cut(shown[0], "secret=")
				secret, _, _ = strings.Cut(secret, "&")
				id = regexp.MustCompile(`(?m)^ID +(\d+)`).FindStringSubmatch(o.out)[1]
			} else if len(shown) != 0 {
				t.Errorf("a link, though nothing was done:\n%s", o.out)
			}
			fill := strings.NewReplacer("ID", id, "SECRET", secret)
			for _, file := range []struct{ path, before, after string }{{s.users, test.users, test.usersAfter}, {s.secrets, test.secrets, test.secretsAfter}} {
				want := fill.Replace(file.after)
				if file.after == "" {
					want = file.before
				}
				if got := readFile(t, file.path); got != want {
					t.Errorf("the file is %q, want %q", got, want)
				}
				if entries, err := os.ReadDir(filepath.Dir(file.path)); err != nil || len(entries) != 1 {
					t.Errorf("left behind: %v, %v", entries, err)
				}
			}
		})
	}
}

// What cannot be written is told, and running it again goes on from there.
func TestEnrolTOTPSecondHalfFails(t *testing.T) {
	t.Parallel()
	s := newSite(t, "", "")
	lock := filepath.Join(filepath.Dir(s.secrets), ".totp.csv.hookctl")
	if err := os.WriteFile(lock, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	o := hookctl(t, s.environ, "", "enrol", "alice")
	o.must(t, ctl.ExitFailed, "has an ID now and no secret, and cannot log in yet: run this command again")
	if link.MatchString(o.out) {
		t.Error("a link without a secret")
	}
	if err := os.Remove(lock); err != nil {
		t.Fatal(err)
	}
	hookctl(t, s.environ, "", "enrol", "alice").must(t, ctl.ExitOK, "unchanged")

	missing := append(s.environ, "AUTHY_TOTP_FILE="+s.state+"/none.csv")
	hookctl(t, missing, "", "enrol", "alice").must(t, ctl.ExitUsage, "no such file", "install -o USER -m 0600 /dev/null FILE")
}

func TestEnrolTOTPInSFTPGo(t *testing.T) {
	t.Parallel()
	rest := newREST(t, map[string]any{"username": "alice", "additional_info": "desk 4b"})
	s := newSite(t, "", "", "AUTHY_SFTPGO_URL="+rest.URL, "AUTHY_SFTPGO_API_KEY="+canarySFTPGo)
	hookctl(t, s.environ, "", "enrol", "alice", "-to", "sftpgo").must(t, ctl.ExitOK, "written to  additional_info in SFTPGo")
	for id := range s.parse(t) {
		if info := rest.info("alice"); info != "desk 4b authy_id="+string(id) {
			t.Errorf("additional_info is %q, the ID %s", info, id)
		}
	}
}

func TestShowTOTP(t *testing.T) {
	t.Parallel()
	s := newSite(t, "alice,1001\nbob,2\ncarol,3\n", "1001,"+aliceSecret+",digits=8\n2,"+bobSecret+"\n")
	hookctl(t, s.environ, "", "show", "alice").must(t, ctl.ExitOK, "1001, tokens of 8 digits, a new one every 30s, SHA1", "none was right yet", "0 of 10 since then", "active")
	hookctl(t, s.environ, "", "show", "carol").must(t, ctl.ExitFailed, "no TOTP secret is known for this user: ID 3 is not there")
	s.wrongTokens(t, "2", 10)
	hookctl(t, s.environ, "", "show", "bob").must(t, ctl.ExitFailed, "10 of 10 since then", "locked until ")
	if err := os.WriteFile(filepath.Join(s.state, "2.state"), []byte("canary"), 0o600); err != nil {
		t.Fatal(err)
	}
	hookctl(t, s.environ, "", "show", "bob").must(t, ctl.ExitFailed, "2.state: it is damaged")
}

func TestVerifyTOTP(t *testing.T) {
	t.Parallel()
	s := newSite(t, "alice,1001\ncarol,3\n", "1001,"+aliceSecret+",digits=8\n")
	hookctl(t, s.environ, "000000\n", "verify", "alice").must(t, ctl.ExitFailed, "8 expected")
	hookctl(t, s.environ, canaryToken, "verify", "carol").must(t, ctl.ExitFailed, "no TOTP secret is known")
	hookctl(t, s.environ, "00000000", "verify", "alice").must(t, ctl.ExitFailed, "the token is not right: wrong token")
	hookctl(t, s.environ, "", "show", "alice").must(t, ctl.ExitOK, "1 of 10 since then")
	now := codeOf(t, aliceSecret)
	hookctl(t, s.environ, now+"\n", "verify", "alice").must(t, ctl.ExitOK, "The token is right.")
	hookctl(t, s.environ, now+"\n", "verify", "alice").must(t, ctl.ExitFailed, "token was used before")
}

// codeOf is what an authenticator with 8 digits shows now (RFC 6238).
func codeOf(t *testing.T, secret string) string {
	t.Helper()
	key, err := base32.StdEncoding.DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha1.New, key)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(time.Now().Unix()/30)))
	sum := mac.Sum(nil)
	return fmt.Sprintf("%08d", binary.BigEndian.Uint32(sum[sum[19]&0xf:])&0x7fffffff%100_000_000)
}

func TestDoctorTOTP(t *testing.T) {
	t.Parallel()
	s := newSite(t, "alice,1001\nbob,2\ncarol,3\ndora,4,digits=7\n", "1001,"+aliceSecret+"\n2,"+bobSecret+"\n4,MNQW4YLSPEWXI33UOAWXGZLDOJSXILJT\n5,MNQW4YLSPEWXI33UOAWXGZLDOJSXILJU\n")
	s.wrongTokens(t, "2", 10)
	if err := os.WriteFile(filepath.Join(s.state, "5.state"), []byte("canary"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := hookctl(t, append(s.environ, safe(t)...), "", "doctor", "-users")
	o.must(t, ctl.ExitFailed, "ok          tokens: checked by the hooks themselves, with 4 secrets", " clock: the system says that ",
		"problem     users: ID 3 of carol has no secret", "do:  hookctl enrol carol", "problem     users: tokens of dora have 7 digits",
		"warning     state: bob (ID 2) is locked until ", "problem     state: ID 5: ", "ok          users: 4 in ", "warning     rights: it was not looked at")
	if n := strings.Count(o.out, "\nproblem "); n != 3 {
		t.Errorf("%d problems:\n%s", n, o.out)
	}
	good := newSite(t, "alice,1001\n", "1001,"+aliceSecret+"\n")
	hookctl(t, append(good.environ, safe(t)...), "", "doctor").must(t, ctl.ExitOK, "ok          SFTPGo: checkpwd is set")
}

// Who runs the hooks has to get at their files. It needs root, who may give files
// away and read them all the same.
func TestDoctorRights(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("who is not root cannot give files away")
	}
	root := t.TempDir()
	do := func(errs ...error) {
		t.Helper()
		for _, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	users, secrets, state := filepath.Join(root, "users.csv"), filepath.Join(root, "totp.csv"), filepath.Join(root, "state")
	do(os.Chmod(filepath.Dir(root), 0o755), os.Chmod(root, 0o755), os.WriteFile(users, []byte("alice,1001\n"), 0o644), os.WriteFile(secrets, []byte("1001,"+aliceSecret+"\n"), 0o600), os.Mkdir(state, 0o700))
	environ := append([]string{"AUTHY_USERS_FILE=" + users, "AUTHY_TOTP_FILE=" + secrets, "AUTHY_STATE_DIR=" + state, "AUTHY_LOG_FILE=" + root + "/log"}, safe(t)...)
	doctor := func(code int, texts ...string) outcome {
		t.Helper()
		o := hookctl(t, environ, "", "doctor", "-user", "12345")
		o.must(t, code, texts...)
		return o
	}
	doctor(ctl.ExitFailed, "12345 cannot read "+secrets, "12345 cannot write to "+state, "mode is 0700 and whose owner 0:0", "12345 cannot make the log file in "+root)
	do(os.Chown(secrets, 12345, 0), os.Chown(state, 0, 12345), os.Chmod(state, 0o770), os.WriteFile(root+"/log", nil, 0o600), os.Chown(root+"/log", 12345, 0))
	doctor(ctl.ExitOK, "ok          rights: 12345 can read and write")
	do(os.WriteFile(filepath.Join(state, "1001.lock"), nil, 0o600))
	doctor(ctl.ExitFailed, "12345 cannot read and write "+filepath.Join(state, "1001.lock"))
	do(os.Remove(filepath.Join(state, "1001.lock")), os.Chmod(root, 0o700))
	if o := doctor(ctl.ExitFailed, "12345 cannot read "+users); !strings.Contains(o.out, "chown or chmod "+root+",") {
		t.Errorf("it does not say which directory:\n%s", o.out)
	}
	hookctl(t, environ, "", "doctor", "-user", "nobody-here").must(t, ctl.ExitOK, `there is no user "nobody-here" here`)
}
