package contract_test

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/contract"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
)

// TestMain lets more tests run side by side than there are cores, unless -parallel
// says how many: they wait for hooks more than they work.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

// long is more time than anything takes that is not waited for.
const long = 5 * time.Second

// script is a hook that is a shell script.
func script(kind driver.Kind, lines string) driver.Hook {
	return driver.Hook{
		Kind: kind, Program: "/bin/sh", Args: []string{"-c", lines},
		Users: []driver.Person{{Username: "alice", AuthyID: 1000}}, APIKey: "key",
	}
}

// scripts is a hook that is one of many scripts: that whose name the variable
// holds.
func scripts(kind driver.Kind, variable string, all map[string]string) driver.Hook {
	var b strings.Builder
	fmt.Fprintf(&b, "case $%s in\n", variable)
	for name, lines := range all {
		fmt.Fprintf(&b, "%q) %s ;;\n", name, cmp.Or(lines, ":"))
	}
	b.WriteString("*) exit 3 ;;\nesac")
	return script(kind, b.String())
}

// service is a hook over HTTP.
func service(t *testing.T, kind driver.Kind, handler http.HandlerFunc) driver.Hook {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	hook := script(kind, "")
	hook.Program, hook.Args, hook.URL = "", nil, server.URL
	return hook
}

// response is what a hook over HTTP says.
type response struct {
	status int
	body   string
}

// responses is a hook over HTTP that says one of many things: that whose name the
// field of the request holds.
func responses(t *testing.T, kind driver.Kind, field string, all map[string]response) driver.Hook {
	t.Helper()
	return service(t, kind, func(w http.ResponseWriter, r *http.Request) {
		var request map[string]any
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			t.Error(err)
		}
		says := all[fmt.Sprint(request[field])]
		w.WriteHeader(says.status)
		_, _ = io.WriteString(w, says.body)
	})
}

func body(r *http.Request) string {
	said, _ := io.ReadAll(r.Body)
	return string(said)
}

// alice is whom most tests log in as.
func alice() sftpgo.User {
	return sftpgo.User{
		Username: "alice", Password: "secret", Status: 1,
		Permissions: map[string][]string{"/": {"list", "download"}}, Description: "kept",
	}
}

// start makes a driver for the length of the test.
func start(t *testing.T, hook driver.Hook, timeout time.Duration) *contract.Driver {
	t.Helper()
	return startWith(t, hook, contract.Options{Timeout: timeout})
}

func startWith(t *testing.T, hook driver.Hook, options contract.Options) *contract.Driver {
	t.Helper()
	d, err := contract.Start(t.Context(), hook, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// enter takes a place, and makes these users known there.
func enter(t *testing.T, d *contract.Driver, users ...sftpgo.User) driver.Site {
	t.Helper()
	site, err := d.Site(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := site.Leave(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	for _, user := range users {
		if err := site.AddUser(t.Context(), user); err != nil {
			t.Fatal(err)
		}
	}
	return site
}

// newSite is the place of a hook that has one test.
func newSite(t *testing.T, hook driver.Hook, timeout time.Duration, users ...sftpgo.User) driver.Site {
	t.Helper()
	return enter(t, startWith(t, hook, contract.Options{Timeout: timeout, AtOnce: 1}), users...)
}

func logIn(t *testing.T, site driver.Site, login driver.Login) driver.Result {
	t.Helper()
	result, err := site.LogIn(t.Context(), login)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// mustLetIn fails the test unless the login ends so; "" is a refusal.
func mustLetIn(t *testing.T, site driver.Site, login driver.Login, want string) driver.Result {
	t.Helper()
	result := logIn(t, site, login)
	if result.In != want {
		t.Errorf("let in %q, want %q\n%s", result.In, want, story(site))
	}
	return result
}

// mustSay fails the test unless this happened.
func mustSay(t *testing.T, site driver.Site, want string) {
	t.Helper()
	if told := story(site); !strings.Contains(told, want) {
		t.Errorf("%q has not happened:\n%s", want, told)
	}
}

func story(site driver.Site) string {
	var b strings.Builder
	for _, event := range site.Events() {
		b.WriteString(string(event.Who) + " " + event.What + "\n")
	}
	if b.Len() > 4<<10 {
		return b.String()[:2<<10] + " … " + b.String()[b.Len()-2<<10:]
	}
	return b.String()
}

// inTurn replies to questions in turn.
func inTurn(all ...string) func(driver.Question) (string, error) {
	next := 0
	return func(driver.Question) (string, error) {
		next++
		return all[next-1], nil
	}
}
