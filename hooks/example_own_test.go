package hooks_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// badges is an own Directory: here a map, elsewhere a question to LDAP.
type badges map[string]hooks.AuthyID

func (b badges) Find(_ context.Context, account hooks.Account) (hooks.Enrolment, error) {
	id, ok := b[account.Username]
	if !ok {
		return hooks.Enrolment{}, hooks.ErrNoAuthyID
	}
	return hooks.Enrolment{AuthyID: id}, nil
}

// An own hook: the check password hook, with an own place for Authy IDs. As the
// main of a program it gets os.Args[1:] and os.Environ(), and ends by os.Exit.
func Example_ownHook() {
	hook := hooks.Checkpwd().With(nil, badges{"alice": "1001"})
	environ := []string{"AUTHY_API_KEY=0123456789abcdef", "SFTPGO_AUTHD_USERNAME=mallory", "SFTPGO_AUTHD_PASSWORD=secret1234567"}
	code := hook.Run(context.Background(), nil, environ, os.Stdin, os.Stdout, new(strings.Builder))
	fmt.Println("exit code", code)
	// Output:
	// {"status":0}
	// exit code 1
}
