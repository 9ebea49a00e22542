package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"strings"
	"syscall"
)

// socketMode lets the group of hookd ask too: that is who the reverse proxy is.
const socketMode = 0o660

// listen listens. A socket that a killed hookd has left behind is removed.
func listen(ctx context.Context, network, address string) (net.Listener, error) {
	if network == "unix" {
		if err := removeStale(ctx, address); err != nil {
			return nil, err
		}
	}
	listener, err := new(net.ListenConfig).Listen(ctx, network, address)
	if err != nil {
		return nil, err // it names the address
	}
	if network == "unix" {
		if err := os.Chmod(address, socketMode); err != nil {
			return nil, errors.Join(err, listener.Close())
		}
	}
	return listener, nil
}

func removeStale(ctx context.Context, path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode().Type() != fs.ModeSocket:
		return fmt.Errorf("%s: there is a file that is no socket", path)
	}
	conn, err := new(net.Dialer).DialContext(ctx, "unix", path)
	if err == nil {
		return errors.Join(fmt.Errorf("%s: another program listens there", path), conn.Close())
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return err
	}
	return os.Remove(path)
}

// handshakes lets through what net/http tells of failed TLS handshakes, which an
// administrator has to see, and nothing else: what it tells of a panic may hold
// a secret.
type handshakes struct{ slog.Handler }

// Handle implements [slog.Handler].
func (h handshakes) Handle(ctx context.Context, record slog.Record) error {
	reason, ok := strings.CutPrefix(record.Message, "http: TLS handshake error ")
	if !ok {
		return nil
	}
	told := slog.NewRecord(record.Time, record.Level, "TLS handshake failed", 0)
	told.AddAttrs(slog.String("reason", reason))
	return h.Handler.Handle(ctx, told)
}
