package main_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

const (
	killRounds  = 3
	killClients = 8
	// killAfter is after how many acknowledged changes of a round the mock is
	// killed, at least; chance adds up to as many again.
	killAfter = 150
)

// later is the time of the tokens that tell whether a secret is still the same.
var later = time.Date(2027, 3, 21, 6, 0, 0, 0, time.UTC)

// known is what a client was told of a user. What is "" it was not told, or is in
// doubt: the mock was killed before it answered.
type known struct {
	id        int64
	token, qr string // at the time later
	email     string
	used      string // a token that was verified
	picture   string // where that of the QR code is, without host
	deleted   bool
	doubt     bool // whether he was deleted
	cutShort  bool // the mock was killed while this user was changed
}

// errLost says that an answer has not come.
var errLost = errors.New("no answer")

// crowd is clients who change users of one mock at once.
type crowd struct {
	base   string
	client *http.Client
	after  int64 // kill it after so many changes
	kill   func()
	done   atomic.Int64 // changes that were acknowledged
}

// TestKill kills the mock while many change something, again and again, and wants
// all that was acknowledged to be there when it is back.
func TestKill(t *testing.T) {
	t.Parallel()
	dir := workshop(t)
	data := filepath.Join(string(dir), "mock.db")
	var users []*known
	kinds := map[string]int{}
	for round := range killRounds {
		m := dir.serve(t, nil, "--data", data)
		c := newCrowd(t, m)
		c.freeze(t) // tokens stay those of the moment, however long the test takes
		c.expect(t, users)
		users = append(users, c.trample(t, round)...)
		if err := m.cmd.Wait(); err == nil {
			t.Fatal("the mock ended in order, want it killed")
		}
	}
	m := dir.serve(t, nil, "--data", data)
	newCrowd(t, m).expect(t, users)
	m.stop(t)
	for _, u := range users {
		for kind, is := range map[string]bool{"used": u.used != "", "QR": u.qr != "", "deleted": u.deleted, "cut short": u.cutShort, "all": true} {
			if is {
				kinds[kind]++
			}
		}
	}
	t.Logf("users %v", kinds)
	if kinds["used"] < 10 || kinds["QR"] < 10 || kinds["deleted"] < 10 || kinds["cut short"] == 0 {
		t.Errorf("users %v: want some of each, and the mock killed while it was busy", kinds)
	}
}

func newCrowd(t *testing.T, m *mock) *crowd {
	t.Helper()
	c := &crowd{base: "http://" + m.plain, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: killClients}}}
	t.Cleanup(c.client.CloseIdleConnections)
	c.after = killAfter + rand.Int64N(killAfter)
	c.kill = func() { _ = m.cmd.Process.Kill() } // Wait tells whether it worked
	return c
}

