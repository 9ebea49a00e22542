package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/clock"
)

// application is an application in the file, but for its users.
type application struct {
	NextAuthyID int64         `json:"next_authy_id"`
	TokenStep   time.Duration `json:"token_step_ns"`
	Clock       *ownClock     `json:"clock,omitempty"` // unless it follows the mock's
}

// ownClock is a clock in the file.
type ownClock struct {
	Time   time.Time `json:"time"`
	Frozen bool      `json:"frozen,omitempty"`
	Since  time.Time `json:"since"`
}

// user is a user in the file. The Authy ID is the key.
type user struct {
	Emails      []string      `json:"emails"`
	CountryCode int           `json:"country_code"`
	Cellphone   string        `json:"cellphone"`
	Secret      authy.Secret  `json:"secret"`
	Added       time.Time     `json:"added,omitzero"`
	Confirmed   bool          `json:"confirmed,omitempty"`
	Registered  bool          `json:"registered,omitempty"`
	Suspended   bool          `json:"suspended,omitempty"`
	Skew        time.Duration `json:"skew_ns,omitempty"`
	UsedStep    int64         `json:"used_step"`
	UsedAt      time.Time     `json:"used_at,omitzero"`
	QR          *qrCode       `json:"qr,omitempty"`
	Codes       []sentCode    `json:"codes,omitempty"`
	Attempts    []time.Time   `json:"attempts,omitempty"`
}

// qrCode is another authenticator of a user in the file.
type qrCode struct {
	Secret   authy.Secret `json:"secret"`
	UsedStep int64        `json:"used_step"`
	ID       string       `json:"id,omitempty"`
	URI      string       `json:"uri,omitempty"`
}

// sentCode is a code that was sent to a user in the file.
type sentCode struct {
	Code   string    `json:"code"`
	Action string    `json:"action,omitempty"`
	Until  time.Time `json:"until"`
}

func encodeApplication(r Record) ([]byte, error) {
	a := application{NextAuthyID: r.Users.NextID, TokenStep: r.Step}
	if r.Clock.Own {
		a.Clock = &ownClock{Time: r.Clock.Time.UTC(), Frozen: r.Clock.Frozen, Since: r.Clock.Since.UTC()}
	}
	return json.Marshal(a)
}

func decodeApplication(text []byte) (Record, error) {
	var a application
	if err := decode(text, &a); err != nil {
		return Record{}, err
	}
	r := Record{Step: a.TokenStep, Users: authy.Changes{NextID: a.NextAuthyID}}
	if c := a.Clock; c != nil {
		r.Clock = clock.Kept{State: clock.State{Time: c.Time, Frozen: c.Frozen, Own: true}, Since: c.Since}
	}
	return r, nil
}

func encodeUser(u authy.UserState) ([]byte, error) {
	kept := user{
		Emails:      u.Emails,
		CountryCode: u.Phone.CountryCode,
		Cellphone:   u.Phone.Number,
		Secret:      u.Secret,
		Added:       u.Added.UTC(),
		Confirmed:   u.Confirmed,
		Registered:  u.Registered,
		Suspended:   u.Suspended,
		Skew:        u.Skew,
		UsedStep:    u.LastStep,
		UsedAt:      u.LastUse.UTC(),
	}
	if u.QRSecret != "" {
		kept.QR = &qrCode{Secret: u.QRSecret, UsedStep: u.LastQRStep, ID: u.QR.ID, URI: u.QR.URI}
	}
	for _, c := range u.Codes {
		kept.Codes = append(kept.Codes, sentCode{Code: c.Digits, Action: c.Action, Until: c.Until.UTC()})
	}
	for _, at := range u.Attempts {
		kept.Attempts = append(kept.Attempts, at.UTC())
	}
	return json.Marshal(kept)
}

// decodeUser reads the user. What it says is not checked: see
// [authy.Application.Restore].
func decodeUser(id int64, text []byte) (authy.UserState, error) {
	var kept user
	if err := decode(text, &kept); err != nil {
		return authy.UserState{}, err
	}
	u := authy.UserState{
		ID:         id,
		Phone:      authy.Phone{CountryCode: kept.CountryCode, Number: kept.Cellphone},
		Emails:     kept.Emails,
		Secret:     kept.Secret,
		Confirmed:  kept.Confirmed,
		Registered: kept.Registered,
		Suspended:  kept.Suspended,
		Skew:       kept.Skew,
		LastStep:   kept.UsedStep,
		LastUse:    kept.UsedAt,
		LastQRStep: -1,
		Attempts:   kept.Attempts,
		Added:      kept.Added,
	}
	if qr := kept.QR; qr != nil {
		u.QRSecret, u.LastQRStep, u.QR = qr.Secret, qr.UsedStep, authy.QRCode{ID: qr.ID, URI: qr.URI}
	}
	for _, c := range kept.Codes {
		u.Codes = append(u.Codes, authy.SentCode{Digits: c.Code, Action: c.Action, Until: c.Until})
	}
	return u, nil
}

// decode reads one JSON value. What it does not know is an error: the version of
// the file says that there is nothing more. The error of the decoder is left
// out where it could tell a value, which may be a secret.
func decode(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return fmt.Errorf("it is damaged: %s is a JSON %s", wrong.Field, wrong.Value)
		}
		return errors.New("it is damaged: want a JSON object as mockauthy writes one")
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("it is damaged: something follows the JSON object")
	}
	return nil
}
