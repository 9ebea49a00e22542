// Package ctl is the command hookctl. It reads the settings of the hooks and
// leaves the decisions to them.
package ctl

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"unicode"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// Exit codes of hookctl.
const (
	// ExitOK says that all is well, or done.
	ExitOK = 0
	// ExitFailed says that something is not: the user cannot log in, the token is
	// not right, doctor found a problem.
	ExitFailed = 1
	// ExitUsage is for wrong arguments, and for settings that cannot be read.
	ExitUsage = 2
)

// configVariable is the environment's twin of the flag -config.
const configVariable = "AUTHY_CONFIG_FILE"

// invocation is one run of hookctl.
type invocation struct {
	environ []string
	stdin   io.Reader
	out     io.Writer
	err     io.Writer
	// name is the user that a command is about.
	name string
}

// command is a subcommand.
type command struct {
	name string
	// arguments as -help shows them.
	arguments, summary string
	// details tell what a line cannot.
	details string
	// named says that a user is to be named.
	named bool
	// flags defines the flags and returns what runs after they are parsed.
	flags func(*flag.FlagSet) func(context.Context, *invocation) error
}

func commands() []command {
	return []command{enrolCommand(), showCommand(), verifyCommand(), doctorCommand()}
}

// errUsage marks wrong arguments; errFailed a result that is bad but has been
// told already.
var (
	errUsage  = errors.New("wrong arguments")
	errFailed = errors.New("failed")
)

// usageError is a wrong argument, with its explanation.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }
func (usageError) Unwrap() error   { return errUsage }

// Run runs hookctl like a process and returns its exit code.
func Run(ctx context.Context, args, environ []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var out bytes.Buffer
	inv := &invocation{environ: environ, stdin: stdin, out: &out, err: stderr}
	err := inv.run(ctx, args)
	if _, failed := stdout.Write(out.Bytes()); failed != nil && err == nil {
		err = errors.New("the output could not be written")
	}
	switch {
	case err == nil:
		return ExitOK
	case errors.Is(err, errFailed):
		return ExitFailed
	}
	fmt.Fprintf(stderr, "hookctl: %s\n", printable(err.Error()))
	if errors.Is(err, errUsage) {
		return ExitUsage
	}
	return ExitFailed
}

func (inv *invocation) run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return usageError{"say what to do: enrol, show, verify or doctor (see hookctl -help)"}
	}
	if slices.Contains([]string{"-help", "--help", "-h", "help"}, args[0]) {
		fmt.Fprint(inv.out, overview())
		return nil
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return c.run(ctx, inv, args[1:])
		}
	}
	return usageError{"there is no such command; there are enrol, show, verify and doctor"}
}

func (c command) run(ctx context.Context, inv *invocation, args []string) error {
	set := flag.NewFlagSet(c.name, flag.ContinueOnError)
	set.SetOutput(io.Discard) // an error of flag quotes the argument, a token perhaps
	config := set.String("config", "", "`FILE` with the settings of the hooks; "+configVariable+" otherwise")
	do := c.flags(set)
	names, err := parse(set, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(inv.out, c.help(set))
		return nil
	case err != nil:
		return usageError{fmt.Sprintf("%s takes: hookctl %s %s", c.name, c.name, c.arguments)}
	case c.named && (len(names) != 1 || names[0] == ""):
		return usageError{fmt.Sprintf("name one user: hookctl %s %s", c.name, c.arguments)}
	case !c.named && len(names) > 0:
		return usageError{fmt.Sprintf("%s takes no user: hookctl %s %s", c.name, c.name, c.arguments)}
	}
	if c.named {
		inv.name = names[0]
	}
	if *config != "" {
		inv.environ = append(slices.Clone(inv.environ), configVariable+"="+*config)
	}
	return do(ctx, inv)
}

// parse takes flags before and after the user's name.
func parse(set *flag.FlagSet, args []string) (names []string, err error) {
	for {
		if err := set.Parse(args); err != nil {
			return nil, err
		}
		if set.NArg() == 0 {
			return names, nil
		}
		names, args = append(names, set.Arg(0)), set.Args()[1:]
	}
}

func overview() string {
	var text strings.Builder
	text.WriteString("hookctl - enrols users and checks the login hooks for SFTPGo\n\n")
	for _, c := range commands() {
		fmt.Fprintf(&text, "  hookctl %s %s\n      %s\n", c.name, c.arguments, c.summary)
	}
	text.WriteString(`
The settings are those of the hooks: AUTHY_* in the environment, or in the file
named by AUTHY_CONFIG_FILE or -config FILE. hookctl COMMAND -help tells more.

Exit codes:
  0  done, all is well
  1  failed, or something is not well
  2  wrong arguments or settings
`)
	return text.String()
}

func (c command) help(set *flag.FlagSet) string {
	var text strings.Builder
	fmt.Fprintf(&text, "hookctl %s %s\n\n%s\n%s\n", c.name, c.arguments, c.summary, c.details)
	set.SetOutput(&text)
	set.PrintDefaults()
	return text.String()
}

// config reads the settings, be they those of the programs or of hookd. Nothing
// is demanded but who checks tokens: where the mapping is has to be looked at by
// whoever needs it.
func (inv *invocation) config() (hooks.Config, error) {
	config, err := hooks.Hookd().Common(inv.environ)
	if err != nil {
		text := "configuration: " + err.Error()
		if errors.Is(err, fs.ErrNotExist) {
			text += ". The file belongs to who runs the hooks, so make it yourself, empty: install -o USER -m 0600 /dev/null FILE, or a directory: install -d -o USER -m 0700 DIRECTORY"
		}
		return hooks.Config{}, usageError{text}
	}
	return config, nil
}

// verifier is who checks the tokens.
func verifier(config hooks.Config) hooks.Verifier {
	if config.TOTP != nil {
		return config.TOTP
	}
	return authy(config)
}

// line writes a fact under its name.
func (inv *invocation) line(name, format string, values ...any) {
	fmt.Fprintf(inv.out, "%-11s %s\n", name, printable(fmt.Sprintf(format, values...)))
}

// printable keeps text from outside from steering a terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}
