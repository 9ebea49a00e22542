package fault_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
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
		if _, err := set.Add(r); err != nil {
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

func number(n int) *int { return &n }

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
	rules := newSet(t, hangUp, of(delay, "", 1, 0), of(answer, "verify", 2, 3)).Rules()
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
		{fault.Rule{}, `no fault is named "": want one of answer, contradict, cut-chunk, cut-off, delay, drip, drop-fields, endless, garbage, garbage-chunks, hang-up, reset, set-fields, silence, stall, wrong-length, wrong-types`},
		{fault.Rule{Name: "Delay"}, `no fault is named "Delay": want one of answer, contradict, cut-chunk, cut-off, delay, drip, drop-fields, endless, garbage, garbage-chunks, hang-up, reset, set-fields, silence, stall, wrong-length, wrong-types`},
		{fault.Rule{Name: "delay"}, `fault delay: the delay 0s: want more than nothing and at most an hour`},
		{fault.Rule{Name: "delay", Parameters: fault.Parameters{Delay: time.Hour + 1}}, `fault delay: the delay 1h0m0.000000001s: want more than nothing and at most an hour`},
		{fault.Rule{Name: "answer", Parameters: fault.Parameters{Status: 101}}, `fault answer: the status 101: want 200 to 599`},
		{fault.Rule{Name: "answer", Parameters: fault.Parameters{Headers: map[string]string{"X-A": "a\r\nSet-Cookie: b"}}}, `fault answer: the header "X-A": want a name and a value that HTTP can carry`},
		{fault.Rule{Name: "answer", Parameters: fault.Parameters{Headers: map[string]string{"X A": "a"}}}, `fault answer: the header "X A": want a name and a value that HTTP can carry`},
		{fault.Rule{Name: "hang-up", Parameters: fault.Parameters{Status: 200}}, `fault hang-up: it has no parameter status: want delay`},
		{fault.Rule{Name: "reset", Parameters: fault.Parameters{After: number(-1)}}, `fault reset: after -1: want 0 or more bytes`},
		{fault.Rule{Name: "wrong-length", Parameters: fault.Parameters{Length: number(-1)}}, `fault wrong-length: length -1: want 0 or more bytes`},
		{fault.Rule{Name: "drip", Parameters: fault.Parameters{Interval: -1}}, `fault drip: the interval -1ns: want more than nothing and at most an hour`},
		{fault.Rule{Name: "set-fields"}, `fault set-fields: fields: want at least one, such as {"success":false}`},
		{fault.Rule{Name: "set-fields", Parameters: fault.Parameters{Fields: map[string]json.RawMessage{"a": json.RawMessage("{")}}}, `fault set-fields: fields: "a": want JSON: unexpected end of JSON input`},
		{fault.Rule{Name: "drop-fields"}, `fault drop-fields: names: want at least one, such as ["token"]`},
		{fault.Rule{Name: "hang-up", Times: -1}, `times -1: want 1 or more, or 0 for always`},
		{fault.Rule{Name: "hang-up", Probability: 1.5}, `probability 1.5: want above 0 and at most 1`},
		{fault.Rule{Name: "hang-up", Probability: math.NaN()}, `probability NaN: want above 0 and at most 1`},
	} {
		set := new(fault.Set)
		if _, err := set.Add(test.rule); err == nil || err.Error() != test.want {
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
		if _, err := new(fault.Set).Add(rule); err != nil {
			t.Errorf("%+v: %v", rule, err)
		}
	}
}

// The same seed lets chance befall the same requests.
func TestChance(t *testing.T) {
	t.Parallel()
	befallen := func(r fault.Rule) (pattern []bool, seed uint64) {
		set := newSet(t, r)
		for range 1000 {
			f, _ := set.Next("verify", nil)
			pattern = append(pattern, f != nil)
		}
		return pattern, set.Rules()[0].Seed
	}
	rule := hangUp
	rule.Probability = 0.3
	first, seed := befallen(rule)
	if seed == 0 {
		t.Error("the seed is not told")
	}
	hits := 0
	for _, hit := range first {
		if hit {
			hits++
		}
	}
	if hits < 200 || hits > 400 {
		t.Errorf("%d of 1000 befallen, want about 300", hits)
	}
	rule.Seed = seed
	if again, _ := befallen(rule); !slices.Equal(first, again) {
		t.Error("with the same seed other requests are befallen")
	}
	rule.Seed++
	if other, _ := befallen(rule); slices.Equal(first, other) {
		t.Error("with another seed the same requests are befallen")
	}
	rule.Probability = 1
	if all, _ := befallen(rule); slices.Contains(all, false) {
		t.Error("with the probability 1 a request is spared")
	}
}

