package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/testcontainers/testcontainers-go/exec"
	"golang.org/x/crypto/ssh"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/metrics"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/poll"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/login"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
)

// state is what a server and its hookd hold.
type state struct {
	metrics.Process

	hooks int // processes
}

// What may be more after an outage than before, and still is the same: a few
// connections that SFTPGo keeps to hookd, and garbage. Of hundreds of logins
// each leak would be more.
const (
	moreFiles      = 10
	moreGoroutines = 20
	moreHeap       = 1.25
)

func (s state) is(before state) error {
	if s.hooks > before.hooks || s.Files > before.Files+moreFiles ||
		s.Goroutines > before.Goroutines+moreGoroutines || s.Heap > moreHeap*before.Heap {
		return fmt.Errorf("want what was there before, %+v, and a little more, got %+v", before, s)
	}
	return nil
}

// afterLogins is what SFTPGo can be expected to hold after so many logins. With a
// keyboard-interactive program it keeps a goroutine of each login for good: it
// waits for the process, and never for the command (executeKeyboardInteractiveProgram,
// os/exec.Cmd.watchCtx).
func (s state) afterLogins(by *side, logins int64) state {
	const heapOfEach = 4 << 10
	if by.setup.Hook == stack.PasswordAndToken && !by.setup.OverHTTP {
		s.Goroutines += int(logins)
		s.Heap += heapOfEach * float64(logins)
	}
	return s
}

// SFTPGo leaves the pipes of a keyboard-interactive program to Go's garbage
// collector (executeKeyboardInteractiveProgram does not close them), which comes
// every two minutes at least, and sooner where there is work.
const (
	asBeforeWithin = 150 * time.Second
	lookEvery      = 500 * time.Millisecond
	looksAtRest    = 10
)

// atRest is what the server holds while nobody is logging in: the least of
// several looks.
func (b *benchmark) atRest(ctx context.Context, s *side) (state, error) {
	least, err := b.look(ctx, s)
	for range looksAtRest {
		if err != nil {
			return state{}, err
		}
		if err := s.knock(ctx); err != nil {
			return state{}, err
		}
		var now state
		now, err = b.look(ctx, s)
		least.Files, least.Goroutines = min(least.Files, now.Files), min(least.Goroutines, now.Goroutines)
		least.Heap, least.hooks = min(least.Heap, now.Heap), min(least.hooks, now.hooks)
	}
	return least, err
}

// asBefore waits until the server holds no more than before.
func (b *benchmark) asBefore(ctx context.Context, s *side, before state) (now state, err error) {
	err = poll.Every(ctx, lookEvery, asBeforeWithin, func(ctx context.Context) (hopeless bool, err error) {
		if now, err = b.look(ctx, s); err != nil {
			return true, err
		}
		if err := now.is(before); err != nil {
			return false, errors.Join(err, s.knock(ctx))
		}
		return false, nil
	})
	return now, err
}

// knock gives the server work that no hook hears of: keys that it does not know.
func (s *side) knock(ctx context.Context) error {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	key, err := ssh.NewSignerFromKey(private)
	if err != nil {
		return err
	}
	const strangers = 50
	for range strangers {
		if _, err := login.PublicKey(ctx, s.target(), stack.Alice().Username, key); !errors.Is(err, login.ErrRefused) {
			return fmt.Errorf("a stranger's key: want a refusal, got %w", err)
		}
	}
	return nil
}

func (b *benchmark) look(ctx context.Context, s *side) (now state, err error) {
	if now.Process, err = s.server.Holds(ctx); err != nil {
		return state{}, err
	}
	if s.setup.OverHTTP {
		hookd, err := b.stack.HookdHolds(ctx, s.setup)
		if err != nil {
			return state{}, err
		}
		now.Process = now.Plus(hookd)
		return now, nil
	}
	now.hooks, err = s.countHooks(ctx)
	return now, err
}

// countHooks counts the processes of the hook in the server's container.
func (s *side) countHooks(ctx context.Context) (int, error) {
	script := "cat /proc/[0-9]*/comm 2>/dev/null | grep -cx '" + s.setup.Hook.Program() + "'"
	_, output, err := s.server.Exec(ctx, []string{"sh", "-c", script}, exec.Multiplexed())
	if err != nil {
		return 0, fmt.Errorf("count the processes: %w", err)
	}
	text, err := io.ReadAll(output)
	if err != nil {
		return 0, fmt.Errorf("count the processes: %w", err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("count the processes: %w", err)
	}
	return n, nil
}
