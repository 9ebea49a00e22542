package stack

import (
	"context"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/login"
)

// LogIn types password and token of somebody where a server with the hook wants
// them.
func (h Hook) LogIn(ctx context.Context, server login.Server, p Person, token string) (*login.Session, error) {
	switch h {
	case NoHook:
		return login.Password(ctx, server, p.Username, p.Password)
	case PasswordAndToken, KeyintAndCheckpwd:
		return login.KeyboardInteractive(ctx, server, p.Username, &login.Dialogue{
			Answers: map[string]string{"password": p.Password, "token": token},
		})
	case TokenOnly:
		return login.Password(ctx, server, p.Username, token)
	default:
		return login.Password(ctx, server, p.Username, p.Password+token)
	}
}
