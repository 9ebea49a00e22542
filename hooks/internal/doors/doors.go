// Package doors looks at SFTPGo's settings for ways in that ask for no token.
//
// The facts about SFTPGo are those of SFTPGo 2.7.5, named by its functions and
// settings; hooks/README.md has them in words.
package doors

import (
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Level says how much a [Finding] matters.
type Level string

// The levels.
const (
	// OK needs nothing.
	OK Level = "ok"
	// Warning is worth a look; it may be meant like that.
	Warning Level = "warning"
	// Problem is a login without a token, or one that cannot work.
	Problem Level = "problem"
)

// Finding is one result, for an administrator to read.
type Finding struct {
	Level   Level  `json:"level"`
	Subject string `json:"subject"`
	What    string `json:"what"`
	// Why it matters; empty if all is well.
	Why string `json:"why,omitempty"`
	// Remedy is what closes the door: the exact setting.
	Remedy string `json:"remedy,omitempty"`
}

// Site is an SFTPGo server and what the hooks on it are set to.
type Site struct {
	Settings Settings
	// Deadline is AUTHY_DEADLINE of a hook, by the name of its program.
	Deadline map[string]time.Duration
	// ConfigFile is the AUTHY_CONFIG_FILE that was checked; "" is none.
	ConfigFile string
	// Stat looks at a file of the machine.
	Stat func(string) (fs.FileInfo, error)
}

// The hooks, by the name of our program for each.
const (
	keyint   = "keyint"
	extauth  = "extauth"
	checkpwd = "checkpwd"
)

// settingOf is the setting of SFTPGo that names a hook, and what SFTPGo calls it
// in command.commands.
func settingOf(hook string) (setting, kind string) {
	switch hook {
	case keyint:
		return "SFTPD__KEYBOARD_INTERACTIVE_AUTH_HOOK", "keyboard_interactive"
	case extauth:
		return "DATA_PROVIDER__EXTERNAL_AUTH_HOOK", "external_auth"
	default:
		return "DATA_PROVIDER__CHECK_PASSWORD_HOOK", "check_password"
	}
}

// Hooks returns which of the three hooks are set, by the names of our programs.
func (s *Settings) Hooks() []string {
	var set []string
	for _, hook := range []string{keyint, extauth, checkpwd} {
		if s.target(hook) != "" {
			set = append(set, hook)
		}
	}
	return set
}

// target is the path or URL of a hook, "" if it is not set.
func (s *Settings) target(hook string) string {
	setting, _ := settingOf(hook)
	return s.text(setting)
}

func (s *Settings) uses(hook string) bool { return s.target(hook) != "" }

// Environment is what SFTPGo puts into the environment of a hook program besides
// the login (command.GetConfig).
func (s *Settings) Environment(hook string) []string {
	environment := s.lists["COMMAND__ENV"]
	if command, ok := s.command(hook); ok {
		environment = append(slices.Clone(environment), s.lists[command+"__ENV"]...)
	}
	return environment
}

// command is where the entry for a hook in command.commands is.
func (s *Settings) command(hook string) (string, bool) {
	_, kind := settingOf(hook)
	for _, i := range s.indices("COMMAND__COMMANDS") {
		entry := "COMMAND__COMMANDS__" + strconv.Itoa(i)
		if only := s.text(entry + "__HOOK"); s.text(entry+"__PATH") == s.target(hook) && (only == "" || only == kind) {
			return entry, s.uses(hook)
		}
	}
	return "", false
}

// URL is where SFTPGo asks a hook over HTTP, if it does.
func (s *Settings) URL(hook string) (string, bool) {
	target := s.target(hook)
	return target, isURL(target)
}

// isURL reports what SFTPGo takes for a URL.
func isURL(target string) bool { return strings.HasPrefix(target, "http") }

// Look returns a finding for every door that is open. Without any the settings
// are as safe as the hooks can make them.
func Look(site Site) []Finding {
	hooks := site.Settings.Hooks()
	if len(hooks) == 0 {
		return []Finding{{
			Level: Problem, Subject: "hook", What: "none of the three hooks is set",
			Why:    "nobody is asked for a token",
			Remedy: "SFTPGO_SFTPD__KEYBOARD_INTERACTIVE_AUTH_HOOK=/usr/local/bin/keyint, or one of the others (hooks/README.md)",
		}}
	}
	var found []Finding
	for _, door := range table() {
		found = append(found, door.look(site)...)
	}
	return found
}

// door is one thing that can be wrong.
type door struct {
	name string
	look func(Site) []Finding
}

// table has all doors, in the order in which they are told.
func table() []door {
	return []door{
		{"several hooks", severalHooks},
		{"keyboard-interactive off", keyboardOff},
		{"SSH password", sshPassword},
		{"public keys", publicKeys},
		{"other protocols beside keyint", otherProtocols},
		{"scope of check password", checkPasswordScope},
		{"scope of external authentication", externalAuthScope},
		{"strength of passwords", passwordStrength},
		{"WebDAV's user cache", webdavCache},
		{"time limit", timeLimit},
		{"program", program},
		{"address", address},
		{"environment", environment},
		{"arguments", arguments},
	}
}
