// Package login logs in to an SFTP server as a user would, and does something
// real once it is in.
package login

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// within bounds a login, the longest fault that a scenario sets included.
const within = 45 * time.Second

// sftpWithin bounds what is done with files after a login.
const sftpWithin = 10 * time.Second

// Server is where to log in.
type Server struct {
	Address string
	// HostKey that the server has to show; nil trusts any.
	HostKey ssh.PublicKey
}

func (s Server) trust() ssh.HostKeyCallback {
	if s.HostKey == nil {
		return ssh.InsecureIgnoreHostKey() //nolint:gosec // the caller has asked for it
	}
	return ssh.FixedHostKey(s.HostKey)
}

// ErrRefused says that the server was reached and let the user not in.
var ErrRefused = errors.New("the login was refused")

// ErrNoSFTP says that the server has let the user in and does not serve files. The
// session is returned with it.
var ErrNoSFTP = errors.New("start SFTP")

// Password logs in by the SSH method "password".
func Password(ctx context.Context, server Server, username, password string) (*Session, error) {
	return dial(ctx, server, username, ssh.Password(password))
}

// PublicKey logs in by the SSH method "publickey".
func PublicKey(ctx context.Context, server Server, username string, key ssh.Signer) (*Session, error) {
	return dial(ctx, server, username, ssh.PublicKeys(key))
}

// Dialogue is what a server asks by keyboard-interactive, and what the user
// answers.
type Dialogue struct {
	// Answers by a word of the question.
	Answers map[string]string
	// Asked is every question that was asked, in order.
	Asked []string
}

// KeyboardInteractive logs in by the SSH method "keyboard-interactive". A
// question that nobody has an answer to is an error, and so is one whose answer
// everybody could read on the screen.
func KeyboardInteractive(ctx context.Context, server Server, username string, dialogue *Dialogue) (*Session, error) {
	return dial(ctx, server, username, dialogue.method())
}

// KeyAndKeyboard logs in by "publickey" and then, where the server wants more,
// by "keyboard-interactive".
func KeyAndKeyboard(ctx context.Context, server Server, username string, key ssh.Signer, dialogue *Dialogue) (*Session, error) {
	return dial(ctx, server, username, ssh.PublicKeys(key), dialogue.method())
}

// Answer logs in by the SSH method "keyboard-interactive", too, and lets the
// caller answer the questions; echos says which answers the screen shows. An error
// of his ends the connection, and is in the error that is returned.
func Answer(ctx context.Context, server Server, username string, answer func(questions []string, echos []bool) ([]string, error)) (*Session, error) {
	return dial(ctx, server, username, keyboard(answer))
}

// KeyAndPassword logs in by "publickey" and then, where the server wants more, by
// "password".
func KeyAndPassword(ctx context.Context, server Server, username string, key ssh.Signer, password string) (*Session, error) {
	return dial(ctx, server, username, ssh.PublicKeys(key), ssh.Password(password))
}

func keyboard(answer func(questions []string, echos []bool) ([]string, error)) ssh.AuthMethod {
	return ssh.KeyboardInteractive(func(_, _ string, questions []string, echos []bool) ([]string, error) {
		return answer(questions, echos)
	})
}

func (d *Dialogue) method() ssh.AuthMethod {
	return keyboard(func(questions []string, echos []bool) ([]string, error) {
		replies := make([]string, 0, len(questions))
		for i, question := range questions {
			reply, err := d.reply(question, echos[i])
			if err != nil {
				return nil, err
			}
			replies = append(replies, reply)
		}
		return replies, nil
	})
}

func (d *Dialogue) reply(question string, echo bool) (string, error) {
	d.Asked = append(d.Asked, question)
	if echo {
		return "", fmt.Errorf("the server asks %q and shows the answer on the screen", question)
	}
	for word, answer := range d.Answers {
		if strings.Contains(strings.ToLower(question), word) {
			return answer, nil
		}
	}
	return "", fmt.Errorf("the server asks %q, to which there is no answer", question)
}

// Session is a login that the server has let in.
type Session struct {
	ssh  *ssh.Client
	sftp *sftp.Client
}

// ID is the session ID that client and server have agreed on, in hexadecimal.
func (s *Session) ID() string { return hex.EncodeToString(s.ssh.SessionID()) }

// Close ends the session.
func (s *Session) Close() error {
	if s.sftp == nil {
		return s.ssh.Close()
	}
	return errors.Join(s.sftp.Close(), s.ssh.Close())
}

func dial(ctx context.Context, server Server, username string, methods ...ssh.AuthMethod) (*Session, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", server.Address)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // ends whatever waits on it
	defer stop()
	c, channels, requests, err := ssh.NewClientConn(conn, server.Address, &ssh.ClientConfig{
		User:            username,
		Auth:            methods,
		HostKeyCallback: server.trust(),
	})
	if err != nil {
		_ = conn.Close() // the error that counts is why there is no session
		if ctx.Err() != nil {
			return nil, fmt.Errorf("log in: no answer within %s", within)
		}
		if refused(err) {
			return nil, ErrRefused
		}
		return nil, fmt.Errorf("log in: %w", err)
	}
	s := &Session{ssh: ssh.NewClient(c, channels, requests)}
	return s, s.start()
}

// start starts SFTP.
func (s *Session) start() (err error) {
	timer := time.AfterFunc(sftpWithin, func() { _ = s.ssh.Close() }) // ends what waits
	defer timer.Stop()
	if s.sftp, err = sftp.NewClient(s.ssh); err != nil {
		return fmt.Errorf("%w: %w", ErrNoSFTP, err)
	}
	return nil
}

// refused tells a refusal from every other error by its text: the library has
// no type for it. Its keyboard-interactive takes a refusal before the first
// question (SSH_MSG_USERAUTH_FAILURE, RFC 4252 section 5.1: 51) for a breach of
// the protocol.
func refused(err error) bool {
	return strings.Contains(err.Error(), "ssh: unable to authenticate") ||
		strings.Contains(err.Error(), "ssh: unexpected message type 51 ")
}
