package fault_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/fault"
)

func newSet(t *testing.T, rules ...fault.Rule) *fault.Set {
	t.Helper()
	set := new(fault.Set)
	for _, r := range rules {
		if err := set.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	return set
}

var (
	hangUp = fault.Rule{Name: "hang-up"}
	delay  = fault.Rule{Name: "delay", Parameters: fault.Parameters{Delay: time.Second}}
	answer = fault.Rule{Name: "answer"}
)

// of narrows a rule.
func of(r fault.Rule, endpoint string, authyID int64, times int) fault.Rule {
	r.Endpoint, r.AuthyID, r.Times = endpoint, authyID, times
	return r
}

func TestNext(t *testing.T) {
	t.Parallel()
	type ask struct {
		endpoint string
		ids      []int64
		want     string
	}
	for name, test := range map[string]struct {
		rules []fault.Rule
		asks  []ask
	}{
		"none":    {nil, []ask{{"verify", []int64{1}, ""}}},
		"for all": {[]fault.Rule{hangUp}, []ask{{"verify", []int64{1}, "hang-up"}, {"", nil, "hang-up"}, {"users/new", nil, "hang-up"}}},
		"of an endpoint": {[]fault.Rule{of(hangUp, "verify", 0, 0)}, []ask{
			{"verify", nil, "hang-up"}, {"verify", []int64{1}, "hang-up"}, {"users/new", nil, ""}, {"", nil, ""},
		}},
		"of a user": {[]fault.Rule{of(hangUp, "", 7, 0)}, []ask{
			{"verify", []int64{7}, "hang-up"}, {"", []int64{1, 7}, "hang-up"}, {"verify", []int64{1}, ""}, {"verify", nil, ""},
		}},
		"of a user and an endpoint": {[]fault.Rule{of(hangUp, "verify", 7, 0)}, []ask{
			{"verify", []int64{7}, "hang-up"}, {"users/new", []int64{7}, ""}, {"verify", []int64{1}, ""},
		}},
		"the oldest first": {[]fault.Rule{delay, hangUp}, []ask{{"verify", nil, "delay"}, {"verify", nil, "delay"}}},
		"used up": {[]fault.Rule{of(delay, "", 0, 2), of(hangUp, "", 0, 1)}, []ask{
			{"verify", nil, "delay"}, {"verify", nil, "delay"}, {"verify", nil, "hang-up"}, {"verify", nil, ""},
		}},
		"not used up by others": {[]fault.Rule{of(delay, "verify", 0, 1), of(answer, "", 0, 0)}, []ask{
			{"users/new", nil, "answer"}, {"verify", nil, "delay"}, {"verify", nil, "answer"},
		}},
		"in the middle used up": {[]fault.Rule{of(hangUp, "", 1, 0), of(delay, "", 2, 1), of(answer, "", 0, 0)}, []ask{
			{"verify", []int64{2}, "delay"}, {"verify", []int64{2}, "answer"}, {"verify", []int64{1}, "hang-up"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set := newSet(t, test.rules...)
			for i, a := range test.asks {
				f, got := set.Next(a.endpoint, a.ids)
				if got != a.want || (f == nil) != (a.want == "") {
					t.Errorf("request %d: fault %q (%v), want %q", i+1, got, f, a.want)
				}
			}
		})
	}
}

func TestClear(t *testing.T) {
	t.Parallel()
	rules := []fault.Rule{hangUp, of(delay, "", 1, 0), of(answer, "verify", 2, 3)}
	for id, want := range map[int64][]fault.Rule{
		0: {},
		1: {rules[0], rules[2]},
		2: {rules[0], rules[1]},
		3: rules,
	} {
		set := newSet(t, rules...)
		if diff := cmp.Diff(rules, set.Rules()); diff != "" {
			t.Errorf("rules (-want +got):\n%s", diff)
		}
		set.Clear(id)
		if diff := cmp.Diff(want, set.Rules()); diff != "" {
			t.Errorf("rules after Clear(%d) (-want +got):\n%s", id, diff)
		}
	}
}

// A rule for n requests befalls n of them, however many come at once.
func TestNextInParallel(t *testing.T) {
	t.Parallel()
	set := newSet(t, of(hangUp, "", 0, 10))
	var (
		wg       sync.WaitGroup
		mu       sync.Mutex
		befallen int
	)
	for range 50 {
		wg.Go(func() {
			if f, _ := set.Next("verify", nil); f != nil {
				mu.Lock()
				befallen++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if befallen != 10 || len(set.Rules()) != 0 {
		t.Errorf("%d requests befallen, rules %v; want 10, none", befallen, set.Rules())
	}
}

func TestAddErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		rule fault.Rule
		want string
	}{
		{fault.Rule{}, `no fault is named "": want one of answer, delay, hang-up`},
		{fault.Rule{Name: "Delay"}, `no fault is named "Delay": want one of answer, delay, hang-up`},
		{fault.Rule{Name: "delay"}, `fault delay: the delay 0s: want more than nothing and at most an hour`},
		{fault.Rule{Name: "delay", Parameters: fault.Parameters{Delay: time.Hour + 1}}, `fault delay: the delay 1h0m0.000000001s: want more than nothing and at most an hour`},
		{fault.Rule{Name: "answer", Parameters: fault.Parameters{Status: 101}}, `fault answer: the status 101: want 200 to 599`},
	} {
		set := new(fault.Set)
		if err := set.Add(test.rule); err == nil || err.Error() != test.want {
			t.Errorf("%+v: got %v, want %s", test.rule, err, test.want)
		}
		if rules := set.Rules(); len(rules) != 0 {
			t.Errorf("%+v: is in force: %+v", test.rule, rules)
		}
	}
	for _, rule := range []fault.Rule{
		{Name: "delay", Parameters: fault.Parameters{Delay: time.Hour}},
		{Name: "delay", Parameters: fault.Parameters{Delay: 1}},
		{Name: "answer", Parameters: fault.Parameters{Status: 200}},
		{Name: "answer", Parameters: fault.Parameters{Status: 599}},
	} {
		if err := new(fault.Set).Add(rule); err != nil {
			t.Errorf("%+v: %v", rule, err)
		}
	}
}
