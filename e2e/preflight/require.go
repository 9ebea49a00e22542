package preflight

import (
	"context"
	"errors"
	"os"
	"testing"
)

// RequiredVariable makes the tests that need SFTPGo required: a machine that
// cannot run them fails them. "make e2e" sets it.
const RequiredVariable = "E2E_REQUIRED"

// Require lets a test go on if this machine can run SFTPGo. Otherwise it leaves
// the test out, or fails it where it is required.
func Require(ctx context.Context, t testing.TB) {
	t.Helper()
	notes, err := Check(ctx, Image())
	var obstacle *Obstacle
	switch {
	case errors.As(err, &obstacle) && os.Getenv(RequiredVariable) == "":
		t.Skipf("left out, because %v", err)
	case err != nil:
		t.Fatalf("SFTPGo cannot run here: %v", err)
	}
	for _, note := range notes {
		t.Log(note)
	}
}
