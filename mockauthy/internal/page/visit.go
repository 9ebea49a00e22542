package page

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/world"
)

// visit is a request to a page of one application.
type visit struct {
	*http.Request
	world   *world.World
	number  int   // of the application
	problem error // why the form was refused that the page shows again, or nil
}

// reply writes an answer.
type reply func(w http.ResponseWriter)

// errNotFound is an error of something that is not there.
type notFoundError string

func (e notFoundError) Error() string { return string(e) }

// endpoint finds the application that is meant and answers by the route.
func (p *Page) endpoint(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, err := p.visit(r)
		if err != nil {
			p.tell(w, r, err)
			return
		}
		answer, err := rt.handle(p, v)
		if lost := p.worlds.Flush(); lost != nil {
			p.fail(w, r, http.StatusInternalServerError, "What has changed is in memory only: "+lost.Error())
			return
		}
		if err != nil && rt.again != nil && !errors.As(err, new(notFoundError)) {
			v.problem = err
			answer, err = rt.again(p, v)
		}
		if err != nil {
			p.tell(w, r, err)
			return
		}
		answer(w)
	})
}

// visit reads which application is meant.
func (p *Page) visit(r *http.Request) (*visit, error) {
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	all, n := p.worlds.All(), 1
	if text, ok := mux.Vars(r)["app"]; ok {
		n, _ = strconv.Atoi(text) // the route has digits only, and few
	}
	if n < 1 || n > len(all) {
		return nil, notFoundError("There is no application of this number.")
	}
	return &visit{Request: r, world: all[n-1], number: n}, nil
}

// tell says what is wrong.
func (p *Page) tell(w http.ResponseWriter, r *http.Request, err error) {
	status := http.StatusBadRequest
	if errors.As(err, new(notFoundError)) {
		status = http.StatusNotFound
	}
	p.fail(w, r, status, sentence(err))
}

// base is what the paths of the application's pages begin with.
func (v *visit) base() string {
	return prefix + strconv.Itoa(v.number)
}

// back is where a form wants to go once it is done with: the page that it was on,
// or else another one of the application.
func (v *visit) back(other string) reply {
	to := v.PostForm.Get("back")
	if to != "/" && !strings.HasPrefix(to, v.base()+"/") || strings.ContainsAny(to, "\\\r\n") {
		to = v.base() + other
	}
	return to303(to)
}

// to303 sends a browser to another page.
func to303(to string) reply {
	return func(w http.ResponseWriter) {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusSeeOther)
	}
}

// user is the one whose Authy ID is in the path.
func (v *visit) user() (*authy.User, error) {
	id, err := strconv.ParseInt(mux.Vars(v.Request)["authy_id"], 10, 64)
	if user := v.world.Application.User(id); err == nil && user != nil {
		return user, nil
	}
	return nil, notFoundError("This application has no such user. He may have been deleted.")
}

// number reads a whole number of a form; without one it is 0.
func number(name, text string) (int64, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, errors.New(name + ": want a whole number")
	}
	return n, nil
}

// duration reads a duration of a form.
func duration(name, text string) (time.Duration, error) {
	d, err := time.ParseDuration(strings.TrimSpace(text))
	if err != nil {
		return 0, errors.New(name + ": want a duration such as 3s, -30s or 1h")
	}
	return d, nil
}

// sentence is an error as a person reads it.
func sentence(err error) string {
	text := err.Error()
	if text == "" {
		return text
	}
	text = strings.ToUpper(text[:1]) + text[1:]
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}
