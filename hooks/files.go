package hooks

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"
)

// Size limits of the files that a hook reads at each login, in bytes.
const (
	maxKeyFileBytes    = 4 << 10
	maxConfigFileBytes = 64 << 10
	maxCAFileBytes     = 4 << 20
	maxUsersFileBytes  = 16 << 20
)

// Permission bits of "other", everyone on the machine.
const (
	otherWrite fs.FileMode = 0o002
	otherAll   fs.FileMode = 0o007
)

// readFile returns the content of a regular file of at most limit bytes.
// Every file that is read here can decide over a login, so none may be writable
// by everyone.
func readFile(path string, limit int64) ([]byte, error) {
	// Before the file is opened, since opening a named pipe waits for a writer.
	if err := requireRegular(path); err != nil {
		return nil, err
	}
	if err := requireMode(path, otherWrite, "is writable by everyone on this machine", "chmod o-w"); err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%s: the file is longer than %d bytes", path, limit)
	}
	return data, nil
}

func requireRegular(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s: not a regular file", path)
	}
	return nil
}

// requirePrivate refuses a file that holds a secret, what, and is open to
// everyone.
func requirePrivate(path, what string) error {
	return requireMode(path, otherAll, "holds the "+what+" and is accessible to everyone on this machine", "chmod o-rwx")
}

// readSecret returns the only line of a private file, if check has nothing
// against it.
func readSecret(path, what string, check func(string) error) (Secret, error) {
	data, err := readFile(path, maxKeyFileBytes)
	if err == nil {
		err = requirePrivate(path, what)
	}
	if err != nil {
		return Secret{}, err
	}
	text := strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
	if err := check(text); err != nil {
		return Secret{}, fmt.Errorf("%s: %w", path, err)
	}
	return NewSecret(text), nil
}

// requireMode refuses a file with one of the forbidden permission bits. Windows
// has no such bits, only an imitation that is always set.
func requireMode(path string, forbidden fs.FileMode, problem, remedy string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&forbidden != 0 {
		return fmt.Errorf("%s: the file %s; run: %s %s", path, problem, remedy, path)
	}
	return nil
}

// openLogFile opens the log file for appending and creates it, readable by its
// owner only, if need be.
func openLogFile(path string) (*os.File, error) {
	if err := requireRegular(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
}
