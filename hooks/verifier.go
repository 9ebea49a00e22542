package hooks

import (
	"context"
	"errors"
)

// Verifier checks one-time tokens. [AuthyClient] is the one for Authy; another
// token service is plugged in by implementing it.
//
// Verify returns nil if and only if the token is proven right for that user at
// this moment. Everything else is an error, and every error denies the login:
// when in doubt, return one. Verify must return when ctx ends, must not try a
// token twice (it may be consumed by the first attempt) and must not put the
// token or another secret into the error, for the error is logged.
type Verifier interface {
	Verify(ctx context.Context, id AuthyID, token Token) error
}

// The reasons for which a login is denied after a look at the token. They are
// compared with [errors.Is]; the error around them adds detail for the log,
// never a secret.
var (
	// ErrTokenFormat says that the text is not a token at all, so nobody was asked.
	ErrTokenFormat = errors.New("not a token of the expected number of digits")
	// ErrTokenWrong says that Authy knows the token to be wrong (error code 60020).
	ErrTokenWrong = errors.New("wrong token")
	// ErrTokenUsed says that the token was right once and is used up (error code 60019).
	ErrTokenUsed = errors.New("token was used before")
	// ErrIDUnknown says that Authy has no user with that Authy ID (error codes 60016 and 60026).
	ErrIDUnknown = errors.New("the Authy ID is unknown to Authy")
	// ErrRateLimited says that Authy takes no more attempts for now (HTTP status 429, error code 60003).
	ErrRateLimited = errors.New("too many attempts, wait before the next one")
	// ErrKeyRefused says that the API key is wrong (error code 60001).
	ErrKeyRefused = errors.New("the API key was refused by Authy")
	// ErrUnexpectedStatus says that Authy answered with another HTTP status than
	// 200 and gave no better known reason. A redirect is one of them.
	ErrUnexpectedStatus = errors.New("the request was not accepted by Authy")
	// ErrMalformedAnswer says that HTTP status 200 came without Authy's agreed answer.
	ErrMalformedAnswer = errors.New("the answer of Authy proves nothing")
	// ErrUnreachable says that no HTTP answer came: name, connection, TLS or protocol failed.
	ErrUnreachable = errors.New("no answer from Authy")
	// ErrTimeout says that the deadline passed before the token was proven right.
	ErrTimeout = errors.New("the deadline passed")
)
