//go:build unix

package hooks_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// TestTOTPFileUnwatched holds that secrets which nobody can look after any more
// let nobody in.
func TestTOTPFileUnwatched(t *testing.T) {
	t.Parallel()
	secrets := writeFile(t, "totp.csv", "1001,MNQW4YLSPEWXI33UOAWXGZLDOJSXILJQ\n", 0o600)
	state := filepath.Join(t.TempDir(), "state")
	if err := os.Mkdir(state, 0o700); err != nil {
		t.Fatal(err)
	}
	config, err := hooks.Hookd().Config([]string{"AUTHY_TOTP_FILE=" + secrets, "AUTHY_STATE_DIR=" + state})
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		files := config.LiveFiles(config.Handler(config.Verifier(), nil, nil, nil))
		ctx, stop := context.WithCancel(t.Context())
		go files.Watch(ctx, func(change hooks.FileChange) { t.Errorf("told of %+v", change) })
		after(time.Minute)
		if err := files.Err(); err != nil {
			t.Error(err)
		}
		stop()
		after(11 * time.Second)
		wantError(t, files.Err(), hooks.ErrTOTPFile)
		wantError(t, config.TOTP.Verify(t.Context(), "1001", tokenOf(t, "000000")), hooks.ErrTOTPFile)
	})
}

// TestSetSecrets holds that no change of the secrets opens a handler which asks
// for one, and none shuts a handler that asks for none.
func TestSetSecrets(t *testing.T) {
	t.Parallel()
	bearer := func(secret string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+secret) }
	}
	decider := hooks.Decider{Verifier: onlyCanary(), Directory: hooks.Users{"alice": {AuthyID: aliceID}}, TokenDigits: hooks.DefaultTokenDigits}
	h := hooks.NewHandler(decider, hooks.HandlerOptions{Secrets: []hooks.Secret{hooks.NewSecret("first")}})
	for _, secrets := range [][]hooks.Secret{nil, {}} {
		h.SetSecrets(secrets)
		mustDenyHTTP(t, "checkpwd", post(h, hooks.CheckpwdPath, checkpwdBody), http.StatusUnauthorized)
		mustDenyHTTP(t, "checkpwd", post(h, hooks.CheckpwdPath, checkpwdBody, bearer("")), http.StatusUnauthorized)
		mustAcceptHTTP(t, "checkpwd", post(h, hooks.CheckpwdPath, checkpwdBody, bearer("first")))
	}
	h.SetSecrets([]hooks.Secret{hooks.NewSecret("second")})
	mustDenyHTTP(t, "checkpwd", post(h, hooks.CheckpwdPath, checkpwdBody, bearer("first")), http.StatusUnauthorized)
	mustAcceptHTTP(t, "checkpwd", post(h, hooks.CheckpwdPath, checkpwdBody, bearer("second")))
	h = hooks.NewHandler(decider, hooks.HandlerOptions{})
	h.SetSecrets(nil)
	mustAcceptHTTP(t, "checkpwd", post(h, hooks.CheckpwdPath, checkpwdBody))
}
