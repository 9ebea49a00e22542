package stack

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

// binaries are the hooks, built for the containers.
type binaries struct {
	dir string
	// root is the top of the repository.
	root string
}

// build builds the hooks as a user would: static, so that they run in any
// image.
func build(ctx context.Context) (binaries, error) {
	root, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return binaries{}, fmt.Errorf("find the repository: go list: %w", err)
	}
	dir, err := os.MkdirTemp("", "sftpgo-authy-")
	if err != nil {
		return binaries{}, err
	}
	b := binaries{dir: dir, root: strings.TrimSpace(string(root))}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", dir,
		module+"/hooks/cmd/keyint",
		module+"/hooks/cmd/extauth",
		module+"/hooks/cmd/checkpwd",
		module+"/hooks/cmd/hookctl",
		module+"/hooks/cmd/hookd",
	)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+runtime.GOARCH)
	if output, err := cmd.CombinedOutput(); err != nil {
		return b, fmt.Errorf("build the hooks: %w\n%s", err, output)
	}
	return b, nil
}

// image is what an image is built from: a Dockerfile of the repository and the
// program.
func (b binaries) image(dockerfile, name string) (io.ReadSeeker, error) {
	recipe, err := os.ReadFile(filepath.Join(b.root, dockerfile))
	if err != nil {
		return nil, fmt.Errorf("image of %s: %w", name, err)
	}
	program, err := b.read(name)
	if err != nil {
		return nil, fmt.Errorf("image of %s: %w", name, err)
	}
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	for _, f := range []struct {
		name    string
		mode    int64
		content []byte
	}{
		{"Dockerfile", 0o644, recipe},
		{name, 0o755, program},
	} {
		if err := w.WriteHeader(&tar.Header{Name: f.name, Mode: f.mode, Size: int64(len(f.content))}); err != nil {
			return nil, fmt.Errorf("image of %s: %w", name, err)
		}
		if _, err := w.Write(f.content); err != nil {
			return nil, fmt.Errorf("image of %s: %w", name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("image of %s: %w", name, err)
	}
	return bytes.NewReader(archive.Bytes()), nil
}

// read is the content of a program.
func (b binaries) read(name string) ([]byte, error) {
	content, err := os.ReadFile(filepath.Join(b.dir, name))
	if err != nil {
		return nil, fmt.Errorf("program %s: %w", name, err)
	}
	return content, nil
}

// ProgramPath is where a program of the repository was built, such as keyint.
func (s *Stack) ProgramPath(name string) string {
	return filepath.Join(s.binaries.dir, name)
}
