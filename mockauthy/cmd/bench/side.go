package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/front"
)

// The sides that the command can be itself.
const (
	sideBare  = "bare"  // a handler that knows nothing but the answer
	sideUsers = "users" // the mock with so many users, made faster than from a file
)

// rightToken is what Authy says of one, the bytes that both sides send.
const rightToken = `{"message":"Token is valid.","token":"is valid","success":"true"}`

// serveSide is one side in a process of its own. It prints its URL and serves
// until ctx ends.
func serveSide(ctx context.Context, args []string, stdout io.Writer) error {
	serve, err := side(args)
	if err != nil {
		return usageError{err}
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(stdout, "http://%s\n", l.Addr()); err != nil {
		return errors.Join(err, l.Close())
	}
	return serve(ctx, l)
}

func side(args []string) (func(context.Context, net.Listener) error, error) {
	switch {
	case len(args) == 1 && args[0] == sideBare:
		return serveBare, nil
	case len(args) == 2 && args[0] == sideUsers:
		n, err := strconv.Atoi(args[1])
		if err != nil || n < 1 {
			break
		}
		mock, err := mockauthy.New(mockauthy.WithApplications(mockauthy.Application{Name: "Bench", APIKey: apiKey, Users: people(n)}))
		return func(ctx context.Context, l net.Listener) error {
			way := front.Front{Handler: mock, Plain: l, TLS: mock.TLS(), Log: slog.New(slog.DiscardHandler), Limits: front.DefaultLimits()}
			return way.Serve(ctx)
		}, err
	}
	return nil, fmt.Errorf("%q: want nothing, %s, or %s and their number", args, sideBare, sideUsers)
}

func serveBare(ctx context.Context, l net.Listener) error {
	server := &http.Server{Handler: http.HandlerFunc(bare)} //nolint:gosec // as bare as can be
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func bare(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(rightToken)))
	_, _ = io.WriteString(w, rightToken) // a client that is gone needs no answer
}
