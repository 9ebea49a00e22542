package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"

	"github.com/spf13/cobra"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/front"
)

const defaultListen = "127.0.0.1:2884"

type serveFlags struct {
	listen, tlsListen, ca, apiKey, seed, data string

	apiKeyTyped   bool // and not set by its variable
	controlListen string
	controlToken  tokenFlags
	controlOpen   bool
}

func serveCommand(self string) *cobra.Command {
	var flags serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the mock over HTTP until interrupted",
		Long: `Serve the mock over HTTP until interrupted.

It is an HTTP proxy too, for programs with https://api.authy.com compiled in. It
answers for Authy's hosts and forwards nothing. Such programs must trust its
certificate, which "mockauthy ca" prints.

A browser sees users, tokens and requests at the address of the control API. Both
answer this machine only, unless --control-token or --control-open says otherwise.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			flags.apiKeyTyped = cmd.Flags().Changed("api-key")
			return serve(cmd.Context(), executable(self), flags, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&flags.listen, "listen", defaultListen, "address to listen on, `HOST:PORT`; port 0 takes any free one")
	cmd.Flags().StringVar(&flags.tlsListen, "tls-listen", "", "address to listen on for HTTPS too, `HOST:PORT` (default none)")
	cmd.Flags().StringVar(&flags.ca, "ca", "", "`FILE` that keeps certificate and key of the certificate authority, made when missing (default a new authority at each start)")
	cmd.Flags().StringVar(&flags.apiKey, "api-key", "", "API `KEY` of the ready-made application (default the one of Authy's documentation)")
	cmd.Flags().StringVar(&flags.seed, "seed", "", "YAML `FILE` of applications and users, instead of the ready-made ones")
	cmd.Flags().StringVar(&flags.data, "data", "", "`FILE` that keeps users, secrets and clocks over a restart, made when missing (default in memory only)")
	cmd.Flags().StringVar(&flags.controlListen, "control-listen", "", "address to listen on for the control API, `HOST:PORT`, which is then nowhere else (default where the mock is)")
	flags.controlToken.register(cmd)
	cmd.Flags().BoolVar(&flags.controlOpen, "control-open", false, "let everybody who can reach the control API use it, if there is no token")
	return cmd
}

// serve answers requests until ctx ends, then lets the running ones finish.
func serve(ctx context.Context, self string, flags serveFlags, stdout, stderr io.Writer) (err error) {
	log := slog.New(slog.NewTextHandler(stderr, nil))
	applications, err := flags.applications()
	if err != nil {
		return usageError{err}
	}
	allowed := access{open: flags.controlOpen}
	if allowed.token, allowed.file, err = flags.controlToken.read(); err != nil {
		return usageError{err}
	}
	way := front.Front{Log: log, Limits: front.DefaultLimits()}
	options := append(allowed.options(), mockauthy.WithApplications(applications...), mockauthy.WithLogger(log),
		mockauthy.WithPage(func() string { return authyURL(way) }))
	if flags.ca != "" {
		options = append(options, mockauthy.WithCA(flags.ca))
	}
	if flags.data != "" {
		options = append(options, mockauthy.WithData(flags.data))
	}
	mock, err := mockauthy.New(options...)
	if err != nil {
		return usageError{err}
	}
	defer func() { err = errors.Join(err, mock.Close()) }()
	way.Handler, way.TLS = mock, mock.TLS()
	if flags.controlListen != "" {
		way.Handler, way.ControlHandler = mock.Authy(), mock.Control()
	}
	if err := flags.open(ctx, &way); err != nil {
		return errors.Join(err, way.Close())
	}
	app := applications[0]
	if flags.data != "" {
		app.Users = kept(mock, app.Users)
	}
	allowed.warn(stderr, controlAddr(way))
	if err := greet(stdout, self, way, allowed, app, flags.data); err != nil {
		return errors.Join(err, way.Close())
	}
	return way.Serve(ctx)
}

// open opens the listeners.
func (f serveFlags) open(ctx context.Context, way *front.Front) error {
	for _, l := range []struct {
		flag, address string
		into          *net.Listener
	}{
		{"listen", f.listen, &way.Plain},
		{"tls-listen", f.tlsListen, &way.Secure},
		{"control-listen", f.controlListen, &way.Control},
	} {
		if l.address == "" && l.flag != "listen" {
			continue
		}
		opened, err := listen(ctx, l.flag, l.address)
		if err != nil {
			return err
		}
		*l.into = opened
	}
	return nil
}

// listen opens the address that a flag gives.
func listen(ctx context.Context, flag, address string) (net.Listener, error) {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return nil, usageError{fmt.Errorf("--%s %q: want HOST:PORT", flag, address)}
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w (--%s takes another address)", address, err, flag)
	}
	return l, nil
}

func (f serveFlags) applications() ([]mockauthy.Application, error) {
	if f.seed == "" {
		ready := mockauthy.ReadyMade()
		if f.apiKey != "" {
			ready.APIKey = f.apiKey
		}
		return []mockauthy.Application{ready}, nil
	}
	// The variable may be there for the command token.
	if f.apiKeyTyped {
		return nil, errors.New("--api-key and --seed: want only one of them, the seed file names the API keys")
	}
	return mockauthy.LoadSeed(f.seed)
}
