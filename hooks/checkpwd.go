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
	// Exception says why no token was asked for; "" says that one was right.
	Exception string
}

// Accepted reports whether the token is proven right. The login still depends on
// SFTPGo's comparison of the fixed part.
func (a CheckPasswordAnswer) Accepted() bool { return a.ToVerify.Reveal() != "" }

func (a CheckPasswordAnswer) exception() string { return a.Exception }

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

// CheckPassword decides a check password hook: the last characters of the
// password must be a right token, and what stands before them goes back to
// SFTPGo for comparison with the stored password. Of a login that needs no token
// all of the password goes back.
//
// The token is checked, and thereby used up, before SFTPGo compares the fixed
// part: the contract of this hook has no other order.
func (d Decider) CheckPassword(ctx context.Context, request CheckPasswordRequest) (CheckPasswordAnswer, error) {
	return decided(ctx, d, func() (CheckPasswordAnswer, error) { return d.checkPassword(ctx, request) })
}

func (d Decider) checkPassword(ctx context.Context, request CheckPasswordRequest) (CheckPasswordAnswer, error) {
	enrolment, err := d.Directory.Find(ctx, Account{Username: request.Username})
	if err != nil {
		return CheckPasswordAnswer{}, err
	}
	fixed := request.Password.Reveal()
	exception := enrolment.exception(request.IP)
	if exception == "" {
		var token string
		if fixed, token, err = d.cut(fixed, enrolment); err != nil {
			return CheckPasswordAnswer{}, err
		}
		if err := d.check(ctx, enrolment, token); err != nil {
			return CheckPasswordAnswer{}, err
		}
	}
	if fixed == "" || !utf8.ValidString(fixed) {
		return CheckPasswordAnswer{}, errPasswordUTF8
	}
	return CheckPasswordAnswer{ToVerify: NewSecret(fixed), Exception: exception}, nil
}

// cut takes the token off the end of a password. To do so by bytes is safe: a
// tail of ASCII digits never starts within a character, and check lets no other
// tail pass. A fixed part that JSON has no way to say is refused before a token
// is used up: SFTPGo would compare other bytes.
func (d Decider) cut(password string, e Enrolment) (fixed, token string, err error) {
	at := len(password) - d.digitsOf(e)
	if at <= 0 || at >= len(password) {
		return "", "", errPasswordShort
	}
	if !utf8.ValidString(password[:at]) {
		return "", "", errPasswordUTF8
	}
	return password[:at], password[at:], nil
}
