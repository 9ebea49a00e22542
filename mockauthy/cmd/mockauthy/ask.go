package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

const (
	defaultURL = "http://" + defaultListen
	// answerWithin bounds how long a running mock is waited for.
	answerWithin = 5 * time.Second
)

// askFlags say which running mock is asked, and prove that one may ask it.
type askFlags struct {
	url   string
	token tokenFlags
}

func (f *askFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.url, "url", defaultURL, "`URL` of the control API of the running mock")
	f.token.register(cmd)
}

// client asks that mock.
func (f *askFlags) client(options ...control.Option) (*control.Client, error) {
	token, _, err := f.token.read()
	if err != nil {
		return nil, usageError{err}
	}
	client, err := control.New(f.url, append(options, control.WithToken(token))...)
	if err != nil {
		return nil, usageError{err}
	}
	return client, nil
}

func tokenCommand() *cobra.Command {
	var (
		ask    askFlags
		apiKey string
		step   int64
	)
	cmd := &cobra.Command{
		Use:   "token AUTHY_ID",
		Short: "Print the current token of a user",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return usageError{fmt.Errorf("the Authy ID %q: want a whole number", args[0])}
			}
			client, err := ask.client(control.WithAPIKey(apiKey))
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), answerWithin)
			defer cancel()
			token, err := client.Token(ctx, id, step)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), token.Token)
			return err
		},
	}
	ask.register(cmd)
	cmd.Flags().StringVar(&apiKey, "api-key", "", "API `KEY` of the user's application (default the mock's first application)")
	cmd.Flags().Int64Var(&step, "step", 0, "`N` steps away from the current token, such as -1 for the one before")
	return cmd
}

func caCommand() *cobra.Command {
	var ask askFlags
	cmd := &cobra.Command{
		Use:   "ca",
		Short: "Print the certificate that programs must trust to take the mock for Authy",
		Long: `Print the certificate of the running mock's authority, in PEM. Programs that
trust it take the mock for api.authy.com. It stays the same after a restart if
the mock was started with --ca.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, err := ask.client()
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), answerWithin)
			defer cancel()
			certificate, err := client.CA(ctx)
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(certificate)
			return err
		},
	}
	ask.register(cmd)
	return cmd
}

func healthCommand() *cobra.Command {
	var url string
	cmd := &cobra.Command{
		Use:   "health",
		Short: "Exit with 0 if a mock answers, with 1 if not",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, err := control.New(url)
			if err != nil {
				return usageError{err}
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), answerWithin)
			defer cancel()
			return client.Live(ctx)
		},
	}
	cmd.Flags().StringVar(&url, "url", defaultURL, "`URL` of the running mock, or of its control API")
	return cmd
}
