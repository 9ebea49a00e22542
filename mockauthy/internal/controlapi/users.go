package controlapi

import (
	"fmt"
	"net/http"
	"strconv"

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
	var token authy.Token
	switch of := r.URL.Query().Get("of"); of {
	case "", "app":
		token = user.Token(step)
	case "qr":
		var ok bool
		if token, ok = user.QRToken(step); !ok {
			return nil, problem(http.StatusNotFound, "the user %d has no other authenticator: users/secret makes its QR code", user.ID())
		}
	default:
		return nil, fmt.Errorf("of=%q: want app or qr", of)
	}
	return control.Token{AuthyID: user.ID(), Token: token.Digits, Step: step, From: token.From, Until: token.Until}, nil
}

// find is the user whose Authy ID is in the path.
func find(r *http.Request, w *world.World) (*authy.User, error) {
	text := mux.Vars(r)["authy_id"]
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("the Authy ID %q: want a whole number", text)
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
