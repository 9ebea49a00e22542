package doors_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks/internal/doors"
)

// The settings with which each hook leaves nothing open but public keys.
var (
	web      = []string{"SFTPGO_HTTPD__BINDINGS__0__ENABLE_WEB_CLIENT=false", "SFTPGO_HTTPD__BINDINGS__0__DISABLED_LOGIN_METHODS=32"}
	env      = []string{"SFTPGO_COMMAND__ENV=AUTHY_CONFIG_FILE=/etc/sftpgo/authy.conf"}
	keyint   = slices.Concat(env, web, []string{"SFTPGO_SFTPD__KEYBOARD_INTERACTIVE_AUTH_HOOK=/usr/local/bin/hook", "SFTPGO_SFTPD__PASSWORD_AUTHENTICATION=false"})
	extauth  = slices.Concat(env, []string{"SFTPGO_DATA_PROVIDER__EXTERNAL_AUTH_HOOK=/usr/local/bin/hook", "SFTPGO_DATA_PROVIDER__EXTERNAL_AUTH_SCOPE=5"})
	checkpwd = slices.Concat(env, []string{"SFTPGO_DATA_PROVIDER__CHECK_PASSWORD_HOOK=/usr/local/bin/hook"})
)

const publicKeys = "warning: public keys let in without a token"

func look(environ ...string) []doors.Finding {
	site := doors.Site{
		ConfigFile: "/etc/sftpgo/authy.conf",
		Deadline:   map[string]time.Duration{"keyint": 25 * time.Second, "extauth": 10 * time.Second, "checkpwd": 10 * time.Second},
		Stat: func(path string) (fs.FileInfo, error) {
			return fs.Stat(fstest.MapFS{
				"usr/local/bin/hook": {Mode: 0o755}, "usr/local/bin/open": {Mode: 0o757}, "usr/local/bin/text": {Mode: 0o644}, "usr/local/bin": {Mode: fs.ModeDir | 0o755},
			}, strings.TrimPrefix(path, "/"))
		},
	}
	site.Settings.AddEnviron(environ)
	return doors.Look(site)
}