// freeze stops the mock's clock, unless it stands already.
func (c *crowd) freeze(t *testing.T) {
	t.Helper()
	client, err := control.New(c.base, control.WithHTTPClient(c.client))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.FreezeClock(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// trample changes things until the mock is killed, and tells what of it was
// acknowledged.
func (c *crowd) trample(t *testing.T, round int) []*known {
	t.Helper()
	var mu sync.Mutex
	var all []*known
	var clients sync.WaitGroup
	for number := range killClients {
		clients.Go(func() {
			for i := 0; ; i++ {
				u, err := c.live(fmt.Sprintf("2%d%d%07d", round, number, i))
				if u != nil {
					mu.Lock()
					all = append(all, u)
					mu.Unlock()
				}
				if err != nil {
					if !errors.Is(err, errLost) {
						t.Errorf("client %d: %v", number, err)
					}
					return // the mock is dead
				}
			}
		})
	}
	clients.Wait()
	c.kill() // if no client has done so, one has failed: then nobody waits for ever
	return all
}

// live lets one user come, change and, one of two, go. The error is of the first
// answer that was no success.
func (c *crowd) live(cellphone string) (*known, error) {
	u := &known{email: "first@example.com"}
	var added struct {
		User struct{ ID int64 }
	}
	if err := c.change(&added, "users/new", "user[email]="+u.email+"&user[cellphone]="+cellphone+"&user[country_code]=1"); err != nil {
		return nil, err // nobody knows the Authy ID
	}
	u.id = added.User.ID
	var err error
	u.token, err = c.token(u.id, "&at="+later.Format(time.RFC3339))
	for _, step := range []func(*known) error{c.verify, c.update, c.enrol, c.remove} {
		if err == nil {
			err = step(u)
		}
	}
	u.cutShort = err != nil
	return u, err
}

func (c *crowd) verify(u *known) error {
	token, err := c.token(u.id, "")
	if err != nil {
		return err
	}
	if err := c.get(nil, fmt.Sprintf("/protected/json/verify/%s/%d?force=true", token, u.id)); err != nil {
		return err
	}
	u.used = token
	c.acknowledged()
	return nil
}

func (c *crowd) update(u *known) error {
	u.email = ""
	email := fmt.Sprintf("second-%d@example.com", u.id)
	if err := c.change(nil, fmt.Sprintf("users/%d/update", u.id), "email="+email); err != nil {
		return err
	}
	u.email = email
	return nil
}

func (c *crowd) enrol(u *known) error {
	var answer struct {
		QRCode string `json:"qr_code"`
	}
	if err := c.change(&answer, fmt.Sprintf("users/%d/secret", u.id), ""); err != nil {
		return err
	}
	link, err := url.Parse(answer.QRCode)
	if err != nil {
		return err
	}
	qr, err := c.token(u.id, "&of=qr&at="+later.Format(time.RFC3339))
	if err != nil {
		return err
	}
	u.qr, u.picture = qr, link.RequestURI()
	return nil
}

// remove deletes every other user.
func (c *crowd) remove(u *known) error {
	if u.id%2 == 0 {
		return nil
	}
	u.doubt = true
	if err := c.change(nil, fmt.Sprintf("users/%d/remove", u.id), ""); err != nil {
		return err
	}
	u.doubt, u.deleted = false, true
	return nil
}

// expect wants all users to be as they were last told to be.
func (c *crowd) expect(t *testing.T, users []*known) {
	t.Helper()
	for _, u := range users {
		if u.doubt {
			continue
		}
		if err := c.check(u); err != nil {
			t.Errorf("user %+v: %v", *u, err)
		}
	}
}

func (c *crowd) check(u *known) error {
	var status struct {
		Status struct {
			AuthyID int64 `json:"authy_id"`
			Email   string
		}
	}
	err := c.get(&status, fmt.Sprintf("/protected/json/users/%d/status", u.id))
	if u.deleted {
		if err == nil || !strings.Contains(err.Error(), "60026") {
			return errors.Join(errors.New("was deleted, and is told"), err)
		}
		return nil
	}
	if err != nil {
		return err
	}
	if u.email != "" && status.Status.Email != u.email {
		return fmt.Errorf("the email %q", status.Status.Email)
	}
	at := "&at=" + later.Format(time.RFC3339)
	if token, err := c.token(u.id, at); err != nil || u.token != "" && token != u.token {
		return errors.Join(fmt.Errorf("the token %q", token), err)
	}
	if u.qr != "" {
		if token, err := c.token(u.id, "&of=qr"+at); err != nil || token != u.qr {
			return errors.Join(fmt.Errorf("the token of the other authenticator %q", token), err)
		}
		if err := c.get(nil, u.picture); err != nil {
			return fmt.Errorf("the picture: %w", err)
		}
	}
	if u.used == "" {
		return nil
	}
	if err := c.get(nil, fmt.Sprintf("/protected/json/verify/%s/%d?force=true", u.used, u.id)); err == nil || !strings.Contains(err.Error(), "60019") {
		return errors.Join(errors.New("its used token is not refused as used"), err)
	}
	return nil
}

func (c *crowd) token(id int64, more string) (string, error) {
	var token struct{ Token string }
	return token.Token, c.get(&token, fmt.Sprintf("/mock/v1/users/%d/token?step=0%s", id, more))
}

// acknowledged counts a change, and kills the mock after enough of them.
func (c *crowd) acknowledged() {
	if c.done.Add(1) == c.after {
		c.kill()
	}
}

// change posts a form to Authy's API.
func (c *crowd) change(into any, path, form string) error {
	request, err := http.NewRequest(http.MethodPost, c.base+"/protected/json/"+path, strings.NewReader(form))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if err := c.ask(request, into); err != nil {
		return err
	}
	c.acknowledged()
	return nil
}

func (c *crowd) get(into any, target string) error {
	request, err := http.NewRequest(http.MethodGet, c.base+target, nil)
	if err != nil {
		return err
	}
	return c.ask(request, into)
}

// ask asks, and wants a success.
func (c *crowd) ask(request *http.Request, into any) error {
	request.Header.Set("X-Authy-API-Key", mockauthy.ReadyMade().APIKey)
	response, err := c.client.Do(request)
	if err != nil {
		return fmt.Errorf("%w: %w", errLost, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return fmt.Errorf("%w: %w", errLost, err)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s %s", request.URL.Path, response.Status, body)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(body, into)
}
