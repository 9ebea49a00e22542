package stack

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

const module = "github.com/sftpgo-authy/sftpgo-authy"

// binaries are the programs, built for the containers.
type binaries struct {
	dir string
	// root is the top of the repository.
	root string
}

// build builds the programs as a user would: static, so that they run in any
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
		module+"/mockauthy/cmd/mockauthy",
		module+"/hooks/cmd/keyint",
		module+"/hooks/cmd/extauth",
		module+"/hooks/cmd/checkpwd",
	)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+runtime.GOARCH)
	if output, err := cmd.CombinedOutput(); err != nil {
		return b, fmt.Errorf("build the programs: %w\n%s", err, output)
	}
	return b, nil
}

// read is the content of a program.
func (b binaries) read(name string) ([]byte, error) {
	content, err := os.ReadFile(filepath.Join(b.dir, name))
	if err != nil {
		return nil, fmt.Errorf("program %s: %w", name, err)
	}
	return content, nil
}
