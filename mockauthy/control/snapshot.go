package control

import (
	"context"
	"net/http"
	"time"
)

// SnapshotVersion is the version of [Snapshot].
const SnapshotVersion = 1

// Snapshot is an application as it can be put aside and brought back: its clock,
// users and faults. What has happened is not in it: the journal, messages and
// their codes, OneTouch requests, verifications of phones, statistics. It has the
// secrets of the users.
type Snapshot struct {
	// Version is [SnapshotVersion]. The mock refuses any other.
	Version int `json:"version"`
	// Clock of the application; nil for one that follows the mock's.
	Clock *SnapshotClock `json:"clock,omitempty"`
	// NextAuthyID is the one of the next user who is given none.
	NextAuthyID int64          `json:"next_authy_id"`
	Users       []SnapshotUser `json:"users"`
	// Faults in force. Brought back they get new IDs, and chance begins anew
	// with their seed.
	Faults []Fault `json:"faults"`
}

// SnapshotClock is a clock in a [Snapshot].
type SnapshotClock struct {
	Time   time.Time `json:"time"`
	Frozen bool      `json:"frozen"`
}

// SnapshotUser is a user in a [Snapshot].
type SnapshotUser struct {
	AuthyID int64 `json:"authy_id"`
	// Emails of the user, the first one first. At least one is needed.
	Emails []string `json:"emails"`
	// Cellphone and CountryCode as in [NewUser].
	Cellphone   string `json:"cellphone"`
	CountryCode int    `json:"country_code"`
	// Secret in base32.
	Secret     string    `json:"secret"`
	Added      time.Time `json:"added,omitzero"`
	Confirmed  bool      `json:"confirmed"`
	Registered bool      `json:"registered,omitempty"`
	Suspended  bool      `json:"suspended,omitempty"`
	// Skew of the clock of the user's phone, as in [UserClock]; "" is none.
	Skew string `json:"skew,omitempty"`
	// UsedStep is the newest step (RFC 6238) whose token was accepted; -1 is
	// none. UsedAt is when that was.
	UsedStep int64     `json:"used_step"`
	UsedAt   time.Time `json:"used_at,omitzero"`
	// QR is the other authenticator of the user; nil is none.
	QR *SnapshotQR `json:"qr,omitempty"`
}

// SnapshotQR is an authenticator that a user has set up by a QR code.
type SnapshotQR struct {
	// Secret in base32.
	Secret string `json:"secret"`
	// UsedStep as in [SnapshotUser].
	UsedStep int64 `json:"used_step"`
}

// Snapshot puts the application aside.
func (c *Client) Snapshot(ctx context.Context) (Snapshot, error) {
	var s Snapshot
	err := c.do(ctx, http.MethodGet, "snapshot", nil, nil, &s)
	return s, err
}

// Restore brings the application back to a snapshot. After an error nothing has
// changed.
func (c *Client) Restore(ctx context.Context, s Snapshot) error {
	return c.do(ctx, http.MethodPut, "snapshot", nil, s, nil)
}

// Reset brings the application back to what it was when the mock started: users,
// faults, clock, and an empty journal.
func (c *Client) Reset(ctx context.Context) error {
	return c.do(ctx, http.MethodPost, "reset", nil, nil, nil)
}

// ResetUser brings one user, with the faults of that user, back to what they
// were when the mock started. An error says that the user was not there then.
func (c *Client) ResetUser(ctx context.Context, authyID int64) error {
	return c.do(ctx, http.MethodPost, user(authyID)+"/reset", nil, nil, nil)
}
