// Package stubhook is a login hook of SFTPGo that gives the answer that it was
// told to give, right or wrong: as a program that SFTPGo starts, and over HTTP. It
// shows what SFTPGo makes of an answer.
package stubhook

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
)

// Answer is what the hook is told to do when a user logs in.
type Answer struct {
	// Outputs are what it prints, or the bodies of its answers over HTTP, to the
	// byte: one for each step of a dialogue.
	Outputs []string
	// End of the program.
	End End
	// Status of its answers over HTTP; 0 is that there is none. A redirection goes
	// to the answer with status 200.
	Status int
}

// End is how a program ends: an exit code in digits, or one of these.
type End string

// Ends that are no exit code.
const (
	// Killed is the end by a signal.
	Killed End = "killed"
	// Never is that it goes on until SFTPGo ends it.
	Never End = "never"
)

// Folder is where the hook finds what to do, if [FolderVariable] does not name
// another one.
const Folder = "/var/lib/stubhook"

// FolderVariable is in the environment of a hook that is told elsewhere.
const FolderVariable = "STUBHOOK_FOLDER"

// File in the folder tells the hook what to do when the user logs in.
func File(folder, username string, a Answer) (build.File, error) {
	content, err := json.Marshal(a)
	if err != nil {
		return build.File{}, fmt.Errorf("stub hook: %w", err)
	}
	return build.File{Path: filepath.Join(folder, username), Content: content, Mode: 0o444}, nil
}

// Tell tells a hook on this machine what to do when the user logs in.
func Tell(folder, username string, a Answer) error {
	file, err := File(folder, username, a)
	if err != nil {
		return err
	}
	return os.WriteFile(file.Path, file.Content, 0o600)
}

// read finds what to do in the folder when the user logs in.
func read(folder, username string) (a Answer, err error) {
	content, err := os.ReadFile(filepath.Join(folder, filepath.Base(username)))
	if err == nil {
		err = json.Unmarshal(content, &a)
	}
	if err != nil {
		return Answer{}, fmt.Errorf("stub hook: nobody has told what to do for %q: %w", username, err)
	}
	return a, nil
}
