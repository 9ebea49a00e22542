package contract

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

// checkPasswordRequest is what SFTPGo tells the check password hook.
type checkPasswordRequest struct {
	Username string `json:"username"`
	IP       string `json:"ip"`
	Password string `json:"password"`
	Protocol string `json:"protocol"`
}

// The statuses of the hook's answer (checkUserAndPass). All others reject.
const (
	statusNoHook   = -1
	statusAccepted = 1
	statusVerify   = 2
)

// checkUserAndPass is SFTPGo's function of that name, for users who have no second
// factor of SFTPGo's own.
func (s *site) checkUserAndPass(ctx context.Context, a account, password string, protocol driver.Protocol) error {
	if err := a.mayLogIn(); err != nil {
		return err
	}
	if a.hash() == "" || strings.TrimSpace(password) == "" {
		return refuse("credentials cannot be null or empty")
	}
	if s.Kind() == driver.CheckPassword {
		output, err := s.caller.checkPassword(ctx, checkPasswordRequest{a.username(), address, password, string(protocol)})
		if err != nil {
			return err
		}
		var answer struct {
			Status   int    `json:"status"`
			ToVerify string `json:"to_verify"`
		}
		if err := json.Unmarshal(output, &answer); err != nil {
			return refuse("the hook's answer is no JSON that SFTPGo understands: %v", err)
		}
		switch answer.Status {
		case statusAccepted:
			return nil
		case statusVerify:
			password = answer.ToVerify
		case statusNoHook:
		default:
			return refuse("the hook's answer has the status %d", answer.Status)
		}
	}
	if !a.passwordIs(password) {
		return refuse("the password is not the stored one")
	}
	return nil
}
