package login

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/textproto"
	"slices"
)

// The reply codes of FTP that a login sees (RFC 959, section 4.2.2, and RFC 4217).
const (
	ftpReady         = 220
	ftpStartsTLS     = 234
	ftpLoggedIn      = 230
	ftpPath          = 257
	ftpNeedsPassword = 331
	ftpNotLoggedIn   = 530
)

// FTP logs in to the FTP server at the address, HOST:PORT, and asks in which
// folder it is: a login that is of no use would not know.
func FTP(ctx context.Context, address, username, password string) error {
	return ftp(ctx, address, nil, username, password)
}

// FTPS is [FTP] with explicit TLS. A certificate in the configuration may be enough to
// be let in; then the password is not sent.
func FTPS(ctx context.Context, address string, config *tls.Config, username, password string) error {
	return ftp(ctx, address, config, username, password)
}

func ftp(ctx context.Context, address string, config *tls.Config, username, password string) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	raw, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer raw.Close()
	stop := context.AfterFunc(ctx, func() { _ = raw.Close() }) // ends whatever waits on it
	defer stop()
	c := ftpClient{textproto.NewConn(raw)}
	if _, _, err := c.ReadResponse(ftpReady); err != nil {
		return fmt.Errorf("FTP greeting: %w", err)
	}
	if config != nil {
		if _, err := c.say("AUTH TLS", ftpStartsTLS); err != nil {
			return err
		}
		c = ftpClient{textproto.NewConn(tls.Client(raw, config))}
	}
	code, err := c.say("USER "+username, ftpNeedsPassword, ftpLoggedIn)
	if err == nil && code == ftpNeedsPassword {
		_, err = c.say("PASS "+password, ftpLoggedIn)
	}
	if err == nil {
		_, err = c.say("PWD", ftpPath)
	}
	return err
}

type ftpClient struct{ *textproto.Conn }

// say wants one of these replies.
func (c ftpClient) say(line string, want ...int) (code int, err error) {
	if err := c.PrintfLine("%s", line); err != nil {
		return 0, fmt.Errorf("FTP: %w", err)
	}
	code, text, err := c.ReadResponse(0)
	switch {
	case err != nil:
		return 0, fmt.Errorf("FTP: %w", err)
	case code == ftpNotLoggedIn:
		return code, ErrRefused
	case !slices.Contains(want, code):
		return code, fmt.Errorf("FTP: want the reply %d, got %d %s", want, code, text)
	}
	return code, nil
}
