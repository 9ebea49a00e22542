package login

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/textproto"
)

// The reply codes of FTP that a login sees (RFC 959, section 4.2.2).
const (
	ftpReady         = 220
	ftpLoggedIn      = 230
	ftpNeedsPassword = 331
	ftpNotLoggedIn   = 530
)

// FTP logs in to the FTP server at the address, HOST:PORT, and asks in which
// folder it is: a login that is of no use would not know.
func FTP(ctx context.Context, address, username, password string) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	raw, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	conn := textproto.NewConn(raw)
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = raw.Close() }) // ends whatever waits on it
	defer stop()
	if _, _, err := conn.ReadResponse(ftpReady); err != nil {
		return fmt.Errorf("FTP greeting: %w", err)
	}
	for _, say := range []struct {
		line string
		want int
	}{{"USER " + username, ftpNeedsPassword}, {"PASS " + password, ftpLoggedIn}, {"PWD", 257}} {
		if err := conn.PrintfLine("%s", say.line); err != nil {
			return fmt.Errorf("FTP: %w", err)
		}
		if _, _, err := conn.ReadResponse(say.want); err != nil {
			var reply *textproto.Error
			if errors.As(err, &reply) && reply.Code == ftpNotLoggedIn {
				return ErrRefused
			}
			return fmt.Errorf("FTP, want the reply %d: %w", say.want, err)
		}
	}
	return nil
}
