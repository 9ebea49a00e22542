package preflight

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/docker"
)

// Require lets a test go on if this machine can run SFTPGo. Otherwise it leaves
// the test out, or fails it where it is required.
func Require(ctx context.Context, t testing.TB) {
	t.Helper()
	notes, err := Check(ctx, Image())
	var obstacle *docker.Obstacle
	switch {
	case errors.As(err, &obstacle) && os.Getenv(docker.RequiredVariable) == "":
		t.Skipf("left out, because %v", err)
	case err != nil:
		t.Fatalf("SFTPGo cannot run here: %v", err)
	}
	for _, note := range notes {
		t.Log(note)
	}
}
