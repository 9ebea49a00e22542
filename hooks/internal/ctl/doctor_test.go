package ctl_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks/internal/ctl"
)

// safe are settings of SFTPGo with checkpwd that leave nothing open but public
// keys, with a program that exists.
func safe(t *testing.T, more ...string) []string {
	t.Helper()
	program := writeFile(t, "checkpwd", "")
	if err := os.Chmod(program, 0o755); err != nil {
		t.Fatal(err)
	}
	return append([]string{
		"SFTPGO_DATA_PROVIDER__CHECK_PASSWORD_HOOK=" + program, "SFTPGO_COMMAND__ENV=AUTHY_CONFIG_FILE=/etc/sftpgo/authy.conf",
	}, more...)
}

func TestDoctor(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		users    string
		more     []string
		change   func(*authy, *restAPI)
		args     []string
		code     int
		problems []string // what the problems begin with, in their order
		texts    []string
	}{
		{
			name: "all well", code: ctl.ExitOK, args: []string{"-users"},
			texts: []string{"ok          settings: those of checkpwd are right", "ok          Authy: it accepts the API key", "ok          clock: it agrees", "ok          REST API: SFTPGo answers", "ok          users: 1 in ", "ok          users: 1 of the users file are known to Authy and active", "none of the 1 users of SFTPGo", "ok          SFTPGo: checkpwd is set", "warning     SSH: public keys"},
		},
		{
			name: "wrong key", code: ctl.ExitFailed, more: []string{"AUTHY_API_KEY=canaryOther"},
			problems: []string{"Authy: the API key was refused by Authy"}, texts: []string{"AUTHY_API_KEY_FILE"},
		},
		{name: "down", code: ctl.ExitFailed, change: func(a *authy, _ *restAPI) { a.Close() }, problems: []string{"Authy: no answer from Authy: connection refused"}},
		{name: "odd answer", code: ctl.ExitFailed, change: func(a *authy, _ *restAPI) { a.status, a.body = 200, "canary" }, problems: []string{"Authy: the answer of Authy proves nothing"}},
		{name: "clock a little wrong", code: ctl.ExitOK, change: func(a *authy, _ *restAPI) { a.skew = -10 * time.Second }, texts: []string{"warning     clock: the clock differs from Authy's by 1", "NTP"}},
		{name: "clock wrong", code: ctl.ExitFailed, change: func(a *authy, _ *restAPI) { a.skew = time.Minute }, problems: []string{"clock: the clock differs from Authy's by "}},
		{name: "slow", code: ctl.ExitOK, more: []string{"AUTHY_DENY_AFTER=1ns"}, texts: []string{"longer than AUTHY_DENY_AFTER"}},
		{name: "settings", code: ctl.ExitFailed, more: []string{"AUTHY_DEADLINE=x"}, problems: []string{"settings: the settings of checkpwd are not right: AUTHY_DEADLINE: expected"}},
		{name: "REST API", code: ctl.ExitFailed, change: func(_ *authy, s *restAPI) { s.Close() }, problems: []string{"REST API: no usable answer"}, texts: []string{"view_users"}},
		{name: "unknown ID", users: "alice,1001\nghost,404\nrobot,,no-token\n", code: ctl.ExitFailed, args: []string{"-users"}, problems: []string{"users: Authy does not know 404, the Authy ID of ghost"}, texts: []string{"3 in ", "1 of them with an exception"}},
		{name: "unknown ID is not looked for", users: "ghost,404\n", code: ctl.ExitOK},
		{name: "disabled", users: "carol,1003\n", code: ctl.ExitOK, args: []string{"-users"}, texts: []string{"carol is disabled at Authy"}},
		{
			name: "excepted in SFTPGo", code: ctl.ExitFailed, args: []string{"-users"},
			change: func(_ *authy, s *restAPI) {
				s.users["alice"]["filters"] = map[string]any{"hooks": map[string]bool{"check_password_disabled": true, "external_auth_disabled": true}, "external_auth_cache_time": 60}
			},
			problems: []string{"users: alice is excepted from check password"},
		},
		{name: "odd filters", code: ctl.ExitOK, args: []string{"-users"}, change: func(_ *authy, s *restAPI) { s.users["alice"]["filters"] = "canary" }, texts: []string{"warning     users: the filters of alice cannot be read"}},
		{name: "open door", code: ctl.ExitFailed, more: []string{"SFTPGO_DATA_PROVIDER__CHECK_PASSWORD_SCOPE=7"}, problems: []string{"web: the web client", "web: the REST API's login for users"}, texts: []string{"do:  SFTPGO_DATA_PROVIDER__CHECK_PASSWORD_SCOPE=0"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a, rest := newAuthy(t), newREST(t, map[string]any{"username": "alice", "additional_info": "authy_id=1001"})
			users := test.users
			if users == "" {
				users = "alice,1001\n"
			}
			if test.change != nil {
				test.change(a, rest)
			}
			environ := slices.Concat(withFile(a, writeFile(t, "users.csv", users)), withREST(a, rest)[2:], safe(t, test.more...))
			o := hookctl(t, environ, "", append([]string{"doctor"}, test.args...)...)
			o.must(t, test.code, test.texts...)
			var problems []string
			for line := range strings.Lines(o.out) {
				if text, ok := strings.CutPrefix(line, "problem     "); ok {
					problems = append(problems, text)
				}
			}
			if len(problems) != len(test.problems) {
				t.Fatalf("problems %q, want %q", problems, test.problems)
			}
			for i, problem := range problems {
				if !strings.HasPrefix(problem, test.problems[i]) {
					t.Errorf("problem %q, want %q", problem, test.problems[i])
				}
			}
			if slices.ContainsFunc(a.seen(), func(request string) bool { return strings.Contains(request, "/verify/") }) {
				t.Error("a token was used")
			}
		})
	}
}

