package contract

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

// program is a hook that SFTPGo starts for each login.
type program struct {
	hook    driver.Hook
	timeout time.Duration
	folder  string // which it is started in
	site    *site
}

// patience is how long the suite waits for what a killed hook has left behind and
// holds its output open. SFTPGo would wait for good.
const patience = 10 * time.Second

// mostOutput is what is kept of an output. SFTPGo has no bound, and makes
// nothing of so much.
const mostOutput = 8 << 20

func (p *program) externalAuth(ctx context.Context, r externalAuthRequest) ([]byte, error) {
	user := []byte{}
	if r.User != nil {
		var err error
		if user, err = json.Marshal(r.User); err != nil {
			return nil, err
		}
	}
	return p.output(ctx, []string{
		"SFTPGO_AUTHD_USERNAME=" + r.Username,
		"SFTPGO_AUTHD_USER=" + string(user),
		"SFTPGO_AUTHD_IP=" + r.IP,
		"SFTPGO_AUTHD_PASSWORD=" + r.Password,
		"SFTPGO_AUTHD_PUBLIC_KEY=" + r.PublicKey,
		"SFTPGO_AUTHD_PROTOCOL=" + r.Protocol,
		"SFTPGO_AUTHD_TLS_CERT=" + r.TLSCert,
		"SFTPGO_AUTHD_KEYBOARD_INTERACTIVE=" + r.KeyboardInteractive,
	})
}

func (p *program) checkPassword(ctx context.Context, r checkPasswordRequest) ([]byte, error) {
	return p.output(ctx, []string{
		"SFTPGO_AUTHD_USERNAME=" + r.Username,
		"SFTPGO_AUTHD_PASSWORD=" + r.Password,
		"SFTPGO_AUTHD_IP=" + r.IP,
		"SFTPGO_AUTHD_PROTOCOL=" + r.Protocol,
	})
}

// command is the hook's process as SFTPGo starts it: with these variables, the
// hook's own, and nothing else.
func (p *program) command(ctx context.Context, variables []string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, p.hook.Program, p.hook.Args...)
	cmd.Env = append(p.hook.Environment(p.site.at.mock.URL, p.site.at.caFile), variables...)
	cmd.Dir = p.folder
	cmd.WaitDelay = patience
	ownGroup(cmd)
	p.site.Happened.Add(driver.BySFTPGo, "starts the hook with %s", strings.Join(variables, " "))
	return cmd
}

// output is what a program says that is asked nothing more
// (getPasswordHookResponse, getExternalAuthResponse, getCmdOutput).
func (p *program) output(ctx context.Context, variables []string) ([]byte, error) {
	deadline, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	cmd := p.command(deadline, variables)
	stdout := &limited{most: mostOutput}
	cmd.Stdout = stdout
	wrote, err := listen(cmd)
	if err != nil {
		return nil, err
	}
	err = cmd.Run()
	killGroup(cmd)
	p.site.wrote(wrote())
	if stdout.Len() > 0 {
		p.site.Happened.Add(driver.ByHook, "writes to standard output: %s", strings.TrimSpace(stdout.String()))
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	p.ended(cmd, err)
	if err != nil {
		return nil, p.failure(deadline, err)
	}
	return stdout.Bytes(), nil
}

// listen gives the command a standard error that nobody waits for, as SFTPGo does
// not: what the hook leaves behind may hold it open. What it wrote is to be asked
// for when the hook has ended.
func listen(cmd *exec.Cmd) (wrote func() []byte, err error) {
	ours, its, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("standard error of the hook: %w", err)
	}
	stderr := &limited{most: mostOutput}
	cmd.Stderr = its
	var reading sync.WaitGroup
	reading.Go(func() { _, _ = io.Copy(stderr, ours) })
	return func() []byte {
		_ = its.Close()
		_ = ours.SetReadDeadline(time.Now().Add(inFlight)) // nobody has it any more, mostly
		reading.Wait()
		_ = ours.Close()
		return stderr.Bytes()
	}, nil
}

// inFlight is how long what a hook wrote before it ended may take to arrive.
const inFlight = 100 * time.Millisecond

func (p *program) ended(cmd *exec.Cmd, err error) {
	if cmd.ProcessState != nil {
		p.site.Happened.Add(driver.ByHook, "ends: %s", cmd.ProcessState)
	} else {
		p.site.Happened.Add(driver.BySFTPGo, "cannot start the hook: %v", err)
	}
}

// failure is a refusal, as long as it is the hook's own.
func (p *program) failure(deadline context.Context, err error) error {
	var exit *exec.ExitError
	switch {
	case deadline.Err() != nil:
		return refuse("the hook has not ended within %s, and is killed", p.timeout)
	case errors.As(err, &exit):
		return refuse("the hook has failed: %s", exit)
	case errors.Is(err, exec.ErrWaitDelay):
		return refuse("the hook has left a process behind that holds its output open")
	// What the client typed cannot be put into an environment.
	case errors.Is(err, syscall.E2BIG), strings.Contains(err.Error(), "environment variable contains NUL"):
		return refuse("the hook cannot be started: %v", err)
	}
	return fmt.Errorf("start the hook: %w", err)
}

// limited keeps the beginning of what is written to it.
type limited struct {
	bytes.Buffer

	most int
}

func (l *limited) Write(p []byte) (int, error) {
	room := max(0, l.most-l.Len())
	l.Buffer.Write(p[:min(len(p), room)]) // which never fails
	return len(p), nil
}
