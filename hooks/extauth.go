package hooks

import (
	"context"
	"encoding/json"
	"errors"
)

// ExternalAuthRequest is what SFTPGo passes to an external authentication hook
// (getExternalAuthResponse).
type ExternalAuthRequest struct {
	Username string
	IP       string
	Protocol string
	// Password is what the user typed: the token.
	Password Secret
	// User is the stored user as JSON, empty if SFTPGo has no such user. It holds
	// the password hash and other confidential values.
	User Secret
	// PublicKey, TLSCertificate and KeyboardInteractive are set for logins of
	// that kind, in which no token has been typed.
	PublicKey           string
	TLSCertificate      string
	KeyboardInteractive string
}

// ExternalAuthAnswer is the answer of an external authentication hook. The zero
// value denies.
type ExternalAuthAnswer struct {
	// User is the user to log in, as JSON.
	User Secret
}

// Accepted reports whether the answer lets the user in.
func (a ExternalAuthAnswer) Accepted() bool { return a.User.Reveal() != "" }

// exception is none: see [Decider.ExternalAuth].
func (ExternalAuthAnswer) exception() string { return "" }

// JSON returns the answer as SFTPGo wants to read it: the user, or a user
// without a name, which is how an external authentication hook denies. It is
// never empty: SFTPGo takes an empty answer for a success
// (checkPasswordAfterEmptyExtAuthResponse).
func (a ExternalAuthAnswer) JSON() []byte {
	if !a.Accepted() {
		return []byte(`{"username":""}`)
	}
	return []byte(a.User.Reveal())
}

var (
	errMethodPublicKey   = errors.New("public key login: it carries no token, take scope 2 out of external_auth_scope")
	errMethodCertificate = errors.New("TLS certificate login: it carries no token, take scope 8 out of external_auth_scope")
	errMethodKeyboard    = errors.New("keyboard-interactive login: external authentication cannot ask for a token")
	errPasswordEmpty     = errors.New("the password is empty, the token was expected there")
	errUserUnknown       = errors.New("SFTPGo has no such user, and this hook creates none")
	errUserMalformed     = errors.New("the user passed by SFTPGo is not one JSON object with a user name")
	errUserOther         = errors.New("the user passed by SFTPGo has another name than the one logging in")
	errNothingElse       = errors.New("no token is needed for this login, but external authentication has nothing else to check")
	errUserInfo          = errors.New("additional_info of the user passed by SFTPGo is not a string")
)

// ExternalAuth decides an external authentication hook: the whole password must
// be a right token. The user then logs in exactly as SFTPGo has it stored,
// because SFTPGo replaces the stored user with the answer (doExternalAuth) and
// forgets keys, groups, quota and filters that the answer leaves out. Status,
// expiration and the like are SFTPGo's to check, and it does so afterwards.
//
// A login that needs no token is denied: nothing would be left to check.
func (d Decider) ExternalAuth(ctx context.Context, request ExternalAuthRequest) (ExternalAuthAnswer, error) {
	return decided(ctx, d, func() (ExternalAuthAnswer, error) { return d.externalAuth(ctx, request) })
}

func (d Decider) externalAuth(ctx context.Context, request ExternalAuthRequest) (ExternalAuthAnswer, error) {
	if err := checkMethod(request); err != nil {
		return ExternalAuthAnswer{}, err
	}
	account, err := storedAccount(request)
	if err != nil {
		return ExternalAuthAnswer{}, err
	}
	enrolment, err := d.Directory.Find(ctx, account)
	if err != nil {
		return ExternalAuthAnswer{}, err
	}
	if enrolment.exception(request.IP) != "" {
		return ExternalAuthAnswer{}, errNothingElse
	}
	if err := d.check(ctx, enrolment, request.Password.Reveal()); err != nil {
		return ExternalAuthAnswer{}, err
	}
	// The very bytes that came in: decoding and encoding would round large
	// numbers and drop what this version of the hook does not know.
	return ExternalAuthAnswer{User: request.User}, nil
}

// checkMethod refuses every login in which the password is not a typed token.
func checkMethod(request ExternalAuthRequest) error {
	switch {
	case request.PublicKey != "":
		return errMethodPublicKey
	case request.TLSCertificate != "":
		return errMethodCertificate
	case request.KeyboardInteractive != "":
		return errMethodKeyboard
	case request.Password.Reveal() == "":
		return errPasswordEmpty
	}
	return nil
}

// storedAccount reads the stored user. Its name must be the one that logs in:
// SFTPGo lets in whomever the answer names.
func storedAccount(request ExternalAuthRequest) (Account, error) {
	if request.User.Reveal() == "" {
		return Account{}, errUserUnknown
	}
	members, err := parseObject([]byte(request.User.Reveal()))
	if err != nil {
		return Account{}, errUserMalformed
	}
	name, ok := stringMember(members["username"])
	if !ok || name == "" {
		return Account{}, errUserMalformed
	}
	if name != request.Username {
		return Account{}, errUserOther
	}
	info, err := additionalInfo(members["additional_info"])
	return Account{Username: name, AdditionalInfo: info}, err
}

func additionalInfo(value json.RawMessage) (string, error) {
	if value == nil {
		return "", nil
	}
	info, ok := stringMember(value)
	if !ok {
		return "", errUserInfo
	}
	return info, nil
}
