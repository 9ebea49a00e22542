package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"text/template"
	"time"

	"github.com/spf13/cobra"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
)

const (
	defaultListen = "127.0.0.1:2884"
	// defaultGrace bounds how long running requests may take once the mock is
	// told to stop.
	defaultGrace = 5 * time.Second
)

type serveFlags struct {
	listen, apiKey, seed string
	grace                time.Duration // not a flag yet: nobody but tests wants another
}

func serveCommand(self string) *cobra.Command {
	flags := serveFlags{grace: defaultGrace}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the mock over HTTP until interrupted",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return serve(cmd.Context(), executable(self), flags, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&flags.listen, "listen", defaultListen, "address to listen on, `HOST:PORT`; port 0 takes any free one")
	cmd.Flags().StringVar(&flags.apiKey, "api-key", "", "API `KEY` of the ready-made application (default the one of Authy's documentation)")
	cmd.Flags().StringVar(&flags.seed, "seed", "", "YAML `FILE` of applications and users, instead of the ready-made ones")
	return cmd
}

// serve answers requests until ctx ends, then lets the running ones finish.
func serve(ctx context.Context, self string, flags serveFlags, stdout, stderr io.Writer) error {
	applications, err := flags.applications()
	if err != nil {
		return usageError{err}
	}
	if _, _, err := net.SplitHostPort(flags.listen); err != nil {
		return usageError{fmt.Errorf("--listen %q: want HOST:PORT", flags.listen)}
	}
	mock, err := mockauthy.New(
		mockauthy.WithApplications(applications...),
		mockauthy.WithLogger(slog.New(slog.NewTextHandler(stderr, nil))),
	)
	if err != nil {
		return usageError{err}
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", flags.listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w (--listen takes another address)", flags.listen, err)
	}
	// A request may wait on a fault; the end of base ends it.
	base, abandon := context.WithCancel(context.WithoutCancel(ctx))
	defer abandon()
	server := &http.Server{
		Handler:           mock,
		BaseContext:       func(net.Listener) context.Context { return base },
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(slog.NewTextHandler(stderr, nil), slog.LevelWarn),
	}
	if err := greet(stdout, self, listener.Addr(), applications[0]); err != nil {
		return errors.Join(err, listener.Close())
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(base, flags.grace)
	defer cancel()
	if server.Shutdown(grace) != nil {
		abandon()
		_ = server.Close() // what is still running has had its time
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func (f serveFlags) applications() ([]mockauthy.Application, error) {
	if f.seed == "" {
		ready := mockauthy.ReadyMade()
		if f.apiKey != "" {
			ready.APIKey = f.apiKey
		}
		return []mockauthy.Application{ready}, nil
	}
	if f.apiKey != "" {
		return nil, errors.New("--api-key and --seed: want only one of them, the seed file names the API keys")
	}
	return mockauthy.LoadSeed(f.seed)
}

var greeting = template.Must(template.New("").Parse(`A mock of the Authy API listens on {{.URL}}

  API key   {{.App.APIKey}}  (application "{{.App.Name}}")
{{- with .User}}
  user      {{.Email}}, +{{.CountryCode}} {{.Cellphone}}, Authy ID {{.AuthyID}}

  the user's current token:
    {{$.Token}}
  verify it:
    curl -H 'X-Authy-API-Key: {{$.App.APIKey}}' '{{$.URL}}/protected/json/verify/TOKEN/{{.AuthyID}}?force=true'
{{- end}}

Ctrl-C stops it.
`))

// greet says where the mock is and how to use it.
func greet(w io.Writer, self string, addr net.Addr, app mockauthy.Application) error {
	url := "http://" + reachable(addr)
	facts := struct {
		URL, Token string
		App        mockauthy.Application
		User       *mockauthy.User
	}{URL: url, App: app}
	if len(app.Users) > 0 && app.Users[0].AuthyID != 0 {
		facts.User = &app.Users[0]
		facts.Token = fmt.Sprintf("%s token %d", self, facts.User.AuthyID)
		if url != defaultURL {
			facts.Token = fmt.Sprintf("%s token --url %s %d", self, url, facts.User.AuthyID)
		}
	}
	return greeting.Execute(w, facts)
}

// reachable is an address that a client on this machine can use.
func reachable(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return addr.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
