package hooks

import (
	"context"
	"errors"
)

// ErrNoAuthyID says that a [Directory] does not know an account.
var ErrNoAuthyID = errors.New("no Authy ID is known for this user")

// Account is what a [Directory] can look at.
type Account struct {
	// Username is the SFTPGo user name, exactly as SFTPGo passes it.
	Username string
	// AdditionalInfo is the free text field of the SFTPGo user. Only external
	// authentication receives it; elsewhere it is empty.
	AdditionalInfo string
}

// Directory knows who has which Authy ID. [Users] and [AdditionalInfo] are two;
// an own directory is plugged in by implementing it.
//
// Find returns [ErrNoAuthyID] for an account that the directory does not know.
// Any other error says that the directory could not find out or found something
// contradictory. Both deny the login. Find must return when ctx ends.
type Directory interface {
	Find(ctx context.Context, account Account) (Enrolment, error)
}

// Directories asks one [Directory] after the other; the first that knows the
// account, or fails, decides.
type Directories []Directory

// Find implements [Directory].
func (d Directories) Find(ctx context.Context, account Account) (Enrolment, error) {
	for _, directory := range d {
		enrolment, err := directory.Find(ctx, account)
		if !errors.Is(err, ErrNoAuthyID) {
			return enrolment, err
		}
	}
	return Enrolment{}, ErrNoAuthyID
}
