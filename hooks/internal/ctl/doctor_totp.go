package ctl

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
	"github.com/sftpgo-authy/sftpgo-authy/hooks/internal/doors"
)

// tokens looks at what the hooks have who check tokens by themselves.
func (d *doctor) tokens() {
	totp := d.settings.TOTP
	secrets := totp.Secrets()
	d.ok("tokens", "checked by the hooks themselves, with %d secrets in %s", len(secrets), d.settings.TOTPFile)
	d.ownClock()
	names := make(map[hooks.AuthyID]string)
	for _, name := range slices.Sorted(maps.Keys(d.settings.Users)) {
		e := d.settings.Users[name]
		if e.AuthyID == "" {
			continue
		}
		names[e.AuthyID] = name
		secret, ok := secrets[e.AuthyID]
		switch {
		case !ok:
			d.add(doors.Problem, "users", fmt.Sprintf("ID %s of %s has no secret", e.AuthyID, name), "this user cannot log in", "hookctl enrol "+name)
		case e.TokenDigits != 0 && e.TokenDigits != secret.Digits:
			d.add(doors.Problem, "users", fmt.Sprintf("tokens of %s have %d digits in %s, and %d in %s", name, e.TokenDigits, d.settings.UsersFile, secret.Digits, d.settings.TOTPFile),
				"this user cannot log in", "remove the option digits from the line of "+name)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(secrets)) {
		who := "ID " + string(id)
		if name, ok := names[id]; ok {
			who = name + " (ID " + string(id) + ")"
		}
		d.state(totp, id, who)
	}
}

// state looks at what is remembered of one user.
func (d *doctor) state(totp *hooks.TOTP, id hooks.AuthyID, who string) {
	status, err := totp.Status(id)
	switch {
	case err != nil:
		d.add(doors.Problem, "state", who+": "+err.Error(), "every token of this user is refused", "look at the clock; if it is right, remove the file: a lock ends with it, and the last token may work again while it is shown")
	case !status.LockedUntil.IsZero():
		d.add(doors.Warning, "state", fmt.Sprintf("%s is locked until %s, after %d wrong tokens", who, status.LockedUntil.UTC().Format(time.RFC3339), status.Wrong),
			"no token of this user is looked at, not even a right one", "find out who tried; it ends by itself, and at once if the file "+string(id)+".state in AUTHY_STATE_DIR is removed, after which the last token may work again while it is shown")
	}
}

// ownClock looks at the clock that decides which tokens are right.
func (d *doctor) ownClock() {
	const remedy = "synchronize the clock of this machine (NTP)"
	switch synchronized, known := clockSynchronized(); {
	case !known:
		d.add(doors.Warning, "clock", "this system does not tell whether its clock is synchronized", "a clock that is a minute wrong refuses every token", "compare it by hand, "+remedy)
	case !synchronized:
		d.add(doors.Warning, "clock", "the system says that its clock is not synchronized", "a clock that is a minute wrong refuses every token", remedy)
	default:
		d.ok("clock", "the system says that it is synchronized")
	}
}
