package hooks

import (
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
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

// CanRemember proves that the state directory can be written to, which a login
// would find out too late: it is denied then. The error wraps [ErrState].
func (t *TOTP) CanRemember() error {
	path := filepath.Join(t.rules.StateDir, "probe-"+rand.Text()) // several may try at once
	file, err := createOwned(path)
	if err == nil {
		err = errors.Join(file.Close(), os.Remove(path))
	}
	if err != nil {
		return fmt.Errorf("%w: AUTHY_STATE_DIR: %w", ErrState, err)
	}
	return nil
}

// Secrets returns the secrets that there are.
func (t *TOTP) Secrets() TOTPSecrets { return maps.Clone(t.current.Load().secrets) }

// Rules returns what the TOTP goes by.
func (t *TOTP) Rules() TOTPRules { return t.rules }