// Only a request that is befallen uses a rule up.
func TestChanceAndTimes(t *testing.T) {
	t.Parallel()
	rule := of(hangUp, "", 0, 5)
	rule.Probability, rule.Seed = 0.5, 1
	set, hits := newSet(t, rule), 0
	for range 1000 {
		if f, _ := set.Next("", nil); f != nil {
			hits++
		}
	}
	if hits != 5 {
		t.Errorf("%d befallen, want 5", hits)
	}
}

func TestRemove(t *testing.T) {
	t.Parallel()
	set := newSet(t, hangUp, delay, answer)
	if !set.Remove(2) || set.Remove(2) || set.Remove(0) {
		t.Error("want the rule 2 to be removed once, and nothing else")
	}
	added, err := set.Add(hangUp)
	if err != nil || added.ID != 4 {
		t.Errorf("the next rule is %+v, %v; want the ID 4: none comes twice", added, err)
	}
}

func TestSetIsBounded(t *testing.T) {
	t.Parallel()
	set := newSet(t)
	for range 1000 {
		if _, err := set.Add(hangUp); err != nil {
			t.Fatal(err)
		}
	}
	want := "1000 faults are in force already: want some of them ended first"
	if _, err := set.Add(hangUp); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestReplace(t *testing.T) {
	t.Parallel()
	set := newSet(t, hangUp, delay)
	want := "fault 2 of 2: fault delay: the delay 0s: want more than nothing and at most an hour"
	if err := set.Replace([]fault.Rule{answer, {Name: "delay"}}); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if rules := set.Rules(); len(rules) != 2 {
		t.Errorf("rules %+v, want the two from before", rules)
	}
	if err := set.Replace([]fault.Rule{answer}); err != nil {
		t.Fatal(err)
	}
	if rules := set.Rules(); len(rules) != 1 || rules[0].Name != "answer" || rules[0].ID != 3 {
		t.Errorf("rules %+v, want one answer with the ID 3", rules)
	}
}

// The catalogue is in order, tells what everything does, and can make it.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	kinds := fault.Catalogue()
	if !slices.IsSortedFunc(kinds, func(a, b fault.Kind) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("the catalogue is not in order")
	}
	needs := map[string]fault.Parameters{
		"delay":       {Delay: 1},
		"set-fields":  {Fields: map[string]json.RawMessage{"a": json.RawMessage("1")}},
		"drop-fields": {Names: []string{"a"}},
	}
	for _, k := range kinds {
		if k.Does == "" {
			t.Errorf("%s: nobody is told what it does", k.Name)
		}
		if f, err := fault.New(k.Name, needs[k.Name]); err != nil || f == nil {
			t.Errorf("%s: %v, %v", k.Name, f, err)
		}
	}
}

func TestMagic(t *testing.T) {
	t.Parallel()
	for i, m := range fault.MagicUsers() {
		if want := fmt.Sprintf("55509%02d", i); m.Ending != want {
			t.Errorf("ending %s, want %s", m.Ending, want)
		}
		if f, name := fault.Magic("201" + m.Ending); f == nil || name != m.Name {
			t.Errorf("%s: %v, %q; want the fault %s", m.Ending, f, name, m.Name)
		}
	}
	for _, none := range []string{"", "0900", "2015550123", "2015550899", "2015551000", "2015550999", "5550900201"} {
		if f, name := fault.Magic(none); f != nil || name != "" {
			t.Errorf("%s: %v, %q; want no fault", none, f, name)
		}
	}
}
