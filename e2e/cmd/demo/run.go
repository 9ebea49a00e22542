package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"strings"
	"text/template"

	"github.com/testcontainers/testcontainers-go/log"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/preflight"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
)

// ports on the host; "" is any free one.
type ports struct {
	mock, keyint, extauth, checkpwd string
}

// run exits with 0 when it was interrupted, with 1 when the demo could not run,
// and with 2 for wrong flags.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	log.SetDefault(log.NewNoopLogger())
	var p ports
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&p.mock, "mock", "2884", "`PORT` of the mock; \"\" takes any free one, here and below")
	flags.StringVar(&p.keyint, "keyint", "2031", "SSH `PORT` of the server that asks for password and token")
	flags.StringVar(&p.extauth, "extauth", "2032", "SSH `PORT` of the server that asks for the token only")
	flags.StringVar(&p.checkpwd, "checkpwd", "2033", "SSH `PORT` of the server that asks for the password followed by the token")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if err := demo(ctx, p, stdout); err != nil && ctx.Err() == nil {
		fmt.Fprintf(stderr, "demo: %v\n", err)
		if strings.Contains(err.Error(), "address already in use") || strings.Contains(err.Error(), "port is already allocated") {
			fmt.Fprintln(stderr, "demo: another program has the port; --help shows how to choose others")
		}
		return 1
	}
	return 0
}

func demo(ctx context.Context, p ports, stdout io.Writer) (err error) {
	if _, err := preflight.Check(ctx, preflight.Image()); err != nil {
		return err
	}
	fmt.Fprintln(stdout, "Starting the mock Authy and three SFTPGo servers ...")
	on, err := stack.Start(ctx, preflight.Image(), stack.WithMockPort(p.mock))
	defer func() {
		fmt.Fprintln(stdout, "Removing the containers ...")
		err = errors.Join(err, on.Close())
	}()
	if err != nil {
		return err
	}
	facts := facts{Alice: stack.Alice(), MockURL: on.MockURL, Token: on.ControlToken}
	for _, s := range []struct {
		hook stack.Hook
		port string
		into *string
	}{
		{stack.PasswordAndToken, p.keyint, &facts.Keyint},
		{stack.TokenOnly, p.extauth, &facts.Extauth},
		{stack.PrefixAndToken, p.checkpwd, &facts.Checkpwd},
	} {
		if *s.into, err = serve(ctx, on, stack.Setup{Hook: s.hook, SSHPort: s.port}); err != nil {
			return err
		}
	}
	if err := howTo.Execute(stdout, facts); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// serve starts the server, gives Alice a user on it, and tells its SSH port.
func serve(ctx context.Context, on *stack.Stack, setup stack.Setup) (port string, err error) {
	server, err := on.Server(ctx, setup)
	if err != nil {
		return "", err
	}
	_, port, err = net.SplitHostPort(server.SSH())
	if err != nil {
		return "", err
	}
	alice := stack.Alice()
	return port, server.AddUser(ctx, sftpgo.User{
		Username:    alice.Username,
		Password:    alice.Password,
		Status:      1,
		Permissions: map[string][]string{"/": {"*"}},
	})
}

// facts are what a person has to know.
type facts struct {
	Alice                     stack.Person
	MockURL, Token            string // of the control API
	Keyint, Extauth, Checkpwd string
}

var howTo = template.Must(template.New("").Parse(`
A mock Authy and three SFTPGo servers are running, one for each hook.
The user is {{.Alice.Username}}, the password {{.Alice.Password}}, and the current token is what this prints:

    curl -s -H 'Authorization: Bearer {{.Token}}' {{.MockURL}}/mock/v1/users/{{.Alice.AuthyID}}/token

It changes every 10 seconds, and each works once. Log in with:

  password, then token (keyboard-interactive hook)
    sftp -P {{.Keyint}} -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no {{.Alice.Username}}@localhost

  the token as the password (external authentication hook)
    sftp -P {{.Extauth}} -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no {{.Alice.Username}}@localhost

  the password with the token right behind it (check password hook)
    sftp -P {{.Checkpwd}} -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no {{.Alice.Username}}@localhost

What Authy was asked:

    curl -s -H 'Authorization: Bearer {{.Token}}' {{.MockURL}}/mock/v1/requests

Ctrl-C ends it all.
`))
