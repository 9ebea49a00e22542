package stack

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

const module = "github.com/sftpgo-authy/sftpgo-authy"

// binaries are the hooks, built for the containers.
type binaries struct {
	dir string
}

// build builds the hooks as a user would: static, so that they run in any
// image.
func build(ctx context.Context) (binaries, error) {
	dir, err := os.MkdirTemp("", "sftpgo-authy-")
	if err != nil {
		return binaries{}, err
	}
	b := binaries{dir: dir}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", dir,
		module+"/hooks/cmd/keyint",
		module+"/hooks/cmd/extauth",
		module+"/hooks/cmd/checkpwd",
		module+"/hooks/cmd/hookctl",
	)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+runtime.GOARCH)
	if output, err := cmd.CombinedOutput(); err != nil {
		return b, fmt.Errorf("build the hooks: %w\n%s", err, output)
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
