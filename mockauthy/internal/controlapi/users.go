package controlapi

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/gorilla/mux"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/world"
)

// maxStep bounds how far from now a token may be asked for: ten years of steps
// of one second.
const maxStep = 315_360_000

func listUsers(_ *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	users := []control.User{}
	for _, u := range w.Application.Users() {
		users = append(users, describe(u))
	}
	return users, nil
}

func addUser(r *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	var n control.NewUser
	if err := read(r, &n); err != nil {
		return nil, err
	}
	user, err := authy.UserForm{
		ID:          n.AuthyID,
		Email:       n.Email,
		Cellphone:   n.Cellphone,
		CountryCode: n.CountryCode,
		Secret:      n.Secret,
		Confirmed:   n.Confirmed,
		Registered:  n.Registered,
		Suspended:   n.Suspended,
	}.Check()
	if err != nil {
		return nil, err
	}
	added, err := w.Application.AddUser(user)
	if err != nil {
		return nil, err
	}
	return describe(added), nil
}

func showUser(r *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	user, err := find(r, w)
	if err != nil {
		return nil, err
	}
	return describe(user), nil
}

func showToken(r *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	user, err := find(r, w)
	if err != nil {
		return nil, err
	}
	step, err := number(r, "step")
	if err != nil {
		return nil, err
	}
	if step < -maxStep || step > maxStep {
		return nil, fmt.Errorf("step=%d: want -%d to %d", step, maxStep, maxStep)
	}
	at, err := instant(r, "at", w.Clock.Now())
	if err != nil {
		return nil, err
	}
	var token authy.Token
	switch of := r.URL.Query().Get("of"); of {
	case "", "app":
		token = user.TokenAt(at, step)
	case "qr":
		var ok bool
		if token, ok = user.QRTokenAt(at, step); !ok {
			return nil, problem(http.StatusNotFound, "the user %d has no other authenticator: users/secret makes its QR code", user.ID())
		}
	default:
		return nil, fmt.Errorf("of=%q: want app or qr", of)
	}
	if token.From.Year() < 0 || token.Until.Year() > 9999 {
		return nil, fmt.Errorf("step=%d: want a time in the years 0 to 9999, which RFC 3339 can write", step)
	}
	return control.Token{AuthyID: user.ID(), Token: token.Digits, Step: step, From: token.From, Until: token.Until}, nil
}

// instant reads a query parameter that is a time; without it, it is other.
func instant(r *http.Request, name string, other time.Time) (time.Time, error) {
	query := r.URL.Query()
	if !query.Has(name) {
		return other, nil
	}
	text := query.Get(name)
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s=%q: want a time such as 2026-11-22T12:00:00Z", name, text)
	}
	return at, nil
}

func changeUser(r *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	user, err := find(r, w)
	if err != nil {
		return nil, err
	}
	var change control.ChangeUser
	if err := read(r, &change); err != nil {
		return nil, err
	}
	if err := user.Change(authy.UserChange(change)); err != nil {
		return nil, err
	}
	return describe(user), nil
}

func deleteUser(r *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	user, err := find(r, w)
	if err != nil {
		return nil, err
	}
	w.DeleteUser(user)
	return nil, nil
}

// authyID is the one in the path.
func authyID(r *http.Request) (int64, error) {
	text := mux.Vars(r)["authy_id"]
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("the Authy ID %q: want a whole number", text)
	}
	return id, nil
}

// find is the user whose Authy ID is in the path.
func find(r *http.Request, w *world.World) (*authy.User, error) {
	id, err := authyID(r)
	if err != nil {
		return nil, err
	}
	user := w.Application.User(id)
	if user == nil {
		return nil, problem(http.StatusNotFound, "the application %q has no user %d", w.Application.Settings().Name, id)
	}
	return user, nil
}

func describe(u *authy.User) control.User {
	return control.User{
		AuthyID:     u.ID(),
		Email:       u.Email(),
		Cellphone:   u.Phone().Number,
		CountryCode: u.Phone().CountryCode,
		Confirmed:   u.Confirmed(),
		Registered:  u.Registered(),
		Suspended:   u.Suspended(),
	}
}
