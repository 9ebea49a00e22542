package page

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/journal"
)

const (
	// rowsPerPage are as many as are looked through by eye.
	rowsPerPage = 40
	// maxOutcomes bounds how many are to choose from.
	maxOutcomes = 40
)

// The outcomes that are chosen by what they are, not by their words.
const (
	accepted   = "is:accepted"
	refused    = "is:refused"
	unanswered = "is:unanswered"
	befallen   = "is:fault"
)

// requestsView is the page of requests, the newest first.
type requestsView struct {
	User, Outcome string // that are chosen
	Outcomes      []string
	Rows          []row
	Found, All    int
	Older, Newest string // pages, or ""
}

// row is a request in a list.
type row struct {
	Number        int64
	Time          time.Time
	Method, About string
	Users         []int64
	Kind          string // accepted, refused, unanswered or pending
	Status        int
	Outcome, Why  string
	Fault         string
	To            string
}

func showRequests(p *Page, v *visit) (reply, error) {
	query := v.URL.Query()
	view := requestsView{User: strings.TrimSpace(query.Get("user")), Outcome: query.Get("outcome")}
	before, err := number("before", query.Get("before"))
	if err != nil {
		return nil, err
	}
	var f journal.Filter
	if f.AuthyID, err = number("user", view.User); err != nil && v.problem == nil {
		v.problem = errors.New("user: want an Authy ID, a whole number")
	}
	all := v.world.Journal.Entries(journal.Filter{}.Match)
	slices.Reverse(all)
	view.All, view.Outcomes = len(all), outcomes(all)
	for _, e := range all {
		if !f.Match(e) || !ended(view.Outcome, e) {
			continue
		}
		view.Found++
		switch {
		case before > 0 && e.Number >= before:
			view.Newest = v.requests(view, 0)
		case len(view.Rows) < rowsPerPage:
			view.Rows = append(view.Rows, v.row(e))
		case view.Older == "":
			view.Older = v.requests(view, view.Rows[len(view.Rows)-1].Number)
		}
	}
	return p.show(v, "requests", "Requests", view)
}

// requests is the page of requests before a number, with the same choice.
func (v *visit) requests(view requestsView, before int64) string {
	query := url.Values{}
	for name, value := range map[string]string{"user": view.User, "outcome": view.Outcome} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if before > 0 {
		query.Set("before", strconv.FormatInt(before, 10))
	}
	return v.base() + "/requests?" + query.Encode()
}

// outcomes are those that there are to choose from.
func outcomes(entries []journal.Entry) []string {
	var all []string
	for _, e := range entries {
		if e.Outcome != "" && len(all) < maxOutcomes && !slices.Contains(all, e.Outcome) {
			all = append(all, e.Outcome)
		}
	}
	slices.Sort(all)
	return all
}

// ended tells whether a request came to the outcome that is chosen.
func ended(outcome string, e journal.Entry) bool {
	switch outcome {
	case "":
		return true
	case accepted, refused, unanswered:
		return kind(e) == strings.TrimPrefix(outcome, "is:")
	case befallen:
		return e.Fault != ""
	default:
		return e.Outcome == outcome
	}
}

// kind is what a request came to.
func kind(e journal.Entry) string {
	switch {
	case !e.Ended:
		return "pending"
	case e.Status == 0:
		return "unanswered"
	case e.Status/100 == 2:
		return "accepted"
	default:
		return "refused"
	}
}

func (v *visit) row(e journal.Entry) row {
	r := row{
		Number: e.Number, Time: e.Time, Method: e.Method, About: e.Endpoint, Users: e.AuthyIDs,
		Kind: kind(e), Status: e.Status, Outcome: e.Outcome, Fault: e.Fault,
		To: fmt.Sprintf("%s/requests/%d", v.base(), e.Number),
	}
	switch {
	case r.Kind == "unanswered":
		r.Outcome = "no answer"
	case r.Outcome == "": // Authy has no message for it
		r.Outcome = http.StatusText(e.Status)
	}
	if r.About == "" {
		r.About = e.Target
	}
	if e.Why != nil {
		r.Why = e.Why()
	}
	return r
}

// requestView is one request.
type requestView struct {
	row

	Target, Took    string
	Stray           bool
	Request, Answer *journal.Message
	Curl            string
	Older, Newer    string
}

func showRequest(p *Page, v *visit) (reply, error) {
	n, _ := strconv.ParseInt(mux.Vars(v.Request)["number"], 10, 64) // none has the number 0
	around := v.world.Journal.Entries(journal.Filter{After: n - 2}.Match)
	i := slices.IndexFunc(around, func(e journal.Entry) bool { return e.Number == n })
	if i < 0 {
		return nil, notFoundError("The journal has no such request. It keeps the newest thousand.")
	}
	e := around[i]
	view := requestView{row: v.row(e), Target: e.Target, Stray: e.Stray, Curl: curl(p.authyAt(v), v.world.Application.Settings().APIKey, e)}
	if e.Ended {
		view.Took = e.Took.Round(10 * time.Microsecond).String()
	}
	if e.Request != nil {
		m := e.Request()
		view.Request = &m
	}
	if e.Answer != nil {
		m := e.Answer()
		view.Answer = &m
	}
	if i > 0 {
		view.Older = fmt.Sprintf("%s/requests/%d", v.base(), around[i-1].Number)
	}
	if i+1 < len(around) {
		view.Newer = fmt.Sprintf("%s/requests/%d", v.base(), around[i+1].Number)
	}
	return p.show(v, "request", fmt.Sprintf("Request %d", n), view)
}

func forgetRequests(_ *Page, v *visit) (reply, error) {
	v.world.Journal.Clear()
	return to303(v.base() + "/requests"), nil
}