// TestDoors opens one door after the other.
func TestDoors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		base  []string
		more  string // one or more variables, separated by spaces
		found []string
	}{
		{"nothing set", nil, "", []string{"problem: none of the three hooks is set"}},
		{"keyint", keyint, "", []string{publicKeys}},
		{"extauth", extauth, "", []string{publicKeys}},
		{"checkpwd", checkpwd, "", []string{publicKeys}},
		{"SSH off", extauth, "SFTPD__BINDINGS__0__PORT=0", nil},
		{"SSH on the second binding", extauth, "SFTPD__BINDINGS__0__PORT=0 SFTPD__BINDINGS__1__PORT=22", []string{publicKeys}},

		{"keyboard-interactive off", keyint, "SFTPD__KEYBOARD_INTERACTIVE_AUTHENTICATION=false", []string{"problem: keyboard-interactive is off", publicKeys}},
		{"SSH password", keyint, "SFTPD__PASSWORD_AUTHENTICATION=true", []string{`problem: the method "password" lets in`, publicKeys}},
		{"SSH password as text that is no boolean", keyint, "SFTPD__PASSWORD_AUTHENTICATION=no", []string{`problem: the method "password" lets in`, publicKeys}},
		{"FTP beside keyint", keyint, "FTPD__BINDINGS__0__PORT=21", []string{publicKeys, "problem: FTP asks for no token"}},
		{"FTP on another binding", keyint, "FTPD__BINDINGS__3__PORT=21", []string{publicKeys, "problem: FTP asks for no token"}},
		{"WebDAV beside keyint", keyint, "WEBDAVD__BINDINGS__0__PORT=80", []string{publicKeys, "problem: WebDAV asks for no token"}},
		{"web beside keyint", keyint, "HTTPD__BINDINGS__0__ENABLE_WEB_CLIENT=true HTTPD__BINDINGS__0__DISABLED_LOGIN_METHODS=0", []string{publicKeys, "problem: the web client asks for no token", "problem: the REST API's login for users (/api/v2/user/token)"}},
		{"web client", keyint, "HTTPD__BINDINGS__0__ENABLE_WEB_CLIENT=true", []string{publicKeys, "problem: the web client asks for no token"}},
		{"web client by OIDC", keyint, "HTTPD__BINDINGS__0__ENABLE_WEB_CLIENT=true HTTPD__BINDINGS__0__DISABLED_LOGIN_METHODS=40", []string{publicKeys}},
		{"web form off only", keyint, "HTTPD__BINDINGS__0__DISABLED_LOGIN_METHODS=8", []string{publicKeys, "problem: the REST API's login for users (/api/v2/user/token)"}},
		{"older setting", keyint, "HTTPD__BINDINGS__0__DISABLED_LOGIN_METHODS=0 HTTPD__BINDINGS__0__ENABLED_LOGIN_METHODS=5 HTTPD__BINDINGS__0__ENABLE_WEB_CLIENT=true HTTPD__BINDINGS__0__ENABLE_REST_API=false", []string{publicKeys}},
		{"older setting, and the REST API", keyint, "HTTPD__BINDINGS__0__DISABLED_LOGIN_METHODS=0 HTTPD__BINDINGS__0__ENABLED_LOGIN_METHODS=5 HTTPD__BINDINGS__0__ENABLE_WEB_CLIENT=true", []string{publicKeys, "problem: the REST API's login for users (/api/v2/user/token)"}},
		{"REST API of the second binding", keyint, "HTTPD__BINDINGS__1__PORT=81 HTTPD__BINDINGS__1__ENABLE_WEB_CLIENT=false", []string{publicKeys, "problem: the REST API's login for users (/api/v2/user/token)"}},
		{"neither", keyint, "HTTPD__BINDINGS__0__DISABLED_LOGIN_METHODS=0 HTTPD__BINDINGS__0__ENABLE_REST_API=false", []string{publicKeys}},
		{"web off", keyint, "HTTPD__BINDINGS__0__DISABLED_LOGIN_METHODS=0 HTTPD__BINDINGS__0__PORT=0", []string{publicKeys}},
		{"web on a socket", keyint, "HTTPD__BINDINGS__0__PORT=0 HTTPD__BINDINGS__1__ADDRESS=/run/sftpgo.sock", []string{publicKeys, "problem: the web client asks for no token", "problem: the REST API's login for users (/api/v2/user/token)"}},

		{"keyint and checkpwd", keyint, "DATA_PROVIDER__CHECK_PASSWORD_HOOK=/usr/local/bin/hook", []string{"problem: keyint and checkpwd are both asked", publicKeys}},
		{"keyint and checkpwd apart", keyint, "DATA_PROVIDER__CHECK_PASSWORD_HOOK=/usr/local/bin/hook DATA_PROVIDER__CHECK_PASSWORD_SCOPE=6 FTPD__BINDINGS__0__PORT=21", []string{"warning: more than one hook is set: keyint, checkpwd", publicKeys}},
		{"keyint and extauth", keyint, "DATA_PROVIDER__EXTERNAL_AUTH_HOOK=/usr/local/bin/hook DATA_PROVIDER__EXTERNAL_AUTH_SCOPE=5", []string{"warning: more than one hook", publicKeys}},

		{"check password without SSH", checkpwd, "DATA_PROVIDER__CHECK_PASSWORD_SCOPE=6 HTTPD__BINDINGS__0__PORT=0", []string{publicKeys, "problem: SSH asks for no token"}},
		{"check password without FTP", checkpwd, "DATA_PROVIDER__CHECK_PASSWORD_SCOPE=1 FTPD__BINDINGS__0__PORT=21 HTTPD__BINDINGS__0__PORT=0", []string{publicKeys, "problem: FTP asks for no token"}},
		{"check password without WebDAV", checkpwd, "DATA_PROVIDER__CHECK_PASSWORD_SCOPE=3 WEBDAVD__BINDINGS__0__PORT=80 HTTPD__BINDINGS__0__PORT=0", []string{publicKeys, "problem: WebDAV asks for no token"}},
		{"check password without HTTP", checkpwd, "DATA_PROVIDER__CHECK_PASSWORD_SCOPE=7", []string{publicKeys, "problem: the web client asks for no token", "problem: the REST API's login for users (/api/v2/user/token)"}},
		{"check password, all on", checkpwd, "FTPD__BINDINGS__0__PORT=21", []string{publicKeys}},
		{"WebDAV's cache", checkpwd, "WEBDAVD__BINDINGS__0__PORT=80", []string{publicKeys, "problem: the cache of users never expires"}},
		{"WebDAV's cache expires", checkpwd, "WEBDAVD__BINDINGS__0__PORT=80 WEBDAVD__CACHE__USERS__EXPIRATION_TIME=5", []string{publicKeys}},
		{"WebDAV with external authentication", extauth, "WEBDAVD__BINDINGS__0__PORT=80", []string{publicKeys}},

		{"scope 0", extauth, "DATA_PROVIDER__EXTERNAL_AUTH_SCOPE=0", []string{"warning: external_auth_scope 0 asks the hook for public keys"}},
		{"scope too large", extauth, "DATA_PROVIDER__EXTERNAL_AUTH_SCOPE=16", []string{"warning: external_auth_scope 16 asks the hook for public keys"}},
		{"scope 1", extauth, "DATA_PROVIDER__EXTERNAL_AUTH_SCOPE=1", []string{publicKeys, "problem: external_auth_scope 1 leaves out keyboard-interactive"}},
		{"scope 1, keyboard-interactive off", extauth, "DATA_PROVIDER__EXTERNAL_AUTH_SCOPE=1 SFTPD__KEYBOARD_INTERACTIVE_AUTHENTICATION=false", []string{publicKeys}},
		{"scope 4", extauth, "DATA_PROVIDER__EXTERNAL_AUTH_SCOPE=4", []string{publicKeys, "problem: passwords are not in external_auth_scope"}},
		{"strength", extauth, "DATA_PROVIDER__PASSWORD_VALIDATION__USERS__MIN_ENTROPY=60", []string{publicKeys, "problem: a strength of passwords"}},

		{"time limit", keyint, "COMMAND__TIMEOUT=25", []string{publicKeys, "warning: SFTPGo waits 25 seconds, the hook takes up to 25s"}},
		{"time limit of the program", extauth, "COMMAND__COMMANDS__0__PATH=/usr/local/bin/hook COMMAND__COMMANDS__0__TIMEOUT=9", []string{publicKeys, "warning: SFTPGo waits 9 seconds"}},
		{"time limit of another program", extauth, "COMMAND__COMMANDS__0__PATH=/usr/local/bin/other COMMAND__COMMANDS__0__TIMEOUT=9", []string{publicKeys}},
		{"time limit of another hook", extauth, "COMMAND__COMMANDS__0__PATH=/usr/local/bin/hook COMMAND__COMMANDS__0__HOOK=check_password COMMAND__COMMANDS__0__TIMEOUT=9", []string{publicKeys}},
		{"time limit over HTTP", extauth, "DATA_PROVIDER__EXTERNAL_AUTH_HOOK=http://127.0.0.1:1/ HTTP__TIMEOUT=10", []string{publicKeys, "warning: SFTPGo waits 10 seconds"}},

		{"relative path", keyint, "SFTPD__KEYBOARD_INTERACTIVE_AUTH_HOOK=keyint", []string{publicKeys, "problem: the path of the hook is not absolute: keyint"}},
		{"missing", keyint, "SFTPD__KEYBOARD_INTERACTIVE_AUTH_HOOK=/none", []string{publicKeys, "problem: the hook is not to be found on this machine: /none"}},
		{"not executable", extauth, "DATA_PROVIDER__EXTERNAL_AUTH_HOOK=/usr/local/bin/text", []string{publicKeys, "problem: the hook is no executable program"}},
		{"directory", extauth, "DATA_PROVIDER__EXTERNAL_AUTH_HOOK=/usr/local/bin", []string{publicKeys, "problem: the hook is no executable program"}},
		{"writable", extauth, "DATA_PROVIDER__EXTERNAL_AUTH_HOOK=/usr/local/bin/open", []string{publicKeys, "problem: the hook is writable by everyone"}},

		{"loopback", extauth, "DATA_PROVIDER__EXTERNAL_AUTH_HOOK=http://localhost:1/", []string{publicKeys}},
		{"plain http", extauth, "DATA_PROVIDER__EXTERNAL_AUTH_HOOK=http://10.0.0.1/", []string{publicKeys, "problem: the hook is asked over plain http at 10.0.0.1"}},
		{"bad URL", extauth, "DATA_PROVIDER__EXTERNAL_AUTH_HOOK=http://%zz/", []string{publicKeys, "problem: the URL of the hook cannot be read"}},
		{"no certificate check", extauth, "DATA_PROVIDER__EXTERNAL_AUTH_HOOK=https://h/ HTTP__SKIP_TLS_VERIFY=true", []string{publicKeys, "problem: SFTPGo does not check the certificate"}},
		{"certificate check", extauth, "DATA_PROVIDER__EXTERNAL_AUTH_HOOK=https://h/", []string{publicKeys}},

		{"no environment", extauth, "COMMAND__ENV=", []string{publicKeys, "problem: SFTPGo hands no setting to the hook"}},
		{"other environment", extauth, "COMMAND__ENV=HTTPS_PROXY=x", []string{publicKeys, "problem: SFTPGo hands no setting to the hook"}},
		{"environment of the program", extauth, "COMMAND__ENV= COMMAND__COMMANDS__2__PATH=/usr/local/bin/hook COMMAND__COMMANDS__2__ENV=A=1,AUTHY_CONFIG_FILE=/etc/sftpgo/authy.conf", []string{publicKeys}},
		{"other file", extauth, "COMMAND__ENV=AUTHY_CONFIG_FILE=/x", []string{publicKeys, "warning: SFTPGo hands another AUTHY_CONFIG_FILE"}},
		{"arguments", extauth, "COMMAND__COMMANDS__0__PATH=/usr/local/bin/hook COMMAND__COMMANDS__0__ARGS=-check", []string{publicKeys, "problem: SFTPGo hands arguments to the hook"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			environ := slices.Clone(test.base)
			for _, variable := range strings.Fields(test.more) {
				environ = append(environ, "SFTPGO_"+variable)
			}
			found := look(environ...)
			if len(found) != len(test.found) {
				t.Fatalf("found %+v, want %q", found, test.found)
			}
			for i, f := range found {
				if got := string(f.Level) + ": " + f.What; !strings.HasPrefix(got, test.found[i]) {
					t.Errorf("found %q, want %q", got, test.found[i])
				}
				if f.Subject == "" || f.Why == "" || f.Remedy == "" {
					t.Errorf("it lacks why or what to do: %+v", f)
				}
			}
		})
	}
}

