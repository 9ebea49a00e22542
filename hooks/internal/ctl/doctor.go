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

	inv      *invocation
	site     doors.Site
	settings hooks.Config
	found    []doors.Finding
}

// files is a flag that may be repeated.
type files []string

func (f *files) String() string         { return strings.Join(*f, " ") }
func (f *files) Set(value string) error { *f = append(*f, value); return nil }

func doctorCommand() command {
	return command{
		name: "doctor", arguments: "[-sftpgo-config FILE] [-sftpgo-env FILE]... [-hook NAME] [-users] [-json]",
		summary: "Check a whole configuration: the hook's settings, Authy, the clock, the mapping, and SFTPGo's settings for doors that stay open.",
		details: "SFTPGo's settings are taken from its configuration file, then from files with\n" +
			"lines SFTPGO_...=value, then from the environment of hookctl; the later wins, as\n" +
			"in SFTPGo. Without AUTHY_* and -config the settings that SFTPGo hands to the hook\n" +
			"(command.env) are checked. Nothing is changed, and no token is used up.\n" +
			"The exit code is 1 if there is a problem, and 0 with warnings.\n",
		flags: func(set *flag.FlagSet) func(context.Context, *invocation) error {
			d := &doctor{}
			set.StringVar(&d.hook, "hook", "", "`NAME` of the hook: keyint, extauth or checkpwd, if SFTPGo's settings do not tell")
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
	if _, ok := programs()[d.hook]; d.hook != "" && !ok {
		return usageError{"-hook: expected keyint, extauth or checkpwd"}
	}
	if err := d.read(); err != nil {
		return usageError{err.Error()}
	}
	switch ok := d.configuration(); {
	case !ok:
	case d.settings.TOTP != nil:
		d.ok("tokens", "checked by the hooks themselves, see AUTHY_TOTP_FILE: Authy is not asked")
	default:
		d.askAuthy(ctx)
		d.mapping(ctx)
	}
	d.server()
	return d.report()
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

// configuration reads the settings of the hooks as they would, and reports
// whether they can be read.
func (d *doctor) configuration() bool {
	d.site.Deadline = make(map[string]time.Duration)
	set := d.site.Settings.Hooks()
	switch {
	case d.hook != "":
		set = []string{d.hook}
	case len(set) == 0:
		set = []string{"extauth"} // which asks for the least
	}
	for _, hook := range set {
		environ := d.environ(hook)
		config, err := programs()[hook].Config(environ)
		if err != nil {
			d.add(doors.Problem, "settings", "the settings of "+hook+" are not right: "+err.Error(), "the hook denies every login", "correct the setting that is named, then try "+hook+" -check")
			return false
		}
		d.site.Deadline[hook] = config.Deadline
		if i := slices.IndexFunc(environ, func(entry string) bool { return strings.HasPrefix(entry, configVariable+"=") }); i >= 0 {
			d.site.ConfigFile = strings.TrimPrefix(environ[i], configVariable+"=")
		}
		d.settings = config
		from := "from the environment"
		if d.site.ConfigFile != "" {
			from = "from " + d.site.ConfigFile
		}
		d.ok("settings", "those of %s are right (%s)", hook, from)
	}
	return true
}

// environ is the environment that decides over the settings of a hook: ours if
// it says anything, else the one that SFTPGo makes. A name that is there twice
// counts as it is there last.
func (d *doctor) environ(hook string) []string {
	var ours []string
	for _, entry := range d.inv.environ {
		if strings.HasPrefix(entry, "AUTHY_") {
			name, _, _ := strings.Cut(entry, "=")
			ours = slices.DeleteFunc(ours, func(other string) bool { return strings.HasPrefix(other, name+"=") })
			ours = append(ours, entry)
		}
	}
	if len(ours) > 0 {
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
