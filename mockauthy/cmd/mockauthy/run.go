package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// The exit codes of the command.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
)

// usageError is an error of whoever called the command.
type usageError struct{ error }

// run is the whole command: args as the process got them, its own name first.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	root := rootCommand(args[0], getenv)
	root.SetArgs(args[1:])
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	fmt.Fprintf(stderr, "mockauthy: %s\n", strings.TrimPrefix(err.Error(), "mockauthy: "))
	if errors.As(err, new(usageError)) {
		return exitUsage
	}
	return exitFailure
}

func rootCommand(self string, getenv func(string) string) *cobra.Command {
	root := &cobra.Command{
		Use:   "mockauthy",
		Short: "A mock of Twilio's Authy API",
		Long: `mockauthy answers as Twilio's Authy API does, for whoever develops or tests a
program that asks Authy for one-time tokens.

Every flag can also be set by an environment variable: --api-key by
MOCKAUTHY_API_KEY, and so on. A flag wins over its variable.

Exit codes: 0 done, 1 failed, 2 wrong flags, arguments, seed, CA,
data or token file.`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			return fromEnvironment(cmd.Flags(), getenv)
		},
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(serveCommand(self), tokenCommand(), caCommand(), healthCommand())
	for _, cmd := range append(root.Commands(), root) {
		positional := cmd.Args
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := positional(cmd, args); err != nil {
				return usageError{err}
			}
			return nil
		}
	}
	return root
}

// variable is the environment twin of a flag.
func variable(flag string) string {
	return "MOCKAUTHY_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// fromEnvironment sets the flags that were not given from their twins. What it
// sets does not count as changed: that is what was typed.
func fromEnvironment(flags *pflag.FlagSet, getenv func(string) string) error {
	var wrong error
	flags.VisitAll(func(f *pflag.Flag) {
		value := getenv(variable(f.Name))
		if value == "" || f.Changed || f.Name == "help" {
			return
		}
		if err := flags.Set(f.Name, value); err != nil {
			wrong = errors.Join(wrong, usageError{fmt.Errorf("%s: %w", variable(f.Name), err)})
		}
		f.Changed = false
	})
	return wrong
}

// executable is how this command was called, for commands to paste: the path as
// typed, or the bare name where it was found on the PATH.
func executable(self string) string {
	if self == "" {
		return "mockauthy"
	}
	if strings.ContainsRune(self, os.PathSeparator) && strings.Contains(self, "go-build") {
		return "mockauthy" // started by "go run", whose file is gone soon
	}
	return self
}
