package authy

import (
	"fmt"
	"time"
)

// UserChange is what can be changed of a user; nil leaves it.
type UserChange struct {
	Email     *string
	Secret    *string
	Confirmed *bool
	// Registered and Suspended as in [NewUser].
	Registered *bool
	Suspended  *bool
}

// Change changes a user. With another secret none of his tokens is used yet. An
// error says what was expected; then nothing has changed.
func (u *User) Change(c UserChange) error {
	if c.Email != nil && !ValidEmail(*c.Email) {
		return fmt.Errorf("email %q: want an address such as alice@example.com", *c.Email)
	}
	var secret Secret
	if c.Secret != nil {
		var err error
		if secret, err = ParseSecret(*c.Secret); err != nil {
			return fmt.Errorf("secret: %w", err)
		}
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if c.Email != nil {
		u.emails[0] = *c.Email
	}
	if c.Secret != nil {
		u.secret, u.lastStep, u.lastUse = secret, -1, time.Time{}
	}
	for _, flag := range []struct{ from, to *bool }{
		{c.Confirmed, &u.confirmed},
		{c.Registered, &u.registered},
		{c.Suspended, &u.suspended},
	} {
		if flag.from != nil {
			*flag.to = *flag.from
		}
	}
	u.app.unkept.user(u.id)
	return nil
}
