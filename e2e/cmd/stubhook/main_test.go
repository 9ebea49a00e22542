package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/stubhook"
)

func TestRun(t *testing.T) {
	for name, test := range map[string]struct {
		env  string
		args []string
		code int
		said string
	}{
		"program":             {stubhook.UsernameVariable, nil, 99, "nobody has told what to do"},
		"wrong arguments":     {"", []string{":0"}, 2, "usage:"},
		"no such certificate": {"", []string{"127.0.0.1:0", "nonsense.pem", "nonsense.key"}, 1, "nonsense.pem"},
	} {
		t.Run(name, func(t *testing.T) {
			if test.env != "" {
				t.Setenv(test.env, "alice")
			}
			var stdout, stderr bytes.Buffer
			if code := run(t.Context(), test.args, nil, &stdout, &stderr); code != test.code || !strings.Contains(stderr.String(), test.said) {
				t.Errorf("code %d and %q, want %d and %q", code, stderr.String(), test.code, test.said)
			}
		})
	}
}

// TestFolder tells a program what to do in a folder of its own.
func TestFolder(t *testing.T) {
	folder := t.TempDir()
	if err := stubhook.Tell(folder, "alice", stubhook.Answer{Outputs: []string{"hello"}, End: "3"}); err != nil {
		t.Fatal(err)
	}
	t.Setenv(stubhook.FolderVariable, folder)
	t.Setenv(stubhook.UsernameVariable, "alice")
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), nil, nil, &stdout, &stderr); code != 3 || stdout.String() != "hello" {
		t.Errorf("code %d and %q, want 3 and hello; %s", code, stdout.String(), stderr.String())
	}
}
