package page

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/fault"
)

//go:embed templates
var templates embed.FS

// views are the templates by the names of their files, each within the frame.
type views map[string]*template.Template

// parseViews reads the templates. They are part of the program: a mistake in one is
// found by every test.
func parseViews() views {
	functions := template.FuncMap{"clock": clockText, "moment": momentText, "groups": groups, "whose": whose}
	frame := template.Must(template.New("frame.html").Funcs(functions).ParseFS(templates, "templates/frame.html", "templates/parts.html"))
	all := views{}
	for _, name := range []string{"users", "user", "requests", "request", "faults", "clock", "messages", "start", "failure", "login"} {
		all[name] = template.Must(template.Must(frame.Clone()).ParseFS(templates, "templates/"+name+".html"))
	}
	return all
}

// frame is what is around every page.
type frame struct {
	Title string
	Here  string // the subject, as the navigation calls it
	Base  string // what the paths of the application's pages begin with; "" outside of them
	Path  string // of this page, to come back to
	Live  bool   // whether it is fetched again when something has changed
	Login bool   // whether there is a session that can be left

	App     string
	OpenAPI string // where the description of the API is
	Apps    []link // of the other applications
	Faults  []activeFault
	Clock   clockState
	Problem string // why a form was refused, or ""
	Body    any
}

// link is one to another page.
type link struct {
	Text, To string
}

// clockState is what the application's clock shows.
type clockState struct {
	Time   time.Time
	Epoch  int64 // in milliseconds
	Frozen bool
	Own    bool
}

// show renders a page of the application.
func (p *Page) show(v *visit, name, title string, body any) (reply, error) {
	f := frame{
		Title: title, Here: name, Base: v.base(), Path: v.URL.RequestURI(), Live: v.problem == nil, Login: p.guard.WantsToken(),
		App: v.world.Application.Settings().Name, OpenAPI: p.authyAt(v) + "/openapi.yaml", Clock: v.clock(), Faults: tellFaults(v.world.Faults.Rules(), v), Body: body,
	}
	if v.Method == http.MethodPost {
		f.Path = "" // which is that of the form
	}
	switch name {
	case "user":
		f.Here = "users"
	case "request":
		f.Here = "requests"
	}
	for i, w := range p.worlds.All() {
		if w != v.world {
			f.Apps = append(f.Apps, link{w.Application.Settings().Name, prefix + strconv.Itoa(i+1) + "/" + f.Here})
		}
	}
	status := http.StatusOK
	if v.problem != nil {
		status, f.Problem = http.StatusUnprocessableEntity, sentence(v.problem)
	}
	return p.views.render(status, name, f)
}

// render makes the whole page before anything of it goes out.
func (all views) render(status int, name string, f frame) (reply, error) {
	var b bytes.Buffer
	if err := all[name].ExecuteTemplate(&b, "frame.html", f); err != nil {
		return nil, err
	}
	return func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
		w.WriteHeader(status)
		_, _ = w.Write(b.Bytes()) // a client that is gone needs no answer
	}, nil
}

// fail shows a page that says why there is no other.
func (p *Page) fail(w http.ResponseWriter, _ *http.Request, status int, why string) {
	answer, err := p.views.render(status, "failure", frame{Title: http.StatusText(status), Body: why})
	if err != nil {
		http.Error(w, why, status)
		return
	}
	answer(w)
}

func (v *visit) clock() clockState {
	s := v.world.Clock.State()
	return clockState{Time: s.Time.UTC(), Epoch: s.Time.UnixMilli(), Frozen: s.Frozen, Own: s.Own}
}

// activeFault is a rule in force, in words.
type activeFault struct {
	ID              int64
	Name, Who, When string
	AuthyID         int64
}

func tellFaults(rules []fault.Rule, v *visit) []activeFault {
	var all []activeFault
	for _, r := range rules {
		f := activeFault{ID: r.ID, Name: r.Name, Who: "everybody", AuthyID: r.AuthyID}
		if r.AuthyID != 0 {
			f.Who = "user " + strconv.FormatInt(r.AuthyID, 10)
			if u := v.world.Application.User(r.AuthyID); u != nil {
				f.Who = u.Email()
			}
		}
		f.When = strings.Join(when(r), ", ")
		all = append(all, f)
	}
	return all
}

// when says which requests a rule befalls, and how.
func when(r fault.Rule) []string {
	var parts []string
	if r.Endpoint != "" {
		parts = append(parts, "for "+r.Endpoint)
	}
	switch r.Times {
	case 0:
		parts = append(parts, "until it is healed")
	case 1:
		parts = append(parts, "once more")
	default:
		parts = append(parts, strconv.Itoa(r.Times)+" more times")
	}
	if r.Probability > 0 && r.Probability < 1 {
		parts = append(parts, "with probability "+strconv.FormatFloat(r.Probability, 'g', -1, 64))
	}
	if r.Parameters.Delay != 0 {
		parts = append(parts, "after "+r.Parameters.Delay.String())
	}
	if r.Parameters.Status != 0 {
		parts = append(parts, "status "+strconv.Itoa(r.Parameters.Status))
	}
	return parts
}

// clockText is a time of day, as in a list.
func clockText(t time.Time) string { return t.UTC().Format("15:04:05") }

// momentText is a time with its date.
func momentText(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// groups are the digits of a token, in two groups that are read more easily.
func groups(digits string) []string {
	return []string{digits[:len(digits)/2], digits[len(digits)/2:]}
}

// whose is a token with the name by which a person tells it from others.
func whose(t tokenView, name string) any {
	return struct {
		Token tokenView
		Whose string
	}{t, name}
}
