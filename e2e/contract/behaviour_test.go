package contract_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cucumber/godog"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/contract"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/steps/answers"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stubhook"
	"github.com/sftpgo-authy/sftpgo-authy/features"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
)

// TestBehaviour holds the driver to what the suite has seen real SFTPGo do with
// each answer of a hook: the scenarios are the same.
func TestBehaviour(t *testing.T) {
	t.Parallel()
	programs := build.ForTest(t, "e2e/cmd/stubhook")
	t.Run("programs", func(t *testing.T) {
		t.Parallel()
		folder := t.TempDir()
		behave(t, "~@over-http", folder, driver.Hook{
			Program: programs.Path("stubhook"), Env: []string{stubhook.FolderVariable + "=" + folder}, Users: nobodies(1),
		})
	})
	t.Run("over HTTP", func(t *testing.T) {
		t.Parallel()
		folder := t.TempDir()
		server := httptest.NewServer(stubhook.Handler(folder))
		t.Cleanup(server.Close)
		behave(t, "~@as-program", folder, driver.Hook{URL: server.URL, Users: nobodies(2 * sideBySide)}) // a place for each scenario
	})
}

const (
	// sideBySide is how many scenarios run at once. They wait more than they work.
	sideBySide = 8
	// fewest is less than there are scenarios in either form.
	fewest = 100
	// notForThis leaves out what releases before 2.5.5 did.
	notForThis = " && ~@empty-answer-checks-password"
)

// nobodies are users whom a hook knows and nobody logs in as.
func nobodies(count int64) (users []driver.Person) {
	for n := range count {
		users = append(users, driver.Person{Username: fmt.Sprintf("user%d", n), AuthyID: 1000 + n})
	}
	return users
}

// behave runs the scenarios in one form of the hook.
func behave(t *testing.T, tags, folder string, hook driver.Hook) {
	t.Helper()
	on := &stubs{folder: folder, patient: map[driver.Kind]*contract.Driver{}, hasty: map[driver.Kind]*contract.Driver{}}
	hook.APIKey = "key"
	for _, kind := range driver.Kinds() {
		hook.Kind = kind
		on.patient[kind] = start(t, hook, 0)
		on.hasty[kind] = start(t, hook, time.Second)
	}
	var ran atomic.Int64
	suite := godog.TestSuite{
		ScenarioInitializer: func(sc *godog.ScenarioContext) {
			site := &behaviourSite{stubs: on, people: map[string]sftpgo.User{}, before: map[string]map[string]any{}}
			sc.After(site.leave)
			answers.AddTo(sc, func(context.Context) answers.Site { return site })
			ran.Add(1)
		},
		Options: &godog.Options{
			FS: features.FS, Paths: []string{"sftpgo_behaviour.feature"}, Tags: tags + notForThis,
			Format: "progress", Output: t.Output(), NoColors: true, Strict: true,
			Concurrency: sideBySide, Randomize: -1, DefaultContext: t.Context(), TestingT: t,
		},
	}
	if suite.Run() != 0 {
		t.Fail()
	}
	if ran.Load() < fewest {
		t.Errorf("%d scenarios have run", ran.Load())
	}
}

// stubs are the drivers of a stub hook in one form, and the folder in which it is
// told what to do. The hasty ones are for a hook that never answers.
type stubs struct {
	folder         string
	patient, hasty map[driver.Kind]*contract.Driver
	people         atomic.Int64
}

// behaviourSite is one scenario on a driver.
type behaviourSite struct {
	*stubs

	kind   driver.Kind
	people map[string]sftpgo.User
	before map[string]map[string]any // what SFTPGo knows of the people at first
	at     driver.Site               // as soon as it is known what the hook does
}

func (s *behaviourSite) UseHook(_ context.Context, kind driver.Kind) error {
	s.kind = kind
	return nil
}

func (s *behaviourSite) AddStranger(name string) { s.people[name] = s.UnknownUser() }

func (s *behaviourSite) User(name string) (sftpgo.User, error) {
	user, ok := s.people[name]
	if !ok {
		return user, fmt.Errorf("the scenario has no user %s", name)
	}
	return user, nil
}

func (s *behaviourSite) UnknownUser() sftpgo.User {
	user := alice()
	user.Username = fmt.Sprintf("stranger%03d", s.stubs.people.Add(1))
	user.Password = "secret of " + user.Username
	user.Email = user.Username + "@example.com"
	user.PublicKeys = []string{"ssh-ed25519 AAAA"}
	user.QuotaFiles = 100
	return user
}

func (s *behaviourSite) Tell(ctx context.Context, username string, answer stubhook.Answer) error {
	return errors.Join(stubhook.Tell(s.folder, username, answer), s.enter(ctx, answer))
}

// enter takes a place, and makes the people known there.
func (s *behaviourSite) enter(ctx context.Context, answer stubhook.Answer) (err error) {
	if s.at != nil {
		return nil
	}
	on := s.patient
	if answer.Status == 0 || answer.End == stubhook.Never && s.kind != driver.KeyboardInteractive { // whose end does not count
		on = s.hasty
	}
	if s.at, err = on[s.kind].Site(ctx); err != nil {
		return err
	}
	for name, user := range s.people {
		if err := s.at.AddUser(ctx, user); err != nil {
			return err
		}
		if s.before[name], err = s.at.UserRecord(ctx, user.Username); err != nil {
			return err
		}
	}
	return nil
}

func (s *behaviourSite) LogIn(ctx context.Context, username, password string) (in bool, err error) {
	login := driver.Login{Username: username, Password: password}
	if s.kind == driver.KeyboardInteractive {
		login = s.kind.Login(username, password, "")
	}
	result, err := s.at.LogIn(ctx, login)
	return result.In != "", err
}

func (s *behaviourSite) Records(ctx context.Context, name string) (before, now map[string]any, err error) {
	now, err = s.at.UserRecord(ctx, s.people[name].Username)
	return s.before[name], now, err
}

// leave tells what has happened, if it was not what is to happen.
func (s *behaviourSite) leave(ctx context.Context, _ *godog.Scenario, failure error) (context.Context, error) {
	if s.at == nil {
		return ctx, nil
	}
	if failure != nil {
		godog.Log(ctx, cmp.Or(story(s.at), "nothing has happened"))
	}
	return ctx, s.at.Leave(context.WithoutCancel(ctx))
}
