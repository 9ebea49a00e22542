package places_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/places"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/mock"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// shared are the places of a hook with five users, and the mock that they share.
func shared(t *testing.T) ([]*places.Place, *mock.Mock) {
	t.Helper()
	hook := driver.Hook{Kind: driver.CheckPassword, APIKey: "key-of-the-hook", Users: []driver.Person{
		{Username: "u1", AuthyID: 1},
		{Username: "u2", AuthyID: 2, Password: "own"},
		{Username: "u3", AuthyID: 3},
		{Username: "u4", AuthyID: 4},
		{Username: "u5", AuthyID: 5},
	}}
	journal := &places.Journal{}
	m, err := mock.Start(t.Context(), mock.For(hook, "127.0.0.1:0", slog.New(journal)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	all := places.Split(hook, m.Control)
	journal.Add(all...)
	return all, m
}

func enter(t *testing.T, p *places.Place) *places.Visit {
	t.Helper()
	v, err := p.Enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSplit(t *testing.T) {
	t.Parallel()
	all, _ := shared(t)
	var users []string
	for _, p := range all {
		users = append(users, fmt.Sprint(p.Users()))
	}
	if got := strings.Join(users, " "); got != "[{u1  1} {u2 own 2}] [{u3  3} {u4  4} {u5  5}]" {
		t.Error(got)
	}
	one, err := enter(t, all[0]).NewStranger(t.Context())
	other, err2 := enter(t, all[1]).NewStranger(t.Context())
	if one.Username == other.Username || errors.Join(err, err2) != nil {
		t.Errorf("the strangers of two places are both %s: %v", one.Username, errors.Join(err, err2))
	}
}

func TestPeople(t *testing.T) {
	t.Parallel()
	all, _ := shared(t)
	var names []string
	for range 2 { // in the next scenario the other one comes first
		v := enter(t, all[0])
		p, err := v.NewPerson(t.Context())
		if err != nil || p.Password == "" {
			t.Fatalf("%+v, %v", p, err)
		}
		names = append(names, p.Username)
	}
	if !slices.Equal(names, []string{"u1", "u2"}) {
		t.Errorf("%v", names)
	}
	v := enter(t, all[1])
	for range all[1].Users() {
		if _, err := v.NewPerson(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if p, err := v.NewPerson(t.Context()); !errors.Is(err, driver.ErrNobodyElse) {
		t.Errorf("%+v, %v", p, err)
	}
}

// Each place is told what Authy was asked about its own people.
func TestJournal(t *testing.T) {
	t.Parallel()
	all, m := shared(t)
	v := enter(t, all[1])
	foreigner, err := v.NewForeigner(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	log := slog.NewRecord(time.Now(), slog.LevelInfo, "request", 0)
	journal := &places.Journal{}
	journal.Add(all...)
	for _, about := range []string{"[1]", "[2 3]", fmt.Sprintf("[%d]", foreigner.AuthyID), "[]"} {
		r := log.Clone()
		r.AddAttrs(slog.String("authy_ids", about), slog.String("fault", ""))
		if err := journal.Handle(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range []string{
		"request authy_ids=[1], request authy_ids=[2 3]",
		fmt.Sprintf("request authy_ids=[2 3], request authy_ids=[%d]", foreigner.AuthyID),
	} {
		var got []string
		for _, e := range all[i].Happened.List() {
			got = append(got, e.What)
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("place %d: %v, want %s", i, got, want)
		}
	}
	if _, err := m.Control.User(t.Context(), foreigner.AuthyID); err != nil {
		t.Fatal(err)
	}
	if err := all[1].Restore(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Control.User(t.Context(), foreigner.AuthyID); err == nil {
		t.Error("the foreigner of the last scenario is still there")
	}
}

// Nothing of a scenario is left for the next one at the place, and nothing of
// another place is touched.
func TestRestore(t *testing.T) {
	t.Parallel()
	all, m := shared(t)
	verify := func(id int64) string {
		token, err := m.Control.Token(t.Context(), id, 0)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.Get(fmt.Sprintf("%s/protected/json/verify/%s/%d?force=true&api_key=key-of-the-hook", m.URL, token.Token, id))
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		return token.Token
	}
	v := enter(t, all[0])
	first, other := verify(1), verify(3)
	if _, err := m.Control.AddFault(t.Context(), control.Fault{Name: "hang-up", AuthyID: 1}); err != nil {
		t.Fatal(err)
	}
	asked := func(id int64) int {
		requests, err := v.Requests(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return len(requests)
	}
	if asked(1) != 1 {
		t.Errorf("%d requests", asked(1))
	}
	if err := all[0].Restore(t.Context()); err != nil {
		t.Fatal(err)
	}
	if asked(1) != 0 {
		t.Error("the requests of the last scenario are still counted")
	}
	if faults, err := m.Control.Faults(t.Context()); err != nil || len(faults) > 0 {
		t.Errorf("the faults of the last scenario are in force: %v, %v", faults, err)
	}
	if again := verify(1); again == first {
		t.Error("the token of the last scenario is good in the next one")
	}
	if now, err := m.Control.Token(t.Context(), 3, 0); err != nil || now.Token != other {
		t.Errorf("the token of another place was %s and is %s, %v", other, now.Token, err)
	}
}

func TestClient(t *testing.T) {
	t.Parallel()
	all, _ := shared(t)
	v := enter(t, all[0])
	c := v.NewClient(driver.Login{Username: "u1", Reply: func(q driver.Question) (string, error) {
		if q.Text == "Token: " {
			return "", driver.ErrHangUp
		}
		return "secret", nil
	}})
	if answers, err := c.Ask([]driver.Question{{Text: "Password: "}}); err != nil || !slices.Equal(answers, []string{"secret"}) {
		t.Errorf("%v, %v", answers, err)
	}
	if _, err := c.Ask([]driver.Question{{Text: "Token: ", Echo: true}}); !errors.Is(err, driver.ErrHangUp) {
		t.Errorf("%v", err)
	}
	if got := fmt.Sprint(c.Asked()); got != "[{Password:  false} {Token:  true}]" {
		t.Error(got)
	}
	if _, err := v.NewClient(driver.Login{Password: "x"}).Ask([]driver.Question{{}}); !errors.Is(err, places.ErrNoDialogue) {
		t.Errorf("%v", err)
	}
	var told []string
	for _, e := range v.Events() {
		told = append(told, e.What)
	}
	if want := []string{
		`logs in as "u1" by SSH, keyboard-interactive`, `is asked "Password: " and answers "secret"`,
		`is asked "Token: " and hangs up`, `logs in as "" by SSH with the password "x"`,
	}; !slices.Equal(told, want) {
		t.Errorf("%q", told)
	}
}
