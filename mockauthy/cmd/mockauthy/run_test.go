package main

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func TestWrongUse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args   []string
		stderr string
	}{
		{[]string{"frobnicate"}, `mockauthy: unknown command "frobnicate" for "mockauthy"`},
		{[]string{"--nothing"}, `mockauthy: unknown flag: --nothing`},
		{[]string{"serve", "--nothing"}, `mockauthy: unknown flag: --nothing`},
		{[]string{"serve", "--listen"}, `mockauthy: flag needs an argument: --listen`},
		{[]string{"serve", "-x"}, `mockauthy: unknown shorthand flag: 'x' in -x`},
		{[]string{"token"}, `mockauthy: accepts 1 arg(s), received 0`},
		{[]string{"token", "1", "2"}, `mockauthy: accepts 1 arg(s), received 2`},
		{[]string{"token", "alice"}, `mockauthy: the Authy ID "alice": want a whole number`},
		{[]string{"token", "1.5"}, `mockauthy: the Authy ID "1.5": want a whole number`},
		{[]string{"token", "1000", "--url", "127.0.0.1:2884"}, `mockauthy: the mock's URL "127.0.0.1:2884": want http://HOST:PORT`},
		{[]string{"health", "--url", "mock"}, `mockauthy: the mock's URL "mock": want http://HOST:PORT`},
		{[]string{"health", "now"}, `mockauthy: unknown command "now" for "mockauthy health"`},
	} {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) {
			t.Parallel()
			expect(t, result{2, "", test.stderr + "\n"}, nil, test.args...)
		})
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"help"}, {"--help"}, {"-h"}, {"help", "serve"}, {"serve", "--help"}, {"token", "-h"}, {"health", "--help"}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			t.Parallel()
			if got := command(t, nil, args...); got.code != 0 || got.stderr != "" || !strings.Contains(got.stdout, "Usage:\n  mockauthy") {
				t.Errorf("%+v", got)
			}
		})
	}
}

// twins are the environment variables of all flags of all commands, as users
// know them. A new flag belongs here, and into the documentation.
var twins = map[string]map[string]struct{ variable, sample string }{
	"serve": {
		"listen":     {"MOCKAUTHY_LISTEN", "192.0.2.1:1"},
		"tls-listen": {"MOCKAUTHY_TLS_LISTEN", "192.0.2.1:2"},
		"ca":         {"MOCKAUTHY_CA", "ca.pem"},
		"api-key":    {"MOCKAUTHY_API_KEY", "mine"},
		"seed":       {"MOCKAUTHY_SEED", "seed.yaml"},
		"data":       {"MOCKAUTHY_DATA", "mock.db"},

		"control-listen":     {"MOCKAUTHY_CONTROL_LISTEN", "192.0.2.1:3"},
		"control-open":       {"MOCKAUTHY_CONTROL_OPEN", "true"},
		"control-token":      {"MOCKAUTHY_CONTROL_TOKEN", controlToken},
		"control-token-file": {"MOCKAUTHY_CONTROL_TOKEN_FILE", "token"},
	},
	"ca": {
		"url":                {"MOCKAUTHY_URL", "http://192.0.2.1:1"},
		"control-token":      {"MOCKAUTHY_CONTROL_TOKEN", controlToken},
		"control-token-file": {"MOCKAUTHY_CONTROL_TOKEN_FILE", "token"},
	},
	"token": {
		"url":                {"MOCKAUTHY_URL", "http://192.0.2.1:1"},
		"api-key":            {"MOCKAUTHY_API_KEY", "mine"},
		"step":               {"MOCKAUTHY_STEP", "-3"},
		"control-token":      {"MOCKAUTHY_CONTROL_TOKEN", controlToken},
		"control-token-file": {"MOCKAUTHY_CONTROL_TOKEN_FILE", "token"},
	},
	"health": {
		"url": {"MOCKAUTHY_URL", "http://192.0.2.1:1"},
	},
}

