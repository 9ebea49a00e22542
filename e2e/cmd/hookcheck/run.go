package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/testcontainers/testcontainers-go/log"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/check"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/contract"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/live"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/mock"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/report"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/rulebook"
	"github.com/sftpgo-authy/sftpgo-authy/features"
)

// run is the whole command, without its name. The exit code is that of the
// verdict; [report.ExitUnknown] is that of wrong flags too.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	code := report.ExitHolds // of --help
	root := command(getenv, func(f *flags) (err error) {
		code, err = f.run(ctx, stdout, stderr)
		return err
	})
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintf(stderr, "hookcheck: %v\n", err)
		return report.ExitUnknown
	}
	return code
}

func command(getenv func(string) string, do func(*flags) error) *cobra.Command {
	var f flags
	root := &cobra.Command{
		Use:   "hookcheck",
		Short: "Hold a login hook for SFTPGo against the rules that it has to keep",
		Long: `hookcheck calls your login hook as SFTPGo does, with a mock of Authy behind it, and
tells which rules it keeps and which it breaks, and why.

  hookcheck --kind check-password --program ./my-hook \
    --env AUTHY_URL={authy} --env AUTHY_KEY=my-api-key --api-key my-api-key \
    --user alice=1234567 --user bob=1234568

Every flag can also be set by an environment variable: --api-key by
HOOKCHECK_API_KEY, and so on, one value a line where it may be repeated. A flag
wins over its variable.

Exit codes: 0 the hook keeps every MUST, 1 it breaks one, 2 that could not be found
out, or the flags are wrong.`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		PreRunE: func(cmd *cobra.Command, _ []string) error {
			return fromEnvironment(cmd.Flags(), getenv)
		},
		RunE: func(*cobra.Command, []string) error { return do(&f) },
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.Flags().SortFlags = false
	root.AddCommand(mockCommand(getenv))
	f.register(root.Flags())
	return root
}

// mockCommand is for the container with the mock of Authy beside --sftpgo, which
// this program is put into.
func mockCommand(getenv func(string) string) *cobra.Command {
	return &cobra.Command{
		Use: "mock", Hidden: true, Args: cobra.NoArgs,
		Short: "Serve the mock of Authy in the container of --sftpgo",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return mock.Serve(cmd.Context(), getenv(mock.SettingsVariable), cmd.OutOrStdout())
		},
	}
}

// variable is the environment twin of a flag.
func variable(flag string) string {
	return "HOOKCHECK_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// fromEnvironment sets the flags that were not given from their twins.
func fromEnvironment(set *pflag.FlagSet, getenv func(string) string) error {
	var wrong error
	set.VisitAll(func(f *pflag.Flag) {
		value := getenv(variable(f.Name))
		if strings.TrimSpace(value) == "" || f.Changed || f.Name == "help" {
			return
		}
		values := []string{value}
		if f.Value.Type() == "stringArray" {
			values = strings.Split(strings.TrimSpace(value), "\n")
		}
		for _, one := range values {
			if err := set.Set(f.Name, strings.TrimSpace(one)); err != nil {
				wrong = errors.Join(wrong, fmt.Errorf("%s: %w", variable(f.Name), err))
			}
		}
	})
	return wrong
}

// run lists the rules, or holds the hook against them.
func (f *flags) run(ctx context.Context, stdout, stderr io.Writer) (int, error) {
	book, err := rulebook.Load(features.FS)
	if err != nil {
		return report.ExitUnknown, err
	}
	rules, err := f.choose(book)
	if err != nil {
		return report.ExitUnknown, err
	}
	if f.list {
		return report.ExitHolds, list(stdout, rules)
	}
	hook, err := f.hook()
	if err != nil {
		return report.ExitUnknown, err
	}
	r, err := f.hold(ctx, hook, rules, stdout, stderr)
	if err != nil {
		return report.ExitUnknown, err
	}
	if err := f.write(r, stdout); err != nil {
		return report.ExitUnknown, err
	}
	return r.Verdict().Exit, nil
}

// list tells of each rule in a line.
func list(w io.Writer, rules []rulebook.Rule) error {
	for _, rule := range rules {
		level := "SHOULD"
		if rule.Must {
			level = "MUST"
		}
		if _, err := fmt.Fprintf(w, "%-26s %-6s  %s  %s\n", rule.ID, level, rule.Title, strings.Join(rule.Tags, " ")); err != nil {
			return err
		}
	}
	return nil
}

// reach starts what takes logins to the hook, and says what it is.
func (f *flags) reach(ctx context.Context, hook driver.Hook, stderr io.Writer) (on closer, name string, err error) {
	if f.sftpgo == "" {
		on, err = contract.Start(ctx, hook, contract.Options{Listen: f.listen, Timeout: f.timeout})
		return on, "contract", err
	}
	log.SetDefault(log.NewNoopLogger()) // of testcontainers-go
	note := func(note string) { fmt.Fprintf(stderr, "hookcheck: %s\n", note) }
	on, err = live.Start(ctx, hook, live.Options{Image: f.sftpgo, Listen: f.listen, Files: f.files, Timeout: f.timeout, Keep: f.keep, Note: note})
	return on, f.sftpgo, err
}

// closer is a driver that is to be closed.
type closer interface {
	driver.Driver
	Close() error
}

// hold runs the rules.
func (f *flags) hold(ctx context.Context, hook driver.Hook, rules []rulebook.Rule, stdout, stderr io.Writer) (report.Report, error) {
	began := time.Now()
	on, name, err := f.reach(ctx, hook, stderr)
	if err != nil {
		return report.Report{}, err
	}
	progress := report.NewProgress(stdout, rules, f.strict, colored(stdout))
	outcomes, err := check.Run(ctx, check.Plan{
		Features: features.FS, Rules: rules, Driver: on, Within: f.within,
		Secrets: []report.Secret{{Name: "API key", Value: hook.APIKey}},
		Done:    func(o report.Outcome) { _ = progress.Done(o) }, // the report says it again
	})
	return report.Report{
		Hook: describe(hook), Driver: name, Suite: version(), Strict: f.strict,
		Began: began, Took: time.Since(began), Outcomes: outcomes,
	}, errors.Join(err, on.Close())
}

func describe(hook driver.Hook) string {
	where := hook.Program
	if hook.URL != "" {
		where = hook.URL
	}
	return fmt.Sprintf("%s hook %s", hook.Kind, where)
}

// version is that of this program.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "unknown"
}

func colored(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && report.Colored(file)
}

// write tells what came of it, at the terminal and in the files that are wanted.
func (f *flags) write(r report.Report, stdout io.Writer) error {
	err := report.WriteText(stdout, r, colored(stdout))
	for _, file := range []struct {
		flag, name string
		write      func(io.Writer, report.Report) error
	}{
		{"junit", f.junit, report.WriteJUnit},
		{"html", f.html, report.WriteHTML},
		{"json", f.json, report.WriteJSON},
	} {
		if file.name == "" {
			continue
		}
		if failure := writeFile(file.name, r, file.write); failure != nil {
			err = errors.Join(err, fmt.Errorf("--%s: %w", file.flag, failure))
		}
	}
	return err
}

func writeFile(name string, r report.Report, write func(io.Writer, report.Report) error) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(write(file, r), file.Close())
}
