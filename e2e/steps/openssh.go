package steps

import (
	"context"

	"github.com/cucumber/godog"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/login"
)

// enterByOpenSSH skips the scenario where there is no OpenSSH. The method "" is the
// client's choice.
func (w *world) enterByOpenSSH(ctx context.Context, client login.OpenSSH, method string, server login.Server, p *person, s secrets) error {
	if missing := login.MissingOpenSSH(ctx); missing != "" {
		godog.Logf(ctx, "left out: %s", missing)
		return godog.ErrSkip
	}
	credentials := login.Credentials{Methods: method, Answers: w.replies(s)}
	switch method {
	case "password":
		credentials.Answers = map[string]string{"password": s.password + s.token}
	case "publickey":
		credentials.Key = p.key.PEM
	}
	_, err := client.LogIn(ctx, server, p.Username, credentials)
	return err
}
