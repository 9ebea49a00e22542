package build

import (
	"context"
	"testing"
)

// ForTest is [New] for the length of a test, which it fails on an error.
func ForTest(t testing.TB, packages ...string) Programs {
	t.Helper()
	programs, err := New(context.WithoutCancel(t.Context()), packages...)
	t.Cleanup(func() {
		if err := programs.Remove(); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return programs
}
