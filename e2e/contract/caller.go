package contract

import "context"

// caller hands requests of SFTPGo to the hook: by starting its program, or over
// HTTP. A [refusal] is what SFTPGo takes for a denial, whatever the hook meant.
type caller interface {
	externalAuth(ctx context.Context, r externalAuthRequest) ([]byte, error)
	checkPassword(ctx context.Context, r checkPasswordRequest) ([]byte, error)
	// keyboard talks with the hook until it has a result; ask puts its questions to
	// the client.
	keyboard(ctx context.Context, a account, ask func(keyboardAnswer) ([]string, error)) (result int, err error)
}
