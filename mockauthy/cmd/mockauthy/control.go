package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
)

// tokenFlags say what the token of the control API is.
type tokenFlags struct {
	token, file string
	flags       *pflag.FlagSet
}

func (f *tokenFlags) register(cmd *cobra.Command) {
	f.flags = cmd.Flags()
	f.flags.StringVar(&f.token, "control-token", "", "`TOKEN` that the control API wants of every request (default none)")
	f.flags.StringVar(&f.file, "control-token-file", "", "`FILE` with the token of the control API, so that no list of processes shows it")
}

// read is the token, "" for none, and the file that it is from, if it is from
// one. What was typed wins over a variable.
func (f *tokenFlags) read() (token, file string, err error) {
	typedToken, typedFile := f.flags.Changed("control-token"), f.flags.Changed("control-token-file")
	token, file = f.token, f.file
	switch {
	case typedToken && token == "":
		return "", "", errors.New("--control-token: it is empty")
	case token == "" || file == "":
	case typedToken == typedFile:
		return "", "", errors.New("--control-token and --control-token-file: want only one of them")
	case typedToken:
		file = ""
	}
	if file == "" {
		return token, "", nil
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return "", "", fmt.Errorf("--control-token-file: %w", err)
	}
	if token = strings.TrimSpace(string(raw)); token == "" {
		return "", "", fmt.Errorf("--control-token-file: %s is empty", file)
	}
	return token, file, nil
}

// access is who may use the control API.
type access struct {
	token string // "" for no token
	file  string // that the token is from, if it is from one
	open  bool   // to everybody; a token closes it
}

// options make a server that lets those in.
func (a access) options() []mockauthy.Option {
	switch {
	case a.token != "":
		return []mockauthy.Option{mockauthy.WithControlToken(a.token)}
	case a.open:
		return nil
	default:
		return []mockauthy.Option{mockauthy.WithControlOnLoopback()}
	}
}

// warn tells what an open control API gives away.
func (a access) warn(w io.Writer, at net.Addr) {
	if a.token == "" && a.open {
		fmt.Fprintf(w, warning, at)
	}
}

const warning = `WARNING: the control API on %s is open to everybody who can reach it (--control-open).
WARNING: They can read the tokens, secrets and codes of all users and what the mock was asked,
WARNING: add, change and delete users, set the clock, and let the mock fail.
WARNING: To close it, set MOCKAUTHY_CONTROL_TOKEN to 16 characters or more: it will want them.
`
