package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// Exit codes, see -help.
const (
	exitDone   = 0
	exitFailed = 1
	exitConfig = 2
)

// run is hookd until ctx ends, or what one of its arguments asks for.
func run(ctx context.Context, args, environ []string, stdout, stderr io.Writer) int {
	daemon := hooks.Hookd()
	if daemon.Started(environ) {
		// Nothing on stdout: with this exit code SFTPGo denies.
		fmt.Fprintf(stderr, "hookd: SFTPGo has started this as a program; give it the URL, such as http://127.0.0.1:2885%s, "+
			"or a program such as keyint\n", hooks.KeyintPath)
		return exitConfig
	}
	action := serve
	switch {
	case len(args) == 0:
	case len(args) > 1:
		return usage(stderr)
	case args[0] == "-help" || args[0] == "--help" || args[0] == "-h":
		return tell(stdout, daemon.Help())
	case args[0] == "-check" || args[0] == "--check":
		action = check
	case args[0] == "-health" || args[0] == "--health":
		action = health
	default:
		return usage(stderr)
	}
	config, err := daemon.Config(environ)
	if err != nil {
		fmt.Fprintf(stderr, "hookd: configuration: %s\n", err)
		return exitConfig
	}
	if err := action(ctx, config, stdout, stderr); err != nil {
		slog.New(slog.NewTextHandler(stderr, nil)).Error("hookd failed", "reason", err.Error())
		return exitFailed
	}
	return exitDone
}

func usage(stderr io.Writer) int {
	fmt.Fprintln(stderr, "hookd: takes no arguments but one of -help, -check and -health")
	return exitConfig
}

func tell(stdout io.Writer, text string) int {
	if _, err := io.WriteString(stdout, text); err != nil {
		return exitFailed
	}
	return exitDone
}

// check tells about a configuration that is right.
func check(_ context.Context, c hooks.DaemonConfig, stdout, _ io.Writer) error {
	if err := canRemember(c); err != nil {
		return err
	}
	metrics := c.MetricsAddress
	if metrics == "" {
		metrics = "none"
	}
	_, err := fmt.Fprintf(stdout, "configuration ok\n"+
		"hook:                hookd\n"+
		"tokens:              %s\n"+
		"deadline:            %s\n"+
		"users:               %d\n"+
		"listen:              %s\n"+
		"TLS:                 %s\n"+
		"shared secrets:      %d\n"+
		"client certificates: %s\n"+
		"metrics:             %s\n",
		c.TokensBy(), c.Deadline, len(c.Users), c.Address, yes(c.TLS != nil), len(c.Secrets), yes(c.ClientCertificates), metrics)
	return err
}

// canRemember is nil if the state that TOTP needs can be written.
func canRemember(c hooks.DaemonConfig) error {
	if c.TOTP == nil {
		return nil
	}
	return c.TOTP.CanRemember()
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}
