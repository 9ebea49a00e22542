package hooks

import (
	"maps"
	"time"
)

// TOTPStatus is what a [TOTP] remembers of a user.
type TOTPStatus struct {
	// Used is the start of the newest step of which a token was right; zero says
	// that none was so far.
	Used time.Time
	// Wrong is how many tokens were wrong since then.
	Wrong int
	// LockedUntil is when the user's tokens are looked at again; zero is now.
	LockedUntil time.Time
}

// Status returns what is remembered of the user with that ID. The error wraps
// [ErrState] if it is nothing that a login could rely on.
func (t *TOTP) Status(id AuthyID) (TOTPStatus, error) {
	secret, err := t.secret(id)
	if err != nil {
		return TOTPStatus{}, err
	}
	now := t.rules.Now()
	state, err := t.read(stateFile{t.rules.StateDir, id}, secret, now)
	if err != nil {
		return TOTPStatus{}, err
	}
	status := TOTPStatus{Wrong: int(state.wrong)}
	if state.used > 0 {
		status.Used = time.Unix(state.used, 0)
	}
	if end, locked := t.locked(state, now); locked {
		status.LockedUntil = end
	}
	return status, nil
}

// Secrets returns the secrets that there are.
func (t *TOTP) Secrets() TOTPSecrets { return maps.Clone(t.current.Load().secrets) }

// Rules returns what the TOTP goes by.
func (t *TOTP) Rules() TOTPRules { return t.rules }
