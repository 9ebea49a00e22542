package stack

import (
	"strings"
	"testing"
)

func TestLeaks(t *testing.T) {
	t.Parallel()
	s := &Stack{ControlToken: "control"}
	s.Note("clé-à-molette")
	s.Note("0123456")
	for line, want := range map[string]bool{
		"":                             false,
		`{"user":"user001"}`:           false,
		"elapsed=1.0123456ms":          false,
		"id=SFTP_a0123456b":            false,
		"bytes=10123456":               false,
		"H5C1o7qo2H-0123456":           false, // a number of a request
		"-0123456-":                    true,
		"denied: 0123456.":             true,
		"/verify/0123456/1001":         true,
		`"password":"clé-à-molette1"`:  true,
		"key=" + APIKey:                true,
		"Bearer " + hookdSecret:        true,
		"control":                      true,
		password("user001") + "765432": true,
		totpSecret("user001"):          true,
		totpSecret("alice"):            true,
		secretText + "alice":           true,
	} {
		found := s.Leaks("before\n" + line + "\r\nafter\n")
		if (len(found) > 0) != want || want && !strings.HasSuffix(found[0], "in: "+line) {
			t.Errorf("%q: %q, want one: %t", line, found, want)
		}
	}
}
