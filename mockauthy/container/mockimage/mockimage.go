// Package mockimage makes what the image of the mock is built from, for tests
// that start it: the Dockerfile of the repository and the program.
package mockimage

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

const module = "github.com/sftpgo-authy/sftpgo-authy"

// Archive compiles the mock and packs it, as a tar file, for Docker to build the
// image from.
func Archive(ctx context.Context) (io.ReadSeeker, error) {
	dockerfile, program, err := parts(ctx)
	if err != nil {
		return nil, fmt.Errorf("image of the mock: %w", err)
	}
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: "data/", Mode: 0o755}); err != nil {
		return nil, fmt.Errorf("image of the mock: %w", err)
	}
	for _, f := range []struct {
		name    string
		mode    int64
		content []byte
	}{
		{"Dockerfile", 0o644, dockerfile},
		{"mockauthy", 0o755, program},
	} {
		if err := w.WriteHeader(&tar.Header{Name: f.name, Mode: f.mode, Size: int64(len(f.content))}); err != nil {
			return nil, fmt.Errorf("image of the mock: %w", err)
		}
		if _, err := w.Write(f.content); err != nil {
			return nil, fmt.Errorf("image of the mock: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("image of the mock: %w", err)
	}
	return bytes.NewReader(archive.Bytes()), nil
}

func parts(ctx context.Context) (dockerfile, program []byte, err error) {
	root, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return nil, nil, fmt.Errorf("find the repository: go list: %w", err)
	}
	if dockerfile, err = os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "Dockerfile")); err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "sftpgo-authy-")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "mockauthy")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", file, module+"/mockauthy/cmd/mockauthy")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+runtime.GOARCH)
	if output, err := cmd.CombinedOutput(); err != nil {
		return nil, nil, fmt.Errorf("build the mock: %w\n%s", err, output)
	}
	program, err = os.ReadFile(file)
	return dockerfile, program, err
}
