package controlapi

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/gorilla/mux"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/clock"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/world"
)

func reset(_ *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	return nil, w.Reset()
}

func resetUser(r *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	id, err := authyID(r)
	if err != nil {
		return nil, err
	}
	seeded, err := w.ResetUser(id)
	if !seeded {
		return nil, problem(http.StatusNotFound, "the seed of the application %q has no user %s", w.Application.Settings().Name, mux.Vars(r)["authy_id"])
	}
	return nil, err
}

func showSnapshot(_ *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	return TellSnapshot(w.Snapshot()), nil
}

func restoreSnapshot(r *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	var s control.Snapshot
	if err := read(r, &s); err != nil {
		return nil, err
	}
	snapshot, err := ReadSnapshot(s)
	if err != nil {
		return nil, err
	}
	return nil, w.Restore(snapshot)
}

// TellSnapshot is a snapshot on the wire.
func TellSnapshot(s world.Snapshot) control.Snapshot {
	told := control.Snapshot{
		Version:     control.SnapshotVersion,
		NextAuthyID: s.Users.NextID,
		Users:       []control.SnapshotUser{},
		Faults:      []control.Fault{},
	}
	if s.Clock.Own {
		told.Clock = &control.SnapshotClock{Time: s.Clock.Time, Frozen: s.Clock.Frozen}
	}
	for _, u := range s.Users.Users {
		told.Users = append(told.Users, control.SnapshotUser{
			AuthyID:     u.ID,
			Emails:      u.Emails,
			Cellphone:   u.Phone.Number,
			CountryCode: u.Phone.CountryCode,
			Secret:      string(u.Secret),
			Added:       u.Added,
			Confirmed:   u.Confirmed,
			Registered:  u.Registered,
			Suspended:   u.Suspended,
			QR:          tellQR(u),
			Skew:        tellDuration(u.Skew),
			UsedStep:    u.LastStep,
			UsedAt:      u.LastUse,
		})
	}
	for _, rule := range s.Faults {
		told.Faults = append(told.Faults, TellFault(rule))
	}
	return told
}

func tellQR(u authy.UserState) *control.SnapshotQR {
	if u.QRSecret == "" {
		return nil
	}
	return &control.SnapshotQR{Secret: string(u.QRSecret), UsedStep: u.LastQRStep}
}

// ReadSnapshot is the snapshot that the wire says. An error says what is wrong
// with it, and where.
func ReadSnapshot(s control.Snapshot) (world.Snapshot, error) {
	if s.Version != control.SnapshotVersion {
		return world.Snapshot{}, fmt.Errorf("version %d: want a snapshot of version %d", s.Version, control.SnapshotVersion)
	}
	read := world.Snapshot{Users: authy.State{NextID: s.NextAuthyID}}
	if s.Clock != nil {
		read.Clock = clock.State{Time: s.Clock.Time, Frozen: s.Clock.Frozen, Own: true}
	}
	for i, u := range s.Users {
		state, err := readSnapshotUser(u)
		if err != nil {
			return world.Snapshot{}, fmt.Errorf("user %d of %d: %w", i+1, len(s.Users), err)
		}
		read.Users.Users = append(read.Users.Users, state)
	}
	for i, f := range s.Faults {
		rule, err := ReadFault(f)
		if err != nil {
			return world.Snapshot{}, fmt.Errorf("fault %d of %d: %w", i+1, len(s.Faults), err)
		}
		read.Faults = append(read.Faults, rule)
	}
	return read, nil
}

func readSnapshotUser(u control.SnapshotUser) (authy.UserState, error) {
	if u.Secret == "" || len(u.Emails) == 0 {
		return authy.UserState{}, errors.New("want a secret, and at least one of emails")
	}
	var checked authy.NewUser
	for _, email := range u.Emails {
		var err error
		checked, err = authy.UserForm{ID: u.AuthyID, Email: email, Cellphone: u.Cellphone, CountryCode: u.CountryCode, Secret: u.Secret}.Check()
		if err != nil {
			return authy.UserState{}, err
		}
	}
	state := authy.UserState{
		ID:         u.AuthyID,
		Phone:      checked.Phone,
		Emails:     u.Emails,
		Secret:     checked.Secret,
		Added:      u.Added,
		Confirmed:  u.Confirmed,
		Registered: u.Registered,
		Suspended:  u.Suspended,
		LastStep:   u.UsedStep,
		LastUse:    u.UsedAt,
		LastQRStep: -1,
	}
	if u.QR != nil {
		secret, err := authy.ParseSecret(u.QR.Secret)
		if err != nil {
			return authy.UserState{}, fmt.Errorf("secret of qr: %w", err)
		}
		state.QRSecret, state.LastQRStep = secret, u.QR.UsedStep
	}
	if u.Skew != "" {
		var err error
		if state.Skew, err = duration("skew", u.Skew); err != nil {
			return authy.UserState{}, err
		}
	}
	return state, nil
}
