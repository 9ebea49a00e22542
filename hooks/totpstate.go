package hooks

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// ErrState says that a [TOTP] cannot read or write what it has to remember of a
// user, or cannot believe it. Without it no token is proven right, for it may be
// used up.
var ErrState = errors.New("what is remembered of this user's tokens is of no use")

// totpState is what has to be remembered of one user from login to login. All
// times are Unix seconds, so that they keep their meaning if the user gets
// another period.
type totpState struct {
	used  int64 // start of the newest step of which a token was accepted; 0 is none
	wrong int64 // wrong tokens since then
	at    int64 // time of the last of them
}

// maxStateBytes is more than any state takes.
const maxStateBytes = 256

// encode writes the state, with a name for what it is, the user it belongs to,
// and a checksum: a state that a disk has damaged must not pass for an older one.
func (s totpState) encode(id AuthyID) string {
	text := fmt.Sprintf("totp-state-1 id=%s used=%d wrong=%d at=%d", id, s.used, s.wrong, s.at)
	return fmt.Sprintf("%s sum=%08x\n", text, crc32.ChecksumIEEE([]byte(text)))
}

// parseState reads what encode wrote for that user, to the byte.
func parseState(id AuthyID, text string) (totpState, error) {
	var s totpState
	var name string
	var sum uint32
	_, err := fmt.Sscanf(text, "totp-state-1 id=%s used=%d wrong=%d at=%d sum=%x\n", &name, &s.used, &s.wrong, &s.at, &sum)
	if err != nil || s.used < 0 || s.wrong < 0 || s.at < 0 || text != s.encode(id) {
		return totpState{}, errors.New("it is damaged or belongs to another user")
	}
	return s, nil
}

// believe refuses a state from the future: the clock was wrong when it was
// written, or is wrong now, and what the clock says decides which tokens are
// right.
func (s totpState) believe(now time.Time, tolerance time.Duration) error {
	if newest := now.Add(tolerance).Unix(); s.used > newest || s.at > newest {
		return errors.New("it was written in the future; if the clock is right now, remove the file")
	}
	return nil
}

// stateFile is where the state of one user is. Its name has nothing but the
// digits of the ID in it.
type stateFile struct {
	directory string
	id        AuthyID
}

func (f stateFile) path(suffix string) string { return filepath.Join(f.directory, string(f.id)+suffix) }

// wrong tells about trouble with the file.
func (f stateFile) wrong(err error) error {
	return fmt.Errorf("%w: %s: %w", ErrState, f.path(".state"), err)
}

// read returns the state; that of a user who never logged in is empty.
func (f stateFile) read() (totpState, error) {
	data, err := readFile(f.path(".state"), maxStateBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return totpState{}, nil
	}
	if err != nil {
		return totpState{}, fmt.Errorf("%w: %w", ErrState, err)
	}
	state, err := parseState(f.id, string(data))
	if err != nil {
		return totpState{}, f.wrong(err)
	}
	return state, nil
}

// write replaces the state. When it returns nil, the new one is on the disk;
// whenever it is interrupted, the old or the new one is there, and whole.
func (f stateFile) write(state totpState) error {
	next := f.path(".new")
	if err := writeSynced(next, state.encode(f.id)); err != nil {
		return fmt.Errorf("%w: %w", ErrState, err)
	}
	if err := os.Rename(next, f.path(".state")); err != nil {
		return fmt.Errorf("%w: %w", ErrState, err)
	}
	// The new name, too, must be on the disk.
	directory, err := os.Open(f.directory)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrState, err)
	}
	defer directory.Close()
	if err := directory.Sync(); err != nil {
		return fmt.Errorf("%w: %w", ErrState, err)
	}
	return nil
}

// writeSynced writes a file anew, all the way to the disk. Whatever is left of an
// interrupted attempt is removed first, so that nothing but a new file is written.
func writeSynced(path, text string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := createOwned(path)
	if err != nil {
		return err
	}
	if _, err = file.WriteString(text); err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}
