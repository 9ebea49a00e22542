package store

import (
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
)

const aliceInFile = `{"emails":["alice@example.com"],"country_code":1,"cellphone":"2015550100","secret":"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",` +
	`"added":"2026-11-22T12:00:03Z","confirmed":true,"used_step":178091280,"used_at":"2026-11-22T12:00:03Z",` +
	`"qr":{"secret":"KRUGKIDROVUWG2ZAMJZG653OEBTG66BA","used_step":-1,"id":"x","uri":"otpauth://totp/A:a"},` +
	`"codes":[{"code":"1234567","action":"login","until":"2026-11-22T12:10:03Z"}],"attempts":["2026-11-22T12:00:03Z"]}`

// A record that is damaged is refused when it is read, or when a user is to be
// made of it; and the error has no secret.
func TestDamagedUser(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ old, with, want string }{
		"nothing":                {aliceInFile, ``, "it is damaged: want a JSON object as mockauthy writes one"},
		"no JSON":                {`{"emails"`, `{emails`, "it is damaged: want a JSON object as mockauthy writes one"},
		"cut off":                {`"]}`, ``, "it is damaged: want a JSON object as mockauthy writes one"},
		"more than it":           {`"]}`, `"]}{}`, "it is damaged: something follows the JSON object"},
		"a field of the future":  {`"confirmed"`, `"passkey":1,"confirmed"`, "it is damaged: want a JSON object as mockauthy writes one"},
		"a number for a text":    {`"2015550100"`, `2015550100`, "it is damaged: cellphone is a JSON number"},
		"no time":                {`"2026-11-22T12:10:03Z"`, `"noon"`, "it is damaged: want a JSON object as mockauthy writes one"},
		"empty":                  {aliceInFile, `{}`, "user 1000: want at least one email"},
		"no email":               {`"alice@example.com"`, ``, "user 1000: want at least one email"},
		"a wrong email":          {`alice@example.com`, `alice`, `user 1000: email "alice": want an address such as alice@example.com`},
		"a short cellphone":      {`2015550100`, `201`, `user 1000: cellphone "201": want 7 to 15 digits`},
		"a written cellphone":    {`2015550100`, `201-555-0100`, `user 1000: cellphone "201-555-0100": want digits only`},
		"a country of nowhere":   {`"country_code":1`, `"country_code":999`, "user 1000: country_code 999: want a country calling code such as 1"},
		"no secret":              {`JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP`, ``, "user 1000: secret: 0 bits: want at least 80, that is 16 base32 characters"},
		"a wrong secret":         {`JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP`, `18`, "user 1000: secret: want base32 (letters A-Z and digits 2-7, as in an otpauth link)"},
		"a secret in small":      {`JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP`, `jbswy3dpehpk3pxp`, "user 1000: secret: want base32 in capital letters, without white space and padding"},
		"a wrong second secret":  {`KRUGKIDROVUWG2ZAMJZG653OEBTG66BA`, `18`, "user 1000: secret of the other authenticator: want base32 (letters A-Z and digits 2-7, as in an otpauth link)"},
		"a step before all":      {`178091280`, `-2`, "user 1000: the last step -2: want -1 or more"},
		"a phone far off":        {`"confirmed"`, `"skew_ns":-99999999999999999,"confirmed"`, "user 1000: the skew -27777h46m39.999999999s: want -8784h0m0s to 8784h0m0s"},
		"nothing wrong with her": {``, ``, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(aliceInFile, test.old, test.with, 1)
			u, err := decodeUser(1000, []byte(text))
			if err == nil {
				err = newKept(t).app.Restore(authy.State{NextID: 1, Users: []authy.UserState{u}})
			}
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// What a damaged file has beside users.
func TestDamagedApplication(t *testing.T) {
	t.Parallel()
	bucket := []string{applicationsBucket, string(bucketOf(key))}
	for name, test := range map[string]struct {
		damage func(t *testing.T, file string)
		want   string
	}{
		"no next ID": {func(t *testing.T, file string) { put(t, file, bucket, applicationKey, `{}`) }, "the next Authy ID 0: want a positive number"},
		"no JSON":    {func(t *testing.T, file string) { put(t, file, bucket, applicationKey, `x`) }, `"application": it is damaged: want a JSON object as mockauthy writes one`},
		"a short key": {
			func(t *testing.T, file string) { put(t, file, append(bucket, usersBucket), "1000", aliceInFile) },
			"a key of a user: want an Authy ID of 8 bytes",
		},
		"an impossible ID": {
			func(t *testing.T, file string) {
				put(t, file, append(bucket, usersBucket), string(userKey(-1)), aliceInFile)
			},
			"user -1: want a positive number as Authy ID",
		},
		"two with a phone": {func(t *testing.T, file string) {
			put(t, file, append(bucket, usersBucket), string(userKey(5)), aliceInFile)
			put(t, file, append(bucket, usersBucket), string(userKey(6)), aliceInFile)
		}, "user 6: +1 201-555-0100 is the phone of user 5 already"},
		"no users": {func(t *testing.T, file string) {
			put(t, file, []string{applicationsBucket, string(bucketOf("k"))}, applicationKey, `{"next_authy_id":1}`)
		}, `it is damaged: want a bucket "users"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := newFile(t)
			s := open(t, file)
			newKept(t).in(s)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			test.damage(t, file)
			s = open(t, file)
			of := key
			if name == "no users" {
				of = "k"
			}
			r, known, err := s.Load(of)
			if err == nil && known {
				err = newKept(t).app.Restore(authy.State{NextID: r.Users.NextID, Users: r.Users.Users})
			}
			if err == nil || err.Error() != test.want {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
}

// What is read is a user who can do all that users do, or an error. A user who
// was read can be written, and is the same when he is read again.
func FuzzUser(f *testing.F) {
	f.Add(int64(1000), []byte(aliceInFile))
	f.Add(int64(0), []byte(`{}`))
	f.Add(int64(-1), []byte(`{"emails":["a@b.c"],"country_code":1,"cellphone":"1234567","secret":"AAAAAAAAAAAAAAAA","used_step":9223372036854775807}`))
	f.Fuzz(func(t *testing.T, id int64, text []byte) {
		state, err := decodeUser(id, text)
		if err != nil {
			return
		}
		k := newKept(t)
		if err := k.app.Restore(authy.State{NextID: 1, Users: []authy.UserState{state}}); err != nil {
			return
		}
		written, err := encodeUser(k.app.State().Users[0])
		if err != nil {
			t.Fatalf("written again: %v", err)
		}
		again, err := decodeUser(id, written)
		if err != nil {
			t.Fatalf("read again: %v", err)
		}
		sameTime := gocmp.Comparer(time.Time.Equal)
		if diff := gocmp.Diff(state, again, sameTime, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(authy.UserState{}, "QR", "LastQRStep")); diff != "" {
			t.Errorf("again (-want +got):\n%s", diff)
		}
		u := k.app.User(id)
		u.Verify(u.Token(0).Digits, "", true)
		_, _ = u.Phone().Masked(), u.Phone().LastFour()
		u.Send(authy.BySMS, "")
		u.NewQRCode("A", u.Email())
	})
}
