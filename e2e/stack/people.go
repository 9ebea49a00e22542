package stack

import (
	"encoding/base32"
	"fmt"
	"strings"
	"sync/atomic"
)

// crowd is how many people there are with an Authy ID beside [Alice]. A scenario
// takes some that no other scenario takes; a run with more scenarios says so.
const crowd = 1500

// aliceID is the Authy ID of Alice; those of the crowd follow.
const aliceID = 1000

// Person is somebody who may have a user on an SFTPGo server.
type Person struct {
	// Username on SFTPGo.
	Username string
	// Password that SFTPGo has stored for the user.
	Password string
	// AuthyID at the mock; 0 is none.
	AuthyID int64
}

// Alice is the one whom the demo is about. No scenario takes her.
func Alice() Person {
	return Person{Username: username(0), Password: password(username(0)), AuthyID: authyID(0)}
}

type people struct {
	mapped, others atomic.Int64
}

// NewPerson is somebody with an Authy ID, which the hooks' users file knows.
func (s *Stack) NewPerson() (Person, error) {
	n := s.people.mapped.Add(1)
	if n > crowd {
		return Person{}, fmt.Errorf("more than %d people: raise stack.crowd", crowd)
	}
	return Person{Username: username(n), Password: password(username(n)), AuthyID: authyID(n)}, nil
}

// NewStranger is somebody whom the hooks' users file does not know.
func (s *Stack) NewStranger() Person {
	name := fmt.Sprintf("stranger%04d", s.people.others.Add(1))
	return Person{Username: name, Password: password(name)}
}

func username(n int64) string {
	if n == 0 {
		return "alice"
	}
	return fmt.Sprintf("user%04d", n)
}

// passwords is what the password of everybody begins with.
const passwords = "horse battery "

func password(username string) string { return passwords + username }

// secretText is what the bytes of everybody's TOTP secret begin with.
const secretText = "the TOTP secret of "

// totpSecret is what the user's app makes tokens from.
func totpSecret(username string) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte(secretText + username))
}

func authyID(n int64) int64 { return aliceID + n }

// usersFile is what the hooks read to find Authy IDs.
func usersFile() []byte {
	var b strings.Builder
	b.WriteString("# SFTPGo user, Authy ID\n")
	for n := int64(0); n <= crowd; n++ {
		fmt.Fprintf(&b, "%s,%d\n", username(n), authyID(n))
	}
	return []byte(b.String())
}

// seed is what the mock starts with.
func seed() string {
	var b strings.Builder
	fmt.Fprintf(&b, "applications:\n  - name: sftpgo-authy suite\n    api_key: %s\n    users:\n", APIKey)
	for n := int64(0); n <= crowd; n++ {
		fmt.Fprintf(&b, "      - {authy_id: %d, email: %s@example.com, cellphone: \"201555%04d\", country_code: 1, secret: %s}\n",
			authyID(n), username(n), n, totpSecret(username(n)))
	}
	return b.String()
}
