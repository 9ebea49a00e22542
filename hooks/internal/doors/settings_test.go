package doors_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/hooks/internal/doors"
)

const sftpgoJSON = `{"sftpd":{"bindings":[{"port":2022}],"password_authentication":false,"keyboard_interactive_auth_hook":"/usr/local/bin/keyint"},
	"data_provider":{"external_auth_scope":5,"password":"canary"},"httpd":{"bindings":[{"port":0},{"port":8080}]},
	"command":{"timeout":30,"env":["A=1,2","AUTHY_CONFIG_FILE=/from/json"],"commands":[{"path":"/usr/local/bin/keyint","env":["B=2"],"hook":"keyboard_interactive"}]},"x":null}`

func TestSettings(t *testing.T) {
	t.Parallel()
	var s doors.Settings
	if !s.IsEmpty() || len(s.Hooks()) != 0 {
		t.Error("nothing was added")
	}
	if err := s.AddJSON("sftpgo.json", []byte(sftpgoJSON)); err != nil {
		t.Fatal(err)
	}
	if got := s.Environment("keyint"); !slices.Equal(got, []string{"A=1,2", "AUTHY_CONFIG_FILE=/from/json", "B=2"}) {
		t.Errorf("environment %q", got)
	}
	if got := s.Hooks(); !slices.Equal(got, []string{"keyint"}) {
		t.Errorf("hooks %q", got)
	}
	err := s.AddEnvFile("sftpgo.env", []byte("# c\n\n; c\nOTHER=1\nexport SFTPGO_COMMAND__ENV=\"AUTHY_CONFIG_FILE=/from/file\"\r\n SFTPGO_DATA_PROVIDER__CHECK_PASSWORD_HOOK = '/c'\nSFTPGO_SFTPD__KEYBOARD_INTERACTIVE_AUTH_HOOK=\n"))
	if err != nil {
		t.Fatal(err)
	}
	s.AddEnviron([]string{"SFTPGO_AUTHD_USERNAME=alice", "PATH=/bin", "MALFORMED", "SFTPGO_DATA_PROVIDER__EXTERNAL_AUTH_HOOK=/e"})
	if got := s.Hooks(); !slices.Equal(got, []string{"extauth", "checkpwd"}) {
		t.Errorf("hooks %q", got)
	}
	if got := s.Environment("checkpwd"); !slices.Equal(got, []string{"AUTHY_CONFIG_FILE=/from/file"}) {
		t.Errorf("environment %q", got)
	}
}

func TestSettingsErrors(t *testing.T) {
	t.Parallel()
	var s doors.Settings
	for _, text := range []string{"", "[]", `"canary"`, `{"canary":`, "canary: yaml"} {
		if err := s.AddJSON("sftpgo.json", []byte(text)); err == nil || !strings.HasPrefix(err.Error(), "sftpgo.json: expected") || strings.Contains(err.Error(), "canary") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if err := s.AddEnvFile("sftpgo.env", []byte("A=1\ncanary\n")); err == nil || err.Error() != "sftpgo.env:2: expected NAME=value" {
		t.Error(err)
	}
	if !s.IsEmpty() {
		t.Error("something was added")
	}
}

func FuzzSettings(f *testing.F) {
	f.Add([]byte(sftpgoJSON), []byte("SFTPGO_COMMAND__COMMANDS__0__PATH=/x\nSFTPGO_FTPD__BINDINGS__99999999999__PORT=1"))
	f.Add([]byte(`{"command":{"commands":{"0":[[]]}}}`), []byte("export SFTPGO_SFTPD__KEYBOARD_INTERACTIVE_AUTH_HOOK='"))
	f.Fuzz(func(t *testing.T, config, lines []byte) {
		site := doors.Site{Stat: nil}
		err := site.Settings.AddJSON("c", config)
		if err == nil {
			err = site.Settings.AddEnvFile("e", lines)
		}
		if err != nil {
			if len(err.Error()) > 100 {
				t.Errorf("%v", err)
			}
			return
		}
		for _, hook := range site.Settings.Hooks() {
			_ = site.Settings.Environment(hook)
		}
	})
}
