package ctl

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
	"github.com/sftpgo-authy/sftpgo-authy/hooks/internal/doors"
)

// mapping looks at the places where enrolments are kept.
func (d *doctor) mapping(ctx context.Context) {
	if d.settings.Users != nil {
		excepted := 0
		for _, e := range d.settings.Users {
			if e.NoToken || len(e.NoTokenFrom) > 0 {
				excepted++
			}
		}
		d.ok("users", "%d in %s, %d of them with an exception from the token", len(d.settings.Users), d.settings.UsersFile, excepted)
	}
	if d.settings.SFTPGo != nil {
		_, err := within(ctx, d.settings, func(ctx context.Context) (struct{}, error) {
			return struct{}{}, hooks.NewSFTPGo(*d.settings.SFTPGo).Ping(ctx)
		})
		if err != nil {
			d.add(doors.Problem, "REST API", err.Error(), "who is not in the users file is denied", "an API key of the scope admin, or an administrator, with the permission view_users; and AUTHY_SFTPGO_URL")
		} else {
			d.ok("REST API", "SFTPGo answers, and lets users be viewed")
		}
	}
	if d.users {
		if d.settings.Users != nil && d.settings.TOTP == nil {
			d.askAboutUsers(ctx)
		}
		d.askForUsers(ctx)
	}
}

// askAboutUsers asks Authy about everybody in the users file. It stops when
// Authy has no more patience.
func (d *doctor) askAboutUsers(ctx context.Context) {
	known := 0
	for _, name := range slices.Sorted(maps.Keys(d.settings.Users)) {
		e := d.settings.Users[name]
		if e.AuthyID == "" {
			continue
		}
		status, err := within(ctx, d.settings, func(ctx context.Context) (hooks.AuthyUserStatus, error) {
			return authy(d.settings).UserStatus(ctx, e.AuthyID)
		})
		switch {
		case errors.Is(err, hooks.ErrIDUnknown):
			d.add(doors.Problem, "users", fmt.Sprintf("Authy does not know %s, the Authy ID of %s", e.AuthyID, name), "this user cannot log in", "correct or remove the line, then hookctl enrol")
		case err != nil:
			d.add(doors.Warning, "users", fmt.Sprintf("%s and those after were not asked about: %v", name, err), "their Authy IDs may be wrong", "try again later")
			return
		case status.Disabled:
			d.add(doors.Warning, "users", name+" is disabled at Authy", "this user cannot log in", "enable the user at Authy, or remove the line")
		default:
			known++
		}
	}
	d.ok("users", "%d of the users file are known to Authy and active", known)
}

// listWithin bounds how long all users of SFTPGo may take.
const listWithin = 2 * time.Minute

// filters is what a user of SFTPGo can be excepted by.
type filters struct {
	Hooks struct {
		External bool `json:"external_auth_disabled"`
		Check    bool `json:"check_password_disabled"`
	} `json:"hooks"`
	CacheTime int `json:"external_auth_cache_time"`
}

// askForUsers looks for users whom SFTPGo does not ask the hook about. What a
// group says is not in the answer.
func (d *doctor) askForUsers(ctx context.Context) {
	if d.settings.SFTPGo == nil {
		d.add(doors.Warning, "users", "SFTPGo's users were not looked at", "a user can be excepted from a hook in SFTPGo", "set AUTHY_SFTPGO_URL")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, listWithin)
	defer cancel()
	set, seen, before := d.site.Settings.Hooks(), 0, len(d.found)
	for user, err := range hooks.NewSFTPGo(*d.settings.SFTPGo).Users(ctx) {
		if err != nil {
			d.add(doors.Warning, "users", err.Error(), "SFTPGo's users were not all looked at", "try again")
			return
		}
		seen++
		var f filters
		if data := user.Member("filters"); data != nil && json.Unmarshal(data, &f) != nil {
			d.add(doors.Warning, "users", "the filters of "+user.Username+" cannot be read", "the user may be excepted from the hook", "look at the user in SFTPGo")
			continue
		}
		d.excepted(user.Username, f, set)
	}
	if len(d.found) == before {
		d.ok("users", "none of the %d users of SFTPGo is excepted from the hook (groups are not looked at)", seen)
	}
}

// excepted tells which hook a user passes without.
func (d *doctor) excepted(name string, f filters, set []string) {
	const why = "the password alone lets in"
	with := func(hook string) bool { return len(set) == 0 || slices.Contains(set, hook) }
	// It switches keyboard-interactive hooks off too (doKeyboardInteractiveAuth).
	if f.Hooks.External && (with("extauth") || with("keyint")) {
		d.add(doors.Problem, "users", name+" is excepted from external authentication and keyboard-interactive hooks", why, "take filters.hooks.external_auth_disabled from the user")
	}
	if f.Hooks.Check && with("checkpwd") {
		d.add(doors.Problem, "users", name+" is excepted from check password", why, "take filters.hooks.check_password_disabled from the user")
	}
	if f.CacheTime > 0 && with("extauth") {
		d.add(doors.Problem, "users", fmt.Sprintf("%s may log in for %d seconds without external authentication", name, f.CacheTime), "the last token works again during that time", "take filters.external_auth_cache_time from the user")
	}
}
