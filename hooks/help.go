package hooks

import (
	"fmt"
	"io"
	"strings"
)

// runByHand serves an administrator at a terminal: no SFTPGo has set a user name,
// so there is no login that the output could be taken for.
func (p Program) runByHand(args, environ []string, stdout, stderr io.Writer) int {
	if len(args) == 1 {
		switch args[0] {
		case "-help", "--help", "-h":
			return report(stdout, p.help())
		case "-check", "--check":
			return p.check(environ, stdout, stderr)
		}
	}
	fmt.Fprintf(stderr, "%s: this program is started by SFTPGo, which sets %s; by hand it takes -help or -check\n",
		p.name, usernameVariable)
	if err := writeLine(stdout, p.denial); err != nil {
		return ExitDenied
	}
	return ExitConfig
}

// check reads the configuration as a login would, and tells about it.
func (p Program) check(environ []string, stdout, stderr io.Writer) int {
	config, err := p.Config(environ)
	if err != nil {
		fmt.Fprintf(stderr, "%s: configuration: %s\n", p.name, err)
		return ExitConfig
	}
	if config.TOTP != nil {
		if err := config.TOTP.CanRemember(); err != nil {
			fmt.Fprintf(stderr, "%s: %s\n", p.name, err)
			return ExitConfig
		}
	}
	var text strings.Builder
	fmt.Fprintln(&text, "configuration ok")
	fmt.Fprintln(&text, "hook:        ", p.name)
	fmt.Fprint(&text, config.tokensFrom())
	fmt.Fprintln(&text, "deadline:    ", config.Deadline)
	fmt.Fprintln(&text, "users:       ", len(config.Users))
	if config.SFTPGo != nil {
		fmt.Fprintln(&text, "SFTPGo API:  ", config.SFTPGo.URL)
	}
	return report(stdout, text.String())
}

// TokensBy tells in a few words who checks the tokens.
func (c Config) TokensBy() string {
	if c.TOTP != nil {
		return fmt.Sprintf("TOTP, %d secrets in %s", len(c.TOTP.Secrets()), c.TOTPFile)
	}
	return fmt.Sprintf("%s, %d digits", c.APIURL, c.TokenDigits)
}

// tokensFrom tells who checks the tokens, and how long they are.
func (c Config) tokensFrom() string {
	switch {
	case c.TOTP != nil:
		return fmt.Sprintf("tokens:       TOTP\nsecrets:      %d\nstate:        %s\n", len(c.TOTP.Secrets()), c.TOTP.rules.StateDir)
	case c.APIURL != nil:
		return fmt.Sprintf("tokens:       Authy\nAPI URL:      %s\ntoken digits: %d\n", c.APIURL, c.TokenDigits)
	default:
		return fmt.Sprintf("tokens:       own verifier\ntoken digits: %d\n", c.TokenDigits)
	}
}

// report writes a text that is all that was asked for.
func report(out io.Writer, text string) int {
	if _, err := io.WriteString(out, text); err != nil {
		return ExitDenied
	}
	return ExitAccepted
}

// help returns the text of -help.
func (p Program) help() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s - %s\n\n", p.name, p.purpose)
	fmt.Fprintf(&text, "SFTPGo starts this program once per login. Settings come from the environment\n"+
		"(command.env of SFTPGo) or from the file named by %s.\n\n", configFileVariable)
	describe(&text, p.Variables())
	fmt.Fprint(&text, `
Arguments, by hand only:
  -help    print this text
  -check   read the configuration and say whether it is right; sends nothing

Exit codes:
  0  login accepted (or -help, -check)
  1  login denied
  2  wrong configuration or arguments; a login is denied
`)
	return text.String()
}

func describe(text *strings.Builder, table []Variable) {
	for _, variable := range table {
		fmt.Fprintf(text, "  %s%s\n      %s\n", variable.Name, variable.presence(), variable.Meaning)
	}
}

// presence says what happens if the variable is not set.
func (v Variable) presence() string {
	if v.Default == "" {
		return ""
	}
	return " (default " + v.Default + ")"
}
