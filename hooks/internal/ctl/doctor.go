package ctl

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
	"github.com/sftpgo-authy/sftpgo-authy/hooks/internal/doors"
)

// doctor is a look at everything.
type doctor struct {
	hook        string
	config      string
	environment files
	users, json bool
	user        string

	inv      *invocation
	site     doors.Site
	settings hooks.Config
	daemon   *hooks.DaemonConfig // nil for the programs
	found    []doors.Finding
}

// files is a flag that may be repeated.
type files []string

func (f *files) String() string         { return strings.Join(*f, " ") }
func (f *files) Set(value string) error { *f = append(*f, value); return nil }

func doctorCommand() command {
	return command{
		name: "doctor", arguments: "[-sftpgo-config FILE] [-sftpgo-env FILE]... [-hook NAME] [-user NAME] [-users] [-json]",
		summary: "Check a whole configuration: the hook's settings, Authy, the clock, the mapping, and SFTPGo's settings for doors that stay open.",
		details: "SFTPGo's settings are taken from its configuration file, then from files with\n" +
			"lines SFTPGO_...=value, then from the environment of hookctl; the later wins, as\n" +
			"in SFTPGo. Without AUTHY_* and -config the settings that SFTPGo hands to the hook\n" +
			"(command.env) are checked. Nothing is changed, and no token is used up.\n" +
			"The exit code is 1 if there is a problem, and 0 with warnings.\n",
		flags: func(set *flag.FlagSet) func(context.Context, *invocation) error {
			d := &doctor{}
			set.StringVar(&d.hook, "hook", "", "`NAME` of the hook: keyint, extauth, checkpwd or hookd, if the settings do not tell")
			set.StringVar(&d.user, "user", "", "`NAME`, or UID:GID, of who runs the hooks, whose rights are looked at; sftpgo if there is one and SFTPGo starts the hooks")
			set.StringVar(&d.config, "sftpgo-config", "", "`FILE` with SFTPGo's configuration, such as /etc/sftpgo/sftpgo.json")
			set.Var(&d.environment, "sftpgo-env", "`FILE` with lines SFTPGO_...=value; may be repeated")
			set.BoolVar(&d.users, "users", false, "ask Authy about every user of the users file, and SFTPGo for what its users are excepted from")
			set.BoolVar(&d.json, "json", false, "write the findings as JSON")
			return d.run
		},
	}
}

func programs() map[string]hooks.Program {
	return map[string]hooks.Program{"keyint": hooks.Keyint(), "extauth": hooks.Extauth(), "checkpwd": hooks.Checkpwd()}
}

func (d *doctor) run(ctx context.Context, inv *invocation) error {
	d.inv = inv
	if _, ok := programs()[d.hook]; d.hook != "" && d.hook != hookd && !ok {
		return usageError{"-hook: expected keyint, extauth, checkpwd or hookd"}
	}
	if err := d.read(); err != nil {
		return usageError{err.Error()}
	}
	if d.configuration() {
		d.look(ctx)
	}
	d.server()
	return d.report()
}

// look looks at all that the settings lead to.
func (d *doctor) look(ctx context.Context) {
	if d.settings.TOTP != nil {
		d.tokens()
	} else {
		d.askAuthy(ctx)
	}
	d.mapping(ctx)
	d.rights()
	if d.daemon != nil {
		d.service()
	}
}

// read reads SFTPGo's settings.
func (d *doctor) read() error {
	if d.config != "" {
		data, err := os.ReadFile(d.config)
		if err == nil {
			err = d.site.Settings.AddJSON(d.config, data)
		}
		if err != nil {
			return err
		}
	}
	for _, file := range d.environment {
		data, err := os.ReadFile(file)
		if err == nil {
			err = d.site.Settings.AddEnvFile(file, data)
		}
		if err != nil {
			return err
		}
	}
	d.site.Settings.AddEnviron(d.inv.environ)
	return nil
}

func (d *doctor) add(level doors.Level, subject, what, why, remedy string) {
	d.found = append(d.found, doors.Finding{Level: level, Subject: subject, What: what, Why: why, Remedy: remedy})
}

func (d *doctor) ok(subject, format string, values ...any) {
	d.add(doors.OK, subject, fmt.Sprintf(format, values...), "", "")
}

// hookd is the name of the program that serves all hooks.
const hookd = "hookd"