// What a remedy names as SFTPGO_...=value closes the door.
func TestRemedies(t *testing.T) {
	t.Parallel()
	older := slices.Concat(keyint, []string{"SFTPGO_HTTPD__BINDINGS__0__DISABLED_LOGIN_METHODS=0", "SFTPGO_HTTPD__BINDINGS__0__ENABLED_LOGIN_METHODS=3", "SFTPGO_HTTPD__BINDINGS__0__ENABLE_WEB_CLIENT=true"})
	if found := look(append(older, "SFTPGO_HTTPD__BINDINGS__0__DISABLED_LOGIN_METHODS=44")...); len(found) != 1 {
		t.Errorf("the older setting and 32, as its remedy has it: %+v", found)
	}
	if found := look(older...); len(found) != 2 || !strings.Contains(found[1].Remedy, "DISABLED_LOGIN_METHODS=44 ") {
		t.Errorf("the remedy takes back what the older setting has disabled: %+v", found)
	}
	open := slices.Concat(keyint, []string{
		"SFTPGO_SFTPD__PASSWORD_AUTHENTICATION=true", "SFTPGO_SFTPD__KEYBOARD_INTERACTIVE_AUTHENTICATION=true", "SFTPGO_FTPD__BINDINGS__0__PORT=21",
		"SFTPGO_WEBDAVD__BINDINGS__0__PORT=80", "SFTPGO_HTTPD__BINDINGS__0__DISABLED_LOGIN_METHODS=1", "SFTPGO_HTTPD__BINDINGS__0__ENABLE_WEB_CLIENT=true", "SFTPGO_COMMAND__TIMEOUT=3", "SFTPGO_COMMAND__ENV=",
	})
	followed := slices.Clone(open)
	for _, f := range look(open...) {
		for word := range strings.FieldsSeq(f.Remedy) {
			if strings.HasPrefix(word, "SFTPGO_") {
				followed = append(followed, strings.TrimSuffix(word, ","))
			}
		}
	}
	if found := look(followed...); len(found) != 1 || found[0].What != "public keys let in without a token" {
		t.Errorf("after %q: %+v", followed[len(open):], found)
	}
}
