package page

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/clock"
)

// clockView is the page of the clock, and of the phones whose clock is wrong.
type clockView struct {
	clockState

	Field string // the time, as the form has it
	Steps []advance
	Wrong []card
	More  int // phones that are wrong and not shown
	Form  struct{ Time, By, AuthyID, Skew string }
}

// advance is by how much the clock is moved with one click.
type advance struct {
	Text, By string
}

// fieldTime is how browsers write a time in a form.
const fieldTime = "2006-01-02T15:04:05"

// maxWrong bounds how many phones are listed.
const maxWrong = 50

func showClock(p *Page, v *visit) (reply, error) {
	view := clockView{clockState: v.clock(), Steps: []advance{{"1 token", ""}, {"30 s", "30s"}, {"1 min", "1m"}, {"1 hour", "1h"}, {"1 day", "24h"}}}
	view.Steps[0].By = v.world.Application.Settings().Tokens.Step.String()
	view.Field = view.Time.Format(fieldTime)
	view.Form.Time, view.Form.By = v.PostForm.Get("time"), v.PostForm.Get("by")
	view.Form.AuthyID, view.Form.Skew = v.PostForm.Get("authy_id"), v.PostForm.Get("skew")
	for _, u := range v.world.Application.Users() {
		if u.Skew() == 0 {
			continue
		}
		if len(view.Wrong) == maxWrong {
			view.More++
			continue
		}
		view.Wrong = append(view.Wrong, v.card(u))
	}
	return p.show(v, "clock", "Clock", view)
}

func setClock(_ *Page, v *visit) (reply, error) {
	text := strings.TrimSpace(v.PostForm.Get("time"))
	at, err := time.Parse(fieldTime, text)
	if err != nil {
		if at, err = time.Parse("2006-01-02T15:04", text); err != nil { // browsers leave out seconds that are 0
			return nil, errors.New("time: want one such as 2027-03-21T06:00:00, in UTC")
		}
	}
	return v.changeClock(clock.Change{Time: at})
}

func runClock(_ *Page, v *visit) (reply, error) {
	frozen, err := strconv.ParseBool(v.PostForm.Get("frozen"))
	if err != nil {
		return nil, errors.New("frozen: want true or false")
	}
	return v.changeClock(clock.Change{Frozen: &frozen})
}

func advanceClock(_ *Page, v *visit) (reply, error) {
	by, err := duration("by", v.PostForm.Get("by"))
	if err != nil {
		return nil, err
	}
	return v.changeClock(clock.Change{By: by})
}

func (v *visit) changeClock(c clock.Change) (reply, error) {
	if _, err := v.world.Clock.Change(c); err != nil {
		return nil, err
	}
	return v.back("/clock"), nil
}

func followClock(_ *Page, v *visit) (reply, error) {
	v.world.Clock.Reset()
	return v.back("/clock"), nil
}

// setSkewOf sets the clock of the phone of the user whom the form names.
func setSkewOf(_ *Page, v *visit) (reply, error) {
	id, err := number("Authy ID", v.PostForm.Get("authy_id"))
	if err != nil {
		return nil, err
	}
	user := v.world.Application.User(id)
	if user == nil {
		return nil, errors.New("Authy ID: want that of a user of this application") //nolint:staticcheck // a name
	}
	skew, err := duration("skew", v.PostForm.Get("skew"))
	if err != nil {
		return nil, err
	}
	if err := user.SetSkew(skew); err != nil {
		return nil, err
	}
	return v.back("/clock"), nil
}
