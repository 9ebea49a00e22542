package mockauthy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

func TestLoadSeed(t *testing.T) {
	t.Parallel()
	got, err := mockauthy.LoadSeed("testdata/seed/good.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want := []mockauthy.Application{
		{
			Name: "Example", Plan: "pay_as_you_go", ID: 11111, APIKey: docsKey,
			NoSMS: true, NoPhoneCalls: true, NoOneTouch: true,
			Tokens: mockauthy.Tokens{Digits: 6, Step: 30 * time.Second, Window: new(int)},
			Users: []mockauthy.User{
				{AuthyID: 1001, Email: "alice@example.com", Cellphone: "201-555-0123", CountryCode: 1, Secret: aliceSecret, Confirmed: true},
				// A leading zero stays, though YAML might take the number for an octal one.
				{Email: "bob@example.com", Cellphone: "01711234567", CountryCode: 49},
			},
		},
		{Name: "Second", APIKey: "1234567890"},
	}
	ignore := cmpopts.IgnoreUnexported(mockauthy.Application{}, mockauthy.User{}) // the lines
	if diff := cmp.Diff(want, got, ignore); diff != "" {
		t.Errorf("applications (-want +got):\n%s", diff)
	}

	r := newRig(t, got...)
	r.expect(t, details, said{200, jsonType, `{"app":{"name":"Example","plan":"pay_as_you_go","sms_enabled":false,"phone_calls_enabled":false,"app_id":11111,"onetouch_enabled":false},"message":"Application information.","success":true}`})
	r.expectVerify(t, totp(t, aliceSecret, r.now(), 30*time.Second, 6), 1001, tokenValid)
	users, err := r.control(t).Users(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantUsers := []control.User{
		{AuthyID: 1001, Email: "alice@example.com", Cellphone: "2015550123", CountryCode: 1, Confirmed: true},
		{AuthyID: 1002, Email: "bob@example.com", Cellphone: "01711234567", CountryCode: 49},
	}
	if diff := cmp.Diff(wantUsers, users); diff != "" {
		t.Errorf("users (-want +got):\n%s", diff)
	}
}

// An Authy ID that a user has chosen goes to nobody else, whoever comes first.
func TestSeedOfChosenAuthyIDs(t *testing.T) {
	t.Parallel()
	r := newRig(t, mockauthy.Application{Name: "A", APIKey: docsKey, Users: []mockauthy.User{
		{Email: "alice@example.com", Cellphone: "201-555-0100", CountryCode: 1},
		{Email: "bob@example.com", Cellphone: "201-555-0101", CountryCode: 1, AuthyID: 1000},
		{Email: "carol@example.com", Cellphone: "201-555-0102", CountryCode: 1},
		{Email: "dave@example.com", Cellphone: "201-555-0103", CountryCode: 1, AuthyID: 7},
	}})
	users, err := r.control(t).Users(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int64{}
	for _, u := range users {
		got[u.Email] = u.AuthyID
	}
	want := map[string]int64{"alice@example.com": 1001, "bob@example.com": 1000, "carol@example.com": 1002, "dave@example.com": 7}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Authy IDs (-want +got):\n%s", diff)
	}
}

// The example in the documentation of LoadSeed is one that works.
func TestLoadSeedDocumentation(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("seed.go")
	if err != nil {
		t.Fatal(err)
	}
	_, comment, _ := strings.Cut(string(source), "a YAML document such as\n//\n")
	comment, _, found := strings.Cut(comment, "//\n// with the keys")
	if !found {
		t.Fatal("no example in the comment of LoadSeed")
	}
	apps, err := mockauthy.ParseSeed("seed.go", []byte(strings.ReplaceAll(comment, "//\t", "")))
	if err != nil {
		t.Fatal(err)
	}
	if len(apps) != 1 || len(apps[0].Users) != 1 || apps[0].Users[0].AuthyID != 1001 {
		t.Errorf("applications %+v, want the one with the user 1001", apps)
	}
}

// Each error names the file, the line and what was expected.
func TestLoadSeedErrors(t *testing.T) {
	t.Parallel()
	const (
		app  = "applications:\n  - name: A\n    api_key: k\n"
		user = app + "    users:\n      - email: a@example.com\n        cellphone: 201-555-0100\n        country_code: 1\n"
	)
	for _, test := range []struct {
		name, seed string
		want       string // after "mockauthy: ", with FILE for the file's name
	}{
		{"empty", "", "seed file FILE: no applications: want a list of them below the key applications"},
		{"only a comment", "# nothing\n", "seed file FILE: no applications: want a list of them below the key applications"},
		{"key without a value", "applications:\n", "seed file FILE: no applications: want a list of them below the key applications"},
		{"empty list", "applications: []\n", "seed file FILE: no applications: want a list of them below the key applications"},
		{"two documents", app + "---\n" + app, "seed file FILE: expected single document, found multiple"},
		{"a list", "- name: A\n", "FILE:1: want keys and values"},
		{"a text", "hello\n", `FILE:1: "hello": want keys and values`},
		{"applications a number", "applications: 5\n", `FILE:1: "5": want a list`},
		{"applications keys", "applications:\n  name: A\n", "FILE:2: want a list"},
		{"application a number", "applications:\n  - 7\n", "FILE:2: want keys and values"},
		{"another key", "aplications: []\n", "FILE:1: the key aplications is not known"},
		{"another key of an application", app + "    color: red\n", "FILE:4: the key color is not known"},
		{"another key of tokens", app + "    tokens:\n      length: 7\n", "FILE:5: the key length is not known"},
		{"another key of a user", user + "        telephone: x\n", "FILE:8: the key telephone is not known"},
		{"a key twice", app + "    name: B\n", `FILE:4: mapping key "name" already defined at line 2`},
		{"api_key a list", "applications:\n  - api_key: [CANARY]\n", "FILE:2: want a text"},
		{"app_id a text", app + "    app_id: one\n", `FILE:4: "one": want a whole number`},
		{"app_id too large", app + "    app_id: 9223372036854775808\n", `FILE:4: "9223372...": want a whole number`},
		{"no_sms a text", app + "    no_sms: maybe\n", `FILE:4: "maybe": want true or false`},
		{"tokens a number", app + "    tokens: 7\n", `FILE:4: "7": want keys and values`},
		{"digits a text", app + "    tokens: {digits: seven}\n", `FILE:4: "seven": want a whole number`},
		{"step a number", app + "    tokens: {step: 10}\n", `FILE:4: "10": want a duration such as 10s`},
		{"step a text", app + "    tokens: {step: often}\n", `FILE:4: "often": want a duration such as 10s`},
		{"window a text", app + "    tokens: {window: wide}\n", `FILE:4: "wide": want a whole number`},
		{"users a number", app + "    users: 7\n", `FILE:4: "7": want a list`},
		{"user a text", app + "    users:\n      - alice\n", "FILE:5: want keys and values"},
		{"country code a text", strings.Replace(user, "country_code: 1", "country_code: USA", 1), `FILE:7: "USA": want a whole number`},
		{"authy_id a text", user + "        authy_id: one\n", `FILE:8: "one": want a whole number`},
		{"confirmed a text", user + "        confirmed: perhaps\n", `FILE:8: "perhaps": want true or false`},
		{
			"several", app + "    no_sms: maybe\n    color: red\n    app_id: one\n",
			"FILE:4: \"maybe\": want true or false\nFILE:5: the key color is not known\nFILE:6: \"one\": want a whole number",
		},
		{"no api_key", "applications:\n  - name: A\n", `FILE:2: application "A": no API key: want the one that its clients send`},
		{"api_key twice", app + "  - name: B\n    api_key: k\n", `FILE:4: application "B": another application has this API key already: want one of its own`},
		{"digits", app + "    tokens: {digits: 9}\n", `FILE:2: application "A": tokens of 9 digits: want 6, 7 or 8`},
		{"step", app + "    tokens: {step: 500ms}\n", `FILE:2: application "A": a token step of 500ms: want whole seconds, at least one`},
		{"window", app + "    tokens: {window: -3}\n", `FILE:2: application "A": a token window of -3 steps: want 0 to 60`},
		{"email", strings.Replace(user, "a@example.com", "foo", 1), `FILE:5: user "foo" of the application "A": email "foo": want an address such as alice@example.com`},
		{"cellphone", strings.Replace(user, "201-555-0100", "911", 1), `FILE:5: user "a@example.com" of the application "A": cellphone "911": want 7 to 15 digits`},
		{"country code", strings.Replace(user, "country_code: 1", "country_code: 999", 1), `FILE:5: user "a@example.com" of the application "A": country_code 999: want a country calling code such as 1`},
		{"no country code", strings.Replace(user, "        country_code: 1\n", "", 1), `FILE:5: user "a@example.com" of the application "A": country_code 0: want a country calling code such as 1`},
		{"secret", user + "        secret: CANARY01\n", `FILE:5: user "a@example.com" of the application "A": secret: want base32 (letters A-Z and digits 2-7, as in an otpauth link)`},
		{"short secret", user + "        secret: CANARY23\n", `FILE:5: user "a@example.com" of the application "A": secret: 40 bits: want at least 80, that is 16 base32 characters`},
		{"authy_id", user + "        authy_id: -4\n", `FILE:5: user "a@example.com" of the application "A": the Authy ID -4: want a positive number`},
		{"second user", user + "      - email: b@example.com\n", `FILE:8: user "b@example.com" of the application "A": cellphone "": want 7 to 15 digits`},
		{
			"second user's phone", user + "      - email: b@example.com\n        authy_id: 7\n        cellphone: 2015550100\n        country_code: 1\n",
			`FILE:8: user "b@example.com" of the application "A": +1 201-555-0100 is the phone of user 1000 already`,
		},
		{"tab", "applications:\n\t- name: A\n", "FILE:2: found character that cannot start any token"},
		{"colon twice", "applications: a: b\n", "FILE:1: mapping values are not allowed in this context"},
		{"bracket left open", app + "    users: [\n", "FILE:5: did not find expected node content"},
		{"unknown alias", "applications: *a\n", "FILE:1: unknown anchor 'a' referenced"},
		{"NUL", "applications: \x00\n", "seed file FILE: control characters are not allowed (value: 0)"},
		{"not UTF-8", "applications: \xff\n", "seed file FILE: invalid leading UTF-8 octet (value: 255)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "seed.yaml")
			if err := os.WriteFile(file, []byte(test.seed), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := mockauthy.LoadSeed(file)
			if err == nil || got != nil {
				t.Fatalf("got %+v, %v; want an error", got, err)
			}
			if want := "mockauthy: " + strings.ReplaceAll(test.want, "FILE", file); err.Error() != want {
				t.Errorf("\n got %s\nwant %s", err, want)
			}
			if strings.Contains(err.Error(), "CANARY") {
				t.Errorf("the error has a secret: %v", err)
			}
		})
	}
	t.Run("in the repository", func(t *testing.T) {
		_, err := mockauthy.LoadSeed("testdata/seed/unknown-key.yaml")
		if want := "mockauthy: testdata/seed/unknown-key.yaml:7: the key cell_phone is not known"; err == nil || err.Error() != want {
			t.Errorf("\n got %v\nwant %s", err, want)
		}
	})
	t.Run("no file", func(t *testing.T) {
		_, err := mockauthy.LoadSeed("testdata/seed/nothing.yaml")
		if want := "mockauthy: seed file: open testdata/seed/nothing.yaml: no such file or directory"; err == nil || err.Error() != want {
			t.Errorf("\n got %v\nwant %s", err, want)
		}
	})
	t.Run("a directory", func(t *testing.T) {
		_, err := mockauthy.LoadSeed("testdata/seed")
		if err == nil || !strings.HasPrefix(err.Error(), "mockauthy: seed file: read testdata/seed: ") {
			t.Errorf("got %v", err)
		}
	})
}