// Every flag has its environment twin, and wins over it.
func TestEnvironmentTwins(t *testing.T) {
	t.Parallel()
	var commands []*cobra.Command
	for _, c := range rootCommand("mockauthy", environment{}.get).Commands() {
		if c.Name() != "help" {
			commands = append(commands, c)
		}
	}
	if len(commands) != len(twins) {
		t.Errorf("%d commands, want %d", len(commands), len(twins))
	}
	for _, c := range commands {
		seen := 0
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Name == "help" {
				return
			}
			seen++
			twin, ok := twins[c.Name()][f.Name]
			if !ok {
				t.Errorf("%s --%s: has no twin in this test", c.Name(), f.Name)
				return
			}
			t.Run(c.Name()+" --"+f.Name, func(t *testing.T) {
				t.Parallel()
				env := environment{twin.variable: twin.sample}
				if got := flagValue(t, env, c.Name(), f.Name); got != twin.sample {
					t.Errorf("%s=%s makes it %q", twin.variable, twin.sample, got)
				}
				if got := flagValue(t, environment{}, c.Name(), f.Name); got != f.DefValue {
					t.Errorf("without %s it is %q, want %q", twin.variable, got, f.DefValue)
				}
				if got := flagValue(t, environment{twin.variable: ""}, c.Name(), f.Name); got != f.DefValue {
					t.Errorf("with an empty %s it is %q, want %q", twin.variable, got, f.DefValue)
				}
				given := "7"
				if f.Value.Type() == "bool" {
					given = "false"
				}
				if got := flagValue(t, env, c.Name(), f.Name, "--"+f.Name+"="+given); got != given {
					t.Errorf("the flag says %s, %s makes it %q", given, twin.variable, got)
				}
				// The flag wins as well where it says what is the default.
				if got := flagValue(t, env, c.Name(), f.Name, "--"+f.Name+"="+f.DefValue); got != f.DefValue {
					t.Errorf("the flag says %q, %s makes it %q", f.DefValue, twin.variable, got)
				}
			})
		})
		if seen != len(twins[c.Name()]) {
			t.Errorf("%s: %d flags, want %d", c.Name(), seen, len(twins[c.Name()]))
		}
	}
	t.Run("help is none", func(t *testing.T) {
		t.Parallel()
		expect(t, result{2, "", "mockauthy: the Authy ID \"x\": want a whole number\n"}, environment{"MOCKAUTHY_HELP": "please"}, "token", "x")
	})
}

// flagValue is a flag's value once the command would run.
func flagValue(t *testing.T, env environment, name, flag string, args ...string) string {
	t.Helper()
	root := rootCommand("mockauthy", env.get)
	value := "the command does not run"
	for _, c := range root.Commands() {
		if c.Name() == name {
			c.Args = nil
			c.RunE = func(c *cobra.Command, _ []string) error {
				value = c.Flags().Lookup(flag).Value.String()
				return nil
			}
		}
	}
	root.SetArgs(append([]string{name}, args...))
	if err := root.ExecuteContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	return value
}

// A value that is wrong is named with its flag or its variable.
func TestWrongValues(t *testing.T) {
	t.Parallel()
	for _, got := range []struct {
		result
		begins string
	}{
		{command(t, nil, "token", "1000", "--step", "one"), `mockauthy: invalid argument "one" for "--step" flag: `},
		{command(t, environment{"MOCKAUTHY_STEP": "one"}, "token", "1000"), `mockauthy: MOCKAUTHY_STEP: invalid argument "one" for "--step" flag: `},
	} {
		if got.code != 2 || got.stdout != "" || !strings.HasPrefix(got.stderr, got.begins) {
			t.Errorf("%+v, want exit 2 and %s", got.result, got.begins)
		}
	}
	if got := command(t, environment{"MOCKAUTHY_CONTROL_OPEN": "maybe"}, "serve"); got.code != 2 || !strings.HasPrefix(got.stderr, `mockauthy: MOCKAUTHY_CONTROL_OPEN: invalid argument "maybe" for "--control-open" flag: `) {
		t.Errorf("%+v", got)
	}
	expect(t, result{2, "", "mockauthy: the mock's URL \"mock\": want http://HOST:PORT\n"}, environment{"MOCKAUTHY_URL": "mock"}, "health")
}

