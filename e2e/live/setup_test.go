package live_test

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/poll"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
)

// setup are the files of our hooks.
type setup struct {
	programs           build.Programs
	folder             string
	config, key, users string
}

func newSetup(t *testing.T, programs build.Programs) setup {
	t.Helper()
	s := setup{programs: programs, folder: t.TempDir()}
	s.key = write(t, filepath.Join(s.folder, "authy.key"), apiKey+"\n", 0o400)
	var lines strings.Builder
	for _, p := range people() {
		fmt.Fprintf(&lines, "%s,%d\n", p.Username, p.AuthyID)
	}
	s.users = write(t, filepath.Join(s.folder, "users.csv"), lines.String(), 0o440)
	s.config = write(t, filepath.Join(s.folder, "authy.conf"),
		fmt.Sprintf("AUTHY_API_KEY_FILE=%s\nAUTHY_USERS_FILE=%s\nAUTHY_DEADLINE=%s\n", s.key, s.users, deadline), 0o440)
	return s
}

// secretFile lets ask who knows the secret.
func (s setup) secretFile(t *testing.T) string {
	t.Helper()
	return "HOOKD_SECRET_FILE=" + write(t, filepath.Join(s.folder, "secret"), secret+"\n", 0o400)
}

// serve runs hookd until the end of the test. Who may ask is in
// further settings of it, such as [setup.secretFile].
func (s setup) serve(t *testing.T, listen, authy string, whoMayAsk ...string) {
	t.Helper()
	cmd := exec.Command(s.programs.Path("hookd"))
	var log bytes.Buffer
	cmd.Stderr = &log
	cmd.Env = append([]string{
		"AUTHY_CONFIG_FILE=" + s.config, "AUTHY_API_URL=" + authy, "HOOKD_LISTEN=" + listen,
	}, whoMayAsk...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
		if err := cmd.Wait(); err != nil {
			t.Errorf("hookd: %v\n%s", err, &log)
		}
	})
	// What asks before it listens is refused, and no rule would hold: -health says.
	err := poll.Until(t.Context(), 10*time.Second, func(ctx context.Context) (bool, error) {
		health := exec.CommandContext(ctx, s.programs.Path("hookd"), "-health")
		health.Env = cmd.Env
		return false, health.Run()
	})
	if err != nil {
		t.Fatalf("hookd does not listen: %v", err)
	}
}
