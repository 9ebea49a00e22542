package sftpgo

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/testcontainers/testcontainers-go/wait"
	"golang.org/x/crypto/ssh"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/poll"
)

// uid of the user that the official images run SFTPGo as; the gid is the same.
const uid = 1000

// banner waits for the greeting of the SSH server. A port that is published
// accepts connections before anybody listens behind it, and SFTPGo's health
// check answers before its SSH server does.
type banner struct{ at endpoints }

// startWithin bounds how long the greeting is waited for.
const startWithin = 30 * time.Second

// WaitUntilReady implements wait.Strategy.
func (b banner) WaitUntilReady(ctx context.Context, target wait.StrategyTarget) error {
	return poll.Until(ctx, startWithin, func(ctx context.Context) (hopeless bool, err error) {
		if err = b.read(ctx, target); err == nil {
			return false, nil
		}
		if state, stateErr := target.State(ctx); stateErr == nil && !state.Running {
			return true, fmt.Errorf("the server has ended with exit code %d", state.ExitCode)
		}
		return false, fmt.Errorf("no SSH greeting within %s: %w", startWithin, err)
	})
}

func (b banner) read(ctx context.Context, target wait.StrategyTarget) error {
	address, err := b.at.address(ctx, target, sshPort)
	if err != nil {
		return err
	}
	return greets(ctx, address, "SSH-2.0-")
}

// greets tells whether a server that greets with this word listens there.
func greets(ctx context.Context, address, word string) error {
	conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return err
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return err
	}
	if !strings.HasPrefix(line, word) {
		return fmt.Errorf("what answers does not greet with %q", word)
	}
	return nil
}

func (s *Server) greetsFTP(ctx context.Context) error {
	if err := greets(ctx, s.ftp, "220"); err != nil {
		return fmt.Errorf("FTP: %w", err)
	}
	return nil
}

// answersWebDAV asks without a password, which WebDAV refuses.
func (s *Server) answersWebDAV(ctx context.Context) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.WebDAV(), http.NoBody)
	if err != nil {
		return fmt.Errorf("WebDAV: %w", err)
	}
	answer, err := s.admin.http.Do(r)
	if err != nil {
		return fmt.Errorf("WebDAV: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusUnauthorized {
		return fmt.Errorf("WebDAV: want the status %d, got %s", http.StatusUnauthorized, answer.Status)
	}
	return nil
}

// hostKey is a key pair of the SSH server.
type hostKey struct {
	path    string
	private []byte
	public  ssh.PublicKey
}

func newHostKey() (hostKey, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return hostKey{}, err
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		return hostKey{}, err
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		return hostKey{}, err
	}
	return hostKey{
		path:    "/etc/sftpgo/id_ed25519",
		private: pem.EncodeToMemory(block),
		public:  signer.PublicKey(),
	}, nil
}
