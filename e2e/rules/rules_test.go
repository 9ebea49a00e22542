package rules_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/check"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/places"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/mock"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/report"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/rulebook"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
	"github.com/sftpgo-authy/sftpgo-authy/features"
)

// within is how long a login may take here.
const within = time.Minute

// stage is a driver without a hook: what comes of a login, and of the user's record,
// is said by the test. So rules can be tested that no mutant is for: those about time,
// and about what a hook remembers.
type stage struct {
	place  *places.Place
	logIn  func(driver.Login) driver.Result
	change func(record map[string]any)
}

func (s *stage) Hook() driver.Hook       { return hook() }
func (s *stage) AtOnce() int             { return 1 }
func (s *stage) SeesStandardError() bool { return true }

func (s *stage) Site(ctx context.Context) (driver.Site, error) {
	visit, err := s.place.Enter(ctx)
	return &site{Visit: visit, stage: s, records: map[string]map[string]any{}}, err
}

// site is where the one scenario takes place.
type site struct {
	*places.Visit

	stage   *stage
	mu      sync.Mutex // clients log in side by side
	records map[string]map[string]any
}

func (s *site) AddUser(_ context.Context, user sftpgo.User) error {
	s.records[user.Username] = map[string]any{"email": user.Email, "quota_files": user.QuotaFiles, "last_login": 0}
	return nil
}

func (s *site) UserRecord(_ context.Context, username string) (map[string]any, error) {
	record, ok := s.records[username]
	if !ok {
		return nil, errors.New("there is no such user")
	}
	copied := map[string]any{}
	for field, value := range record {
		copied[field] = value
	}
	return copied, nil
}

func (s *site) LogIn(_ context.Context, login driver.Login) (driver.Result, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	result := s.stage.logIn(login)
	if record := s.records[result.In]; record != nil && s.stage.change != nil {
		s.stage.change(record)
	}
	return result, nil
}

func (s *site) Written(context.Context) (string, error) { return "", nil }
func (s *site) Leave(ctx context.Context) error         { return s.stage.place.Restore(ctx) }

func hook() driver.Hook {
	return driver.Hook{Kind: driver.ExternalAuth, APIKey: "the-key-of-the-stage", Users: []driver.Person{
		{Username: "first", AuthyID: 1}, {Username: "second", AuthyID: 2},
	}}
}

// refusals counts who was refused how often, for a hook that locks.
type refusals map[string]int

// lockedAfter is how many wrong tokens such a hook takes.
const lockedAfter = 10

func TestRules(t *testing.T) {
	t.Parallel()
	in := func(l driver.Login) driver.Result { return driver.Result{In: l.Username} }
	takes := func(unmapped, mapped time.Duration) func(driver.Login) driver.Result {
		return func(l driver.Login) driver.Result {
			if strings.HasPrefix(l.Username, "stranger") {
				return driver.Result{Took: unmapped}
			}
			return driver.Result{Took: mapped}
		}
	}
	// lock is a hook that lets in whose turn it is in the scenario: the wrong tokens
	// come first.
	lock := func(locked func(of refusals, username string) bool) func(driver.Login) driver.Result {
		of, tries := refusals{}, 0
		return func(l driver.Login) driver.Result {
			if tries++; tries > lockedAfter && !locked(of, l.Username) {
				return driver.Result{In: l.Username}
			}
			of[l.Username]++
			return driver.Result{}
		}
	}
	for name, test := range map[string]struct {
		rule   string
		logIn  func(driver.Login) driver.Result
		change func(record map[string]any)
		broken string // what the rule says of it; "" is kept
	}{
		"the same time":                  {rule: "ENUM-TIME", logIn: takes(time.Second, time.Second)},
		"a little less time":             {rule: "ENUM-TIME", logIn: takes(600*time.Millisecond, time.Second)},
		"no time, as Authy is not asked": {"ENUM-TIME", takes(time.Millisecond, time.Second), nil, "as long as that of alice, 1s, and took 1ms"},

		"each user is counted": {rule: "BRUTE-OTHERS", logIn: lock(func(of refusals, username string) bool {
			return of[username] >= lockedAfter
		})},
		"all users are counted together": {"BRUTE-OTHERS", lock(func(of refusals, _ string) bool {
			all := 0
			for _, n := range of {
				all += n
			}
			return all >= lockedAfter
		}), nil, "bob was to be let in, and was refused"},
		"the user is locked":   {rule: "BRUTE-FORCE", logIn: lock(func(refusals, string) bool { return true })},
		"who tries on gets in": {"BRUTE-FORCE", lock(func(refusals, string) bool { return false }), nil, "the login was to be refused, and was let in"},

		"in time":           {rule: "AUTHY-SILENT", logIn: takes(within, within)},
		"a moment too late": {"AUTHY-SILENT", takes(within, within+time.Millisecond), nil, "within 1m0s, and it took 1m0s"},

		"a login has its time":  {rule: "USER-KEPT", logIn: in, change: func(record map[string]any) { record["last_login"] = 1 }},
		"a field is another":    {"USER-KEPT", in, func(record map[string]any) { record["quota_files"] = 0 }, "quota_files was 1000 and is 0"},
		"a field is gone":       {"USER-KEPT", in, func(record map[string]any) { delete(record, "email") }, "and is nothing"},
		"a field is there, too": {"USER-KEPT", in, func(record map[string]any) { record["groups"] = "admins" }, "groups was nothing and is admins"},
	} {
		t.Run(test.rule+"/"+name, func(t *testing.T) {
			t.Parallel()
			one := outcome(t, &stage{logIn: test.logIn, change: test.change}, "EXTAUTH-"+test.rule)
			switch {
			case test.broken == "" && one.Status != report.Passed:
				t.Errorf("%s: %s", one.Status, one.Message)
			case test.broken != "" && (one.Status != report.Failed || !strings.Contains(one.Message, test.broken)):
				t.Errorf("%s: %q, want failed: ...%s...", one.Status, one.Message, test.broken)
			}
		})
	}
}

// outcome holds the stage against one rule of one scenario.
func outcome(t *testing.T, s *stage, id string) report.Case {
	t.Helper()
	book, err := rulebook.Load(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	rule, ok := book.Find(id)
	if !ok {
		t.Fatalf("there is no rule %s", id)
	}
	m, err := mock.Start(t.Context(), mock.For(hook(), "127.0.0.1:0", slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	s.place = places.Alone(hook(), m.Control)
	outcomes, err := check.Run(t.Context(), check.Plan{
		Features: features.FS, Rules: []rulebook.Rule{rule}, Driver: s, Within: within,
	})
	if err := errors.Join(err, m.Close()); err != nil {
		t.Fatal(err)
	}
	if len(outcomes) != 1 || len(outcomes[0].Cases) != 1 {
		t.Fatal(fmt.Sprint("want one scenario: ", outcomes))
	}
	return outcomes[0].Cases[0]
}
