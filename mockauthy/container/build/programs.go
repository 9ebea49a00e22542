// Package build makes what containers with the programs of this repository are
// made of, for tests: static programs, and what Docker builds an image from.
package build

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
)

const module = "github.com/sftpgo-authy/sftpgo-authy"

// Programs are programs of the repository, built for containers.
type Programs struct {
	// Dir is the folder that they are in.
	Dir string
	// root is the top of the repository.
	root string
}

// New compiles packages of the repository, such as mockauthy/cmd/mockauthy, into
// a new folder: static, so that they run in any image. The folder is there after
// an error too, unless [Programs.Dir] is empty, and has to be removed.
func New(ctx context.Context, packages ...string) (Programs, error) {
	root, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return Programs{}, fmt.Errorf("find the repository: go list: %w", err)
	}
	dir, err := os.MkdirTemp("", "sftpgo-authy-")
	if err != nil {
		return Programs{}, fmt.Errorf("build %s: %w", packages, err)
	}
	p := Programs{Dir: dir, root: strings.TrimSpace(string(root))}
	args := []string{"build", "-trimpath", "-ldflags=-s -w", "-o", dir + string(filepath.Separator)}
	for _, folder := range packages {
		args = append(args, path.Join(module, folder))
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+runtime.GOARCH)
	if output, err := cmd.CombinedOutput(); err != nil {
		return p, fmt.Errorf("build %s: %w\n%s", packages, err, output)
	}
	return p, nil
}

// Path is where a program is, such as mockauthy.
func (p Programs) Path(name string) string { return filepath.Join(p.Dir, name) }

// Read is the content of a program.
func (p Programs) Read(name string) ([]byte, error) {
	content, err := os.ReadFile(p.Path(name))
	if err != nil {
		return nil, fmt.Errorf("program %s: %w", name, err)
	}
	return content, nil
}

// Remove removes the folder.
func (p Programs) Remove() error {
	if p.Dir == "" {
		return nil
	}
	return os.RemoveAll(p.Dir)
}
