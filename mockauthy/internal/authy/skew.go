package authy

import (
	"fmt"
	"time"
)

// maxSkew bounds how wrong the clock of a phone can be.
const maxSkew = 366 * 24 * time.Hour

// Skew is by how much the clock of the user's phone is ahead of the
// application's; behind, if it is negative.
func (u *User) Skew() time.Duration {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.skew
}

// SetSkew sets the clock of the user's phone wrong: his app then shows the
// tokens of another time, while Authy goes on by the right one. An error says
// that it is too wrong.
func (u *User) SetSkew(skew time.Duration) error {
	if err := checkSkew(skew); err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.skew = skew
	u.app.unkept.user(u.id)
	return nil
}

func checkSkew(skew time.Duration) error {
	if skew < -maxSkew || skew > maxSkew {
		return fmt.Errorf("the skew %s: want %s to %s", skew, -maxSkew, maxSkew)
	}
	return nil
}
