package build

import (
	"context"
	"errors"
	"io"
)

// Mock compiles the mock, and is what Docker builds its image from.
func Mock(ctx context.Context) (archive io.ReadSeeker, err error) {
	programs, err := New(ctx, "mockauthy/cmd/mockauthy")
	defer func() { err = errors.Join(err, programs.Remove()) }()
	if err != nil {
		return nil, err
	}
	// The Dockerfile copies an empty folder.
	return programs.Image("Dockerfile", "mockauthy", File{Path: "data/", Mode: 0o755})
}