// programsSet are those whose settings count: SFTPGo starts them, or asks hookd.
func (d *doctor) programsSet() []string {
	if d.hook != "" {
		return []string{d.hook}
	}
	var set []string
	for _, hook := range d.site.Settings.Hooks() {
		if _, ok := d.site.Settings.URL(hook); ok {
			hook = hookd
		}
		if !slices.Contains(set, hook) {
			set = append(set, hook)
		}
	}
	switch {
	case len(set) > 0:
		return set
	case hooks.Hookd().Named(d.environ(hookd)):
		return []string{hookd}
	default:
		return []string{"extauth"} // which asks for the least
	}
}

// configuration reads the settings of the hooks as they would, and reports
// whether they can be read.
func (d *doctor) configuration() bool {
	d.site.Deadline = make(map[string]time.Duration)
	for _, program := range d.programsSet() {
		environ := d.environ(program)
		if program == hookd && len(environ) == 0 {
			d.add(doors.Warning, "settings", "those of hookd were not looked at", "they decide over the logins", "hookctl doctor -config FILE, the AUTHY_CONFIG_FILE of hookd")
			return false
		}
		config, err := d.settingsOf(program, environ)
		if err != nil {
			d.add(doors.Problem, "settings", "the settings of "+program+" are not right: "+err.Error(), either(program == hookd, "hookd does not start", "the hook denies every login"), "correct the setting that is named, then try "+program+" -check")
			return false
		}
		from := "from the environment"
		if i := slices.IndexFunc(environ, func(entry string) bool { return strings.HasPrefix(entry, configVariable+"=") }); i >= 0 {
			from = "from " + strings.TrimPrefix(environ[i], configVariable+"=")
			if program != hookd {
				d.site.ConfigFile = strings.TrimPrefix(environ[i], configVariable+"=")
			}
		}
		d.settings = config
		d.ok("settings", "those of %s are right (%s)", program, from)
	}
	return true
}

// settingsOf reads the settings of a program.
func (d *doctor) settingsOf(program string, environ []string) (hooks.Config, error) {
	if program != hookd {
		config, err := programs()[program].Config(environ)
		d.site.Deadline[program] = config.Deadline
		return config, err
	}
	config, err := hooks.Hookd().Config(environ)
	for _, hook := range d.site.Settings.Hooks() {
		if _, ok := d.site.Settings.URL(hook); ok {
			d.site.Deadline[hook] = config.Deadline
		}
	}
	d.daemon = &config
	return config.Config, err
}

// environ is the environment that decides over the settings of a hook: ours if
// it says anything, else the one that SFTPGo makes. A name that is there twice
// counts as it is there last.
func (d *doctor) environ(hook string) []string {
	var ours []string
	for _, entry := range d.inv.environ {
		if strings.HasPrefix(entry, "AUTHY_") || hook == hookd && strings.HasPrefix(entry, "HOOKD_") {
			name, _, _ := strings.Cut(entry, "=")
			ours = slices.DeleteFunc(ours, func(other string) bool { return strings.HasPrefix(other, name+"=") })
			ours = append(ours, entry)
		}
	}
	if len(ours) > 0 || hook == hookd {
		return ours
	}
	return d.site.Settings.Environment(hook)
}

// server looks at SFTPGo's settings.
func (d *doctor) server() {
	if d.site.Settings.IsEmpty() {
		d.add(doors.Warning, "SFTPGo", "SFTPGo's settings were not looked at", "a login that no hook is asked about needs no token", "hookctl doctor -sftpgo-config /etc/sftpgo/sftpgo.json, or -sftpgo-env FILE")
		return
	}
	d.site.Stat = os.Stat
	found := doors.Look(d.site)
	if !slices.ContainsFunc(found, func(f doors.Finding) bool { return f.Level == doors.Problem }) {
		d.ok("SFTPGo", "%s is set, and every password is checked with a token", strings.Join(d.site.Settings.Hooks(), ", "))
	}
	d.found = append(d.found, found...)
}

// report writes what was found.
func (d *doctor) report() error {
	problems := 0
	for _, f := range d.found {
		if f.Level == doors.Problem {
			problems++
		}
	}
	if d.json {
		encoder := json.NewEncoder(d.inv.out)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(d.found); err != nil {
			return err
		}
	} else {
		for _, f := range d.found {
			d.inv.line(string(f.Level), "%s: %s", f.Subject, f.What)
			if f.Why != "" {
				d.inv.line("", "why: %s", f.Why)
			}
			if f.Remedy != "" {
				d.inv.line("", "do:  %s", f.Remedy)
			}
		}
	}
	if problems > 0 {
		return errFailed
	}
	return nil
}
