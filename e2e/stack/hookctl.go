package stack

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/exec"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
)

// asksSFTPGo are the settings with which a hook finds Authy IDs in SFTPGo. They
// are for the server's own web server, in the same container.
const asksSFTPGo = "AUTHY_SFTPGO_URL=http://127.0.0.1:8080\n" +
	"AUTHY_SFTPGO_ADMIN=" + sftpgo.AdminName + "\n" +
	"AUTHY_SFTPGO_PASSWORD_FILE=/etc/sftpgo/authy-sftpgo.password\n"

// forHookctl puts hookctl beside the hook, whose settings it takes, and the
// password that both log in to SFTPGo with.
func (s *Stack) forHookctl() ([]testcontainers.ContainerCustomizer, error) {
	program, err := s.programs.Read("hookctl")
	if err != nil {
		return nil, err
	}
	return []testcontainers.ContainerCustomizer{
		sftpgo.WithFile("/usr/local/bin/hookctl", program, 0o755),
		sftpgo.WithFile("/etc/sftpgo/authy-sftpgo.password", []byte(sftpgo.AdminPassword+"\n"), 0o400),
	}, nil
}

// Hookctl runs hookctl where the server is, and returns what it says. An exit
// code other than 0 is an error.
func (s *Stack) Hookctl(ctx context.Context, setup Setup, args ...string) (string, error) {
	server, err := s.Server(ctx, setup)
	if err != nil {
		return "", err
	}
	command := append([]string{"/usr/local/bin/hookctl"}, args...)
	code, output, err := server.Exec(ctx, command, exec.Multiplexed(), exec.WithEnv([]string{"AUTHY_CONFIG_FILE=/etc/sftpgo/authy.conf"}))
	if err != nil {
		return "", fmt.Errorf("hookctl: %w", err)
	}
	said, err := io.ReadAll(output)
	if err == nil && code != 0 {
		err = fmt.Errorf("hookctl %s: exit code %d: %s", strings.Join(args, " "), code, said)
	}
	return string(said), err
}
