package rules

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/cucumber/godog"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/report"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
)

// world is what one scenario knows.
type world struct {
	site    driver.Site
	options Options
	began   time.Time
	people  map[string]*person
	secrets []report.Secret
	step    string // at which the scenario has ended, if it did not pass

	results []driver.Result // of the last sentence that logs in
}

// person is somebody the scenario speaks of by a name of its own.
type person struct {
	driver.Person

	known     bool           // whether SFTPGo has the user
	disabled  bool           // in SFTPGo
	record    map[string]any // what SFTPGo knew of the user before the first login
	lastToken string
}

func newWorld(site driver.Site, options Options) *world {
	return &world{site: site, options: options, began: time.Now(), people: map[string]*person{}}
}

func (w *world) ending(scenario *godog.Scenario, err error) Ending {
	return Ending{Scenario: scenario, Err: err, Step: w.step, Took: time.Since(w.began), Events: w.site.Events(), Secrets: w.secrets}
}

// person is the one of that name.
func (w *world) person(name string) (*person, error) {
	p, ok := w.people[name]
	if !ok {
		return nil, fmt.Errorf("the scenario has no user %s: it says before who that is", name)
	}
	return p, nil
}

// introduce gives somebody a name in the scenario.
func (w *world) introduce(name string, p driver.Person, err error) (*person, error) {
	if err != nil {
		return nil, err
	}
	w.people[name] = &person{Person: p}
	w.hide("password of "+name, p.Password)
	return w.people[name], nil
}

// mostSecret is longer than any secret. What a scenario types that is longer is an
// attack.
const mostSecret = 64

// hide keeps a secret out of what is told.
func (w *world) hide(name, value string) {
	if len(value) <= mostSecret && !slices.ContainsFunc(w.secrets, func(s report.Secret) bool { return s.Value == value }) {
		w.secrets = append(w.secrets, report.Secret{Name: name, Value: value})
	}
}

// addUser makes the person a user of SFTPGo, with more than one needs to log in,
// so that a login that loses something is seen.
func (w *world) addUser(ctx context.Context, p *person) error {
	if p.known {
		return nil
	}
	p.known = true
	status := 1
	if p.disabled {
		status = 0
	}
	err := w.site.AddUser(ctx, sftpgo.User{
		Username: p.Username, Password: p.Password, Status: status,
		Permissions: map[string][]string{"/": {"*"}, "/archive": {"list", "download"}},
		Description: "a user of the suite", Email: p.Username + "@example.com",
		QuotaFiles: 1000,
		PublicKeys: []string{publicKey},
		Filters:    map[string]any{"denied_protocols": []string{}, "max_upload_file_size": 1 << 20},
	})
	if err != nil {
		return err
	}
	p.record, err = w.site.UserRecord(ctx, p.Username)
	return err
}

// publicKey belongs to nobody.
const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDgOqNHyeqYMzGTy7mPqH8ZTmzBqtX3XgX7mPZ9vlkZ1 nobody"

// result is what came of the one login.
func (w *world) result() (driver.Result, error) {
	if len(w.results) != 1 {
		return driver.Result{}, errors.New("the scenario speaks of one login, and there was none, or there were several")
	}
	return w.results[0], nil
}
