package page

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
)

// usersPerPage are so few that a page of them is small, however many there are.
const usersPerPage = 24

// usersView is the page of all users.
type usersView struct {
	Query        string
	Cards        []card
	Found, All   int
	From, To     int
	Before, Next string // the pages beside this one, or ""
	New          newUser
	Start        *startView // on a mock that nobody has asked anything yet
}

// newUser is the form for one, as it was filled in.
type newUser struct {
	Email, Cellphone, CountryCode, AuthyID, Secret string
	Confirmed, Registered                          bool
}

// card is a user with his token.
type card struct {
	ID                              int64
	Email, Phone                    string
	Token                           tokenView
	Locked                          bool
	Confirmed, Registered, Disabled bool
	Skew                            time.Duration
	To                              string
}

// tokenView is a token while it is the current one.
type tokenView struct {
	Digits, Next string
	Left, Step   int64 // in milliseconds, of its time
	Offset       string
	Seconds      int64
	Used         bool
	Ending       bool
	Frozen       bool
}

// ending is how long before its end the next token is shown beside the current
// one: somebody who types one needs about that long.
const ending = 3 * time.Second

func showUsers(p *Page, v *visit) (reply, error) {
	query := strings.TrimSpace(v.Form.Get("q"))
	at, _ := strconv.Atoi(v.URL.Query().Get("page"))
	users := v.world.Application.Users()
	found := find(users, query)
	last := max(0, (len(found)-1)/usersPerPage)
	at = min(max(at, 0), last)
	view := usersView{Query: query, Found: len(found), All: len(users), New: readNewUser(v.PostForm)}
	part := found[at*usersPerPage : min(len(found), (at+1)*usersPerPage)]
	view.From, view.To = at*usersPerPage+1, at*usersPerPage+len(part)
	for _, u := range part {
		view.Cards = append(view.Cards, v.card(u))
	}
	beside := func(n int) string {
		return v.base() + "/users?" + url.Values{"q": {query}, "page": {strconv.Itoa(n)}}.Encode()
	}
	if at > 0 {
		view.Before = beside(at - 1)
	}
	if at < last {
		view.Next = beside(at + 1)
	}
	if v.untouched() {
		start := p.start(v)
		view.Start = &start
	}
	return p.show(v, "users", "Users", view)
}

// toUsers leads who looks below the prefix to the page.
func toUsers(*Page, *visit) (reply, error) {
	return to303("/"), nil
}

// find are the users whose Authy ID, e-mail or phone has the text.
func find(users []*authy.User, text string) []*authy.User {
	if text == "" {
		return users
	}
	text = strings.ToLower(text)
	digits, _ := authy.CellphoneDigits(text)
	isPhone := digits != "" && strings.Trim(text, "+-() 0123456789") == ""
	return slices.DeleteFunc(users, func(u *authy.User) bool {
		phone := u.Phone()
		return !strings.Contains(strings.ToLower(u.Email()), text) &&
			!strings.Contains(strconv.FormatInt(u.ID(), 10), text) &&
			(!isPhone || !strings.Contains(strconv.Itoa(phone.CountryCode)+phone.Number, digits))
	})
}

// card shows a user.
func (v *visit) card(u *authy.User) card {
	return card{
		ID: u.ID(), Email: u.Email(), Phone: u.Phone().String(),
		Token: v.token(u.TokenAt), Locked: u.Locked(),
		Confirmed: u.Confirmed(), Registered: u.Registered(), Disabled: u.Suspended(), Skew: u.Skew(),
		To: fmt.Sprintf("%s/users/%d", v.base(), u.ID()),
	}
}

// token shows the current token, and the next one.
func (v *visit) token(at func(time.Time, int64) authy.Token) tokenView {
	clock := v.world.Clock.State()
	current, next := at(clock.Time, 0), at(clock.Time, 1)
	left, step := current.Until.Sub(clock.Time), current.Until.Sub(current.From)
	return tokenView{
		Digits: current.Digits, Next: next.Digits,
		Left: left.Milliseconds(), Step: step.Milliseconds(),
		Offset:  strconv.FormatFloat(100-100*left.Seconds()/step.Seconds(), 'f', 1, 64),
		Seconds: int64((left + time.Second - 1) / time.Second),
		Used:    current.Used, Ending: left <= min(ending, step/2) && !clock.Frozen, Frozen: clock.Frozen,
	}
}

func addUser(_ *Page, v *visit) (reply, error) {
	form := readNewUser(v.PostForm)
	id, err := number("Authy ID", form.AuthyID)
	if err != nil {
		return nil, err
	}
	country, err := number("country code", strings.TrimPrefix(form.CountryCode, "+"))
	if err != nil {
		return nil, err
	}
	checked, err := authy.UserForm{
		ID: id, Email: form.Email, Cellphone: form.Cellphone, CountryCode: int(country), Secret: form.Secret,
		Confirmed: form.Confirmed, Registered: form.Registered,
	}.Check()
	if err != nil {
		return nil, err
	}
	user, err := v.world.Application.AddUser(checked)
	if err != nil {
		return nil, err
	}
	return to303(fmt.Sprintf("%s/users/%d", v.base(), user.ID())), nil
}

func readNewUser(form url.Values) newUser {
	get := func(name string) string { return strings.TrimSpace(form.Get(name)) }
	return newUser{
		Email: get("email"), Cellphone: get("cellphone"), CountryCode: cmp.Or(get("country_code"), "1"), AuthyID: get("authy_id"), Secret: get("secret"),
		Confirmed: form.Has("confirmed"), Registered: form.Has("registered"),
	}
}
