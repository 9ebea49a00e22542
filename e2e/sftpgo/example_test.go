package sftpgo_test

import (
	"context"
	"fmt"
	"log"

	"github.com/testcontainers/testcontainers-go"
	"golang.org/x/crypto/ssh"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
)

// hook wants a token behind the password, as any program may that is built with
// GOOS=linux CGO_ENABLED=0. Here it is always the same one.
const hook = `#!/bin/sh
password=${SFTPGO_AUTHD_PASSWORD%1234567}
if [ "$password" = "$SFTPGO_AUTHD_PASSWORD" ]; then
	echo '{"status":0}'
else
	echo "{\"status\":2,\"to_verify\":\"$password\"}"
fi
`

func ExampleRun() {
	ctx := context.Background()
	server, err := sftpgo.Run(ctx, "drakkan/sftpgo:v2.7.5",
		sftpgo.WithCheckPasswordHook(sftpgo.Program([]byte(hook)), sftpgo.CheckPasswordAll),
		sftpgo.WithUsers(sftpgo.User{
			Username: "alice", Password: "secret", Status: 1,
			Permissions: map[string][]string{"/": {"*"}},
		}),
	)
	defer func() {
		if err := testcontainers.TerminateContainer(server); err != nil {
			log.Print(err)
		}
	}()
	if err != nil {
		log.Print(err)
		return
	}
	for _, typed := range []string{"secret", "secret1234567"} {
		client, err := ssh.Dial("tcp", server.SSH(), &ssh.ClientConfig{
			User:            "alice",
			Auth:            []ssh.AuthMethod{ssh.Password(typed)},
			HostKeyCallback: ssh.FixedHostKey(server.HostKey()),
		})
		fmt.Printf("%s: let in %t\n", typed, err == nil)
		if err == nil {
			client.Close()
		}
	}
	// Output:
	// secret: let in false
	// secret1234567: let in true
}
