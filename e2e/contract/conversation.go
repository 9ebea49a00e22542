package contract

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

// keyboard is SFTPGo's executeKeyboardInteractiveProgram: it reads a line,
// answers beside reading, and kills the program as soon as it has a result, or
// something that is none. The exit code is not looked at.
func (p *program) keyboard(ctx context.Context, a account, ask func(keyboardAnswer) ([]string, error)) (int, error) {
	deadline, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	cmd := p.command(deadline, []string{
		"SFTPGO_AUTHD_USERNAME=" + a.username(),
		"SFTPGO_AUTHD_IP=" + address,
		"SFTPGO_AUTHD_PASSWORD=" + a.hash(),
	})
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return 0, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	wrote, err := listen(cmd)
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		wrote()
		return 0, p.failure(deadline, err)
	}
	// What a killed program has left behind may hold its output open.
	orphans := time.AfterFunc(p.timeout+patience, func() { killGroup(cmd) })
	defer orphans.Stop()
	t := &talk{program: p, ask: ask, stdin: stdin, kill: cancel}
	result, err := t.listen(stdout)
	cancel() // the process is killed
	_ = stdin.Close()
	killGroup(cmd)
	_ = cmd.Wait() // how it ended says nothing: it was killed
	t.answering.Wait()
	if stderr := bytes.TrimSpace(wrote()); len(stderr) > 0 { // SFTPGo throws it away
		p.site.Happened.Add(driver.ByHook, "writes to standard error, which SFTPGo does not read: %s", stderr)
	}
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	return t.outcome(result, err, p.timeout)
}

// talk is a dialogue with a program.
type talk struct {
	program *program
	ask     func(keyboardAnswer) ([]string, error)
	stdin   io.Writer
	kill    func()

	answering sync.WaitGroup
	mu        sync.Mutex
	failure   error // of an answer, the first one
}

// listen reads the program's lines until there is a result; 0 is none.
func (t *talk) listen(stdout io.Reader) (int, error) {
	scanner := bufio.NewScanner(stdout)
	for scanner.Scan() {
		t.program.site.Happened.Add(driver.ByHook, "says: %s", scanner.Text())
		var said keyboardAnswer
		if err := json.Unmarshal(scanner.Bytes(), &said); err != nil {
			return 0, refuse("the hook says a line that is no JSON: %v", err)
		}
		if said.AuthResult != 0 {
			return said.AuthResult, nil
		}
		if err := said.validate(); err != nil {
			return 0, err
		}
		t.answering.Go(func() { t.answer(said) })
	}
	if errors.Is(scanner.Err(), bufio.ErrTooLong) {
		return 0, refuse("the hook says a line of more than 64 KiB")
	}
	return 0, nil
}

// answer hands the client's answers on, unchanged, a line each.
func (t *talk) answer(said keyboardAnswer) {
	answers, err := t.ask(said)
	for _, answer := range answers {
		if err == nil {
			err = t.write(answer + "\n")
		}
	}
	if err == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failure == nil {
		t.failure = err
	}
	t.kill()
}

func (t *talk) write(line string) error {
	if _, err := io.WriteString(t.stdin, line); err != nil {
		return refuse("the hook does not listen to the answer: %v", err)
	}
	return nil
}

// outcome is the result, or why there is none.
func (t *talk) outcome(result int, err error, timeout time.Duration) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case err != nil || result != 0:
		return result, err
	case t.failure != nil:
		return 0, t.failure
	}
	return 0, refuse("the hook ends without a result, or has none within %s", timeout)
}
