package hooks

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"unicode/utf8"
)

// CheckPasswordRequest is what SFTPGo passes to a check password hook
// (executeCheckPasswordHook).
type CheckPasswordRequest struct {
	Username string
	IP       string
	Protocol string
	// Password is what the user typed: the fixed part followed by the token.
	Password Secret
}

// CheckPasswordAnswer is the answer of a check password hook. The zero value
// denies. SFTPGo also knows status 1, which accepts without a look at the stored
// password, and -1, which skips the hook; neither can be expressed here.
type CheckPasswordAnswer struct {
	// ToVerify is the fixed part of the password, which SFTPGo has to compare
	// with the stored one. It is never empty in an answer that accepts.
	ToVerify Secret
}

// Accepted reports whether the token is proven right. The login still depends on
// SFTPGo's comparison of the fixed part.
func (a CheckPasswordAnswer) Accepted() bool { return a.ToVerify.Reveal() != "" }

// JSON returns the answer as SFTPGo wants to read it: status 2 with the fixed
// part, byte for byte, or status 0.
func (a CheckPasswordAnswer) JSON() []byte {
	if !a.Accepted() {
		return []byte(`{"status":0}`)
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(struct {
		Status   int    `json:"status"`
		ToVerify string `json:"to_verify"`
	}{2, a.ToVerify.Reveal()})
	if err != nil {
		return CheckPasswordAnswer{}.JSON()
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n"))
}

var (
	errPasswordShort = errors.New("the password is no longer than a token, the fixed part is missing")
	errPasswordUTF8  = errors.New("the fixed part of the password is not UTF-8 and cannot be handed to SFTPGo unchanged")
)

// CheckPassword decides a check password hook: the last TokenDigits characters
// of the password must be a right token, and what stands before them goes back
// to SFTPGo for comparison with the stored password.
//
// The token is checked, and thereby used up, before SFTPGo compares the fixed
// part: the contract of this hook has no other order.
func (d Decider) CheckPassword(ctx context.Context, request CheckPasswordRequest) (CheckPasswordAnswer, error) {
	password := request.Password.Reveal()
	// Cutting by bytes is safe: a tail of ASCII digits never starts within a
	// character, and check lets no other tail pass.
	cut := len(password) - d.TokenDigits
	if cut <= 0 || cut >= len(password) {
		return CheckPasswordAnswer{}, errPasswordShort
	}
	fixed, token := password[:cut], password[cut:]
	if !utf8.ValidString(fixed) {
		// JSON has no way to say it: SFTPGo would compare other bytes.
		return CheckPasswordAnswer{}, errPasswordUTF8
	}
	if err := d.check(ctx, Account{Username: request.Username}, token); err != nil {
		return CheckPasswordAnswer{}, err
	}
	return CheckPasswordAnswer{ToVerify: NewSecret(fixed)}, nil
}