// totp is RFC 6238 with the secret 12345678901234567890 and steps of 10 s.
func totp(step int64, digits int) string {
	mac := hmac.New(sha1.New, []byte("12345678901234567890"))
	_ = binary.Write(mac, binary.BigEndian, step)
	sum := mac.Sum(nil)
	all := fmt.Sprintf("%010d", binary.BigEndian.Uint32(sum[sum[len(sum)-1]&0xf:])&0x7fffffff)
	return all[len(all)-digits:]
}

func TestToken(t *testing.T) {
	t.Parallel()
	s := serving(t, nil, "--listen", "127.0.0.1:0", "--seed", writeSeed(t, twoApplications))
	for _, test := range []struct {
		name   string
		env    environment
		args   []string
		offset int64
		digits int
	}{
		{"now", nil, []string{"--url", s.url, "5"}, 0, 7},
		{"step before", nil, []string{"--url", s.url, "--step", "-1", "5"}, -1, 7},
		{"step after", nil, []string{"5", "--step=2", "--url=" + s.url}, 2, 7},
		{"first application by its key", nil, []string{"5", "--url", s.url, "--api-key", "first"}, 0, 7},
		{"other application", nil, []string{"6", "--url", s.url, "--api-key", "second"}, 0, 8},
		{"environment", environment{"MOCKAUTHY_URL": s.url, "MOCKAUTHY_API_KEY": "second", "MOCKAUTHY_STEP": "1"}, []string{"6"}, 1, 8},
		{
			"flags win",
			environment{"MOCKAUTHY_URL": "http://127.0.0.1:1", "MOCKAUTHY_API_KEY": "second", "MOCKAUTHY_STEP": "5"},
			[]string{"--url", s.url, "--api-key", "first", "--step", "0", "5"},
			0, 7,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			from := time.Now().Unix() / 10
			got := command(t, test.env, append([]string{"token"}, test.args...)...)
			for step := from; step <= time.Now().Unix()/10; step++ { // a step may have ended meanwhile
				if (got == result{0, totp(step+test.offset, test.digits) + "\n", ""}) {
					return
				}
			}
			t.Errorf("got %+v, want %s", got, totp(from+test.offset, test.digits))
		})
	}
	for _, test := range []struct {
		name   string
		args   []string
		stderr string
	}{
		{"unknown user", []string{"6"}, `mockauthy: control API: the application "One" has no user 6`},
		{"unknown key", []string{"5", "--api-key", "CANARY"}, `mockauthy: control API: no application has this API key`},
		{"far away", []string{"5", "--step", "1000000000"}, `mockauthy: control API: step=1000000000: want -315360000 to 315360000`},
	} {
		t.Run(test.name, func(t *testing.T) {
			expect(t, result{1, "", test.stderr + "\n"}, nil, append([]string{"token", "--url", s.url}, test.args...)...)
		})
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	s := serving(t, nil, "--listen", "127.0.0.1:0")
	expect(t, result{0, "", ""}, nil, "health", "--url", s.url)
	expect(t, result{0, "", ""}, environment{"MOCKAUTHY_URL": s.url}, "health")
	expect(t, result{0, "", ""}, environment{"MOCKAUTHY_URL": "http://127.0.0.1:1"}, "health", "--url", s.url)
	s.stop()
	got := command(t, nil, "health", "--url", s.url)
	if got.code != 1 || got.stdout != "" || !strings.HasPrefix(got.stderr, "mockauthy: control API: Get \""+s.url+"/livez\": ") {
		t.Errorf("of a mock that has stopped: %+v", got)
	}

	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	expect(t, result{1, "", "mockauthy: control API: GET " + other.URL + "/livez: 404 Not Found\n"}, nil, "health", "--url", other.URL)
}

// For a command to paste, the mock calls itself as it was called.
func TestExecutable(t *testing.T) {
	t.Parallel()
	for self, want := range map[string]string{
		"":                                    "mockauthy",
		"mockauthy":                           "mockauthy",
		"./mockauthy":                         "./mockauthy",
		"/usr/local/bin/mocka":                "/usr/local/bin/mocka",
		"/tmp/go-build123/b001/exe/mockauthy": "mockauthy",
	} {
		if got := executable(self); got != want {
			t.Errorf("%q: got %q, want %q", self, got, want)
		}
	}
}
