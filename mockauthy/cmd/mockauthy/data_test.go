package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// A mock that is stopped and started again is the same one; the greeting says
// where its data are, and shows a user who is there.
func TestServeData(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "mock.db")
	start := func() (*served, *control.Client) {
		t.Helper()
		s := serving(t, environment{"MOCKAUTHY_DATA": file}, "--listen", "127.0.0.1:0")
		client, err := control.New(s.url)
		if err != nil {
			t.Fatal(err)
		}
		return s, client
	}
	expect := func(s *served, user, log string) {
		t.Helper()
		if !strings.Contains(s.greeting, "\n  data      "+file+"  (keeps users, secrets and clocks over a restart)\n"+user) {
			t.Errorf("greeting %s, want the file and %q", s.greeting, user)
		}
		if got := s.stop(); got.code != 0 || !strings.Contains(got.stderr, log) || log == "" && got.stderr != "" {
			t.Errorf("stopped: %+v, want exit 0 and %q in the log", got, log)
		}
	}
	s, client := start()
	if _, err := client.AddUser(t.Context(), control.NewUser{Email: "bob@example.com", Cellphone: "201-555-0101", CountryCode: 1}); err != nil {
		t.Fatal(err)
	}
	expect(s, "  user      alice@example.com, +1 2015550123, Authy ID 1000\n", "")

	s, client = start()
	if err := client.DeleteUser(t.Context(), 1000); err != nil {
		t.Fatal(err)
	}
	expect(s, "  user      alice@example.com, +1 2015550123, Authy ID 1000\n", `application="Authy Docs" users=2`)

	s, client = start()
	if err := client.DeleteUser(t.Context(), 1001); err != nil {
		t.Fatal(err)
	}
	expect(s, "  user      bob@example.com, +1 2015550101, Authy ID 1001\n", `application="Authy Docs" users=1`)

	s, _ = start()
	expect(s, "  control   ", `application="Authy Docs" users=0`)
}

func TestServeDataRefused(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "mock.db")
	if err := os.WriteFile(file, []byte("users"), 0o600); err != nil {
		t.Fatal(err)
	}
	expect(t, result{2, "", "mockauthy: data file " + file + ": invalid database: want a file that mockauthy made, or none\n"},
		nil, "serve", "--data", file, "--listen", "127.0.0.1:0")
}
