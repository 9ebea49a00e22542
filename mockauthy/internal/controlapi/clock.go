package controlapi

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/clock"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/world"
)

func showClock(_ *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	return tellClock(w.Clock.State()), nil
}

func setClock(r *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	var set control.SetClock
	if err := read(r, &set); err != nil {
		return nil, err
	}
	if set.Time.IsZero() && set.Frozen == nil {
		return nil, errors.New("nothing is said of the clock: want a time, frozen, or both")
	}
	state, err := w.Clock.Change(clock.Change{Time: set.Time, Frozen: set.Frozen})
	return tellClock(state), err
}

func advanceClock(r *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	var advance control.AdvanceClock
	if err := read(r, &advance); err != nil {
		return nil, err
	}
	by, err := duration("by", advance.By)
	if err != nil {
		return nil, err
	}
	state, err := w.Clock.Change(clock.Change{By: by})
	return tellClock(state), err
}

func resetClock(_ *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	w.Clock.Reset()
	return nil, nil
}

func showUserClock(r *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	user, err := find(r, w)
	if err != nil {
		return nil, err
	}
	skew := user.Skew()
	return control.UserClock{AuthyID: user.ID(), Time: w.Clock.Now().Add(skew), Skew: skew.String()}, nil
}

func setUserClock(r *http.Request, worlds *world.Worlds, w *world.World) (any, error) {
	user, err := find(r, w)
	if err != nil {
		return nil, err
	}
	var set control.SetUserClock
	if err := read(r, &set); err != nil {
		return nil, err
	}
	skew, err := duration("skew", set.Skew)
	if err != nil {
		return nil, err
	}
	if err := user.SetSkew(skew); err != nil {
		return nil, err
	}
	return showUserClock(r, worlds, w)
}

func tellClock(s clock.State) control.Clock {
	return control.Clock{Time: s.Time, Frozen: s.Frozen, Own: s.Own}
}

// duration reads a duration of a body.
func duration(name, text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("%s %q: want a duration such as 3s or 250ms", name, text)
	}
	return d, nil
}
