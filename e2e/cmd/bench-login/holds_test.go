package main

import (
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/metrics"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
)

func TestLeaks(t *testing.T) {
	t.Parallel()
	const mib = 1 << 20
	held := func(hooks, files, goroutines int, heap, resident float64) state {
		return state{metrics.Process{Files: files, Goroutines: goroutines, Heap: heap * mib, Resident: resident * mib}, hooks}
	}
	before := held(0, 13, 22, 16, 60)
	program := stack.Setup{Hook: stack.PasswordAndToken}
	for name, test := range map[string]struct {
		now    state
		setup  stack.Setup
		logins int64
		leak   bool
	}{
		"as before":                       {held(0, 13, 22, 16, 60), program, 0, false},
		"a little more":                   {held(0, 20, 40, 17, 80), program, 0, false},
		"a process":                       {held(1, 13, 22, 16, 60), program, 700, true},
		"a file of each login":            {held(0, 713, 22, 16, 60), program, 700, true},
		"memory of each login":            {held(0, 13, 22, 30, 60), program, 700, true},
		"memory that Go knows not of":     {held(0, 13, 22, 16, 120), program, 700, true},
		"SFTPGo's goroutines of keyint":   {held(0, 13, 722, 17, 75), program, 700, false},
		"two goroutines of each login":    {held(0, 13, 1422, 17, 75), program, 700, true},
		"over HTTP there are none":        {held(0, 13, 722, 17, 75), stack.Setup{Hook: stack.PasswordAndToken, OverHTTP: true}, 700, true},
		"with other hooks there are none": {held(0, 13, 722, 17, 75), stack.Setup{Hook: stack.TokenOnly}, 700, true},
	} {
		if err := test.now.is(before.afterLogins(test.setup, test.logins)); (err != nil) != test.leak {
			t.Errorf("%s: leak %t, got %v", name, test.leak, err)
		}
	}
}