// SFTPGo's settings come from files too, and so then do those of the hook.
func TestDoctorFiles(t *testing.T) {
	t.Parallel()
	a := newAuthy(t)
	settings := writeFile(t, "authy.conf", strings.Join(withFile(a, writeFile(t, "users.csv", "alice,1001\n")), "\n"))
	program := strings.TrimPrefix(safe(t)[0], "SFTPGO_DATA_PROVIDER__CHECK_PASSWORD_HOOK=")
	config := writeFile(t, "sftpgo.json", `{"data_provider":{"check_password_hook":"`+program+`","check_password_scope":1},"command":{"env":["AUTHY_CONFIG_FILE=`+settings+`"]}}`)
	lines := writeFile(t, "sftpgo.env", "SFTPGO_DATA_PROVIDER__CHECK_PASSWORD_SCOPE=0\n")
	hookctl(t, nil, "", "doctor", "-sftpgo-config", config).must(t, ctl.ExitFailed, "right (from "+settings+")", "problem     web")
	hookctl(t, nil, "", "doctor", "-sftpgo-config", config, "-sftpgo-env", lines).must(t, ctl.ExitOK, "right (from "+settings+")")
	hookctl(t, []string{"SFTPGO_DATA_PROVIDER__CHECK_PASSWORD_SCOPE=1"}, "", "doctor", "-sftpgo-config", config, "-sftpgo-env", lines).must(t, ctl.ExitFailed)
	other := writeFile(t, "other.conf", readFile(t, settings))
	hookctl(t, nil, "", "doctor", "-sftpgo-config", config, "-sftpgo-env", lines, "-config", other).must(t, ctl.ExitOK, "hands another AUTHY_CONFIG_FILE to the hook")
	hookctl(t, nil, "", "doctor", "-config", settings).must(t, ctl.ExitOK, "SFTPGo's settings were not looked at")
	hookctl(t, nil, "", "doctor", "-config", settings, "-hook", "keyint").must(t, ctl.ExitOK, "those of keyint are right")
	hookctl(t, nil, "", "doctor", "-sftpgo-config", settings).must(t, ctl.ExitUsage, "expected SFTPGo's configuration")

	o := hookctl(t, nil, "", "doctor", "-json", "-sftpgo-config", config)
	var findings []struct{ Level, Subject, What, Why, Remedy string }
	if err := json.Unmarshal([]byte(o.out), &findings); err != nil || o.code != ctl.ExitFailed {
		t.Fatalf("%v, %d\n%s", err, o.code, o.out)
	}
	if last := findings[len(findings)-1]; last.Level != "problem" || last.Subject != "web" || last.Why == "" || last.Remedy == "" {
		t.Errorf("%+v", last)
	}
}

// The settings that the scenarios start SFTPGo with are safe, but for what the
// page says of each.
func TestDoctorOnTheSettingsOfTheScenarios(t *testing.T) {
	t.Parallel()
	a := newAuthy(t)
	settings := withFile(a, writeFile(t, "users.csv", "alice,1001\n"))
	for file, problems := range map[string]int{"password_and_token.env": 1, "prefix_and_token.env": 1, "token_only.env": 1} {
		path := filepath.Join("..", "..", "..", "e2e", "stack", "settings", file)
		o := hookctl(t, settings, "", "doctor", "-sftpgo-env", path)
		// The programs are not where they are in a container.
		o.must(t, ctl.ExitFailed, "the hook is not to be found on this machine: /usr/local/bin/")
		if n := strings.Count(o.out, "\nproblem "); n != problems {
			t.Errorf("%s: %d problems, want %d\n%s", file, n, problems, o.out)
		}
	}
}
