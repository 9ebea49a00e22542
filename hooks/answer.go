package hooks

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// judge returns nil if and only if status and body are Authy's answer to a right
// token: status 200 and a JSON object with success "true" and token "is valid".
//
// On success Authy writes success as a string, elsewhere as a boolean (Authy
// API, verify), so both are taken, and nothing similar: not "True", not 1. The
// token member is asked for as well, because other requests of the same API
// answer success too. The content type is not looked at: Authy sends JSON as
// text/html at times.
func judge(status int, body []byte) error {
	members, err := parseObject(body)
	if status != http.StatusOK {
		return refusal(status, errorCode(members))
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMalformedAnswer, err)
	}
	if !isTrue(members["success"]) {
		return fmt.Errorf("%w: HTTP status 200 without success", ErrMalformedAnswer)
	}
	if token, ok := stringMember(members["token"]); !ok || token != "is valid" {
		return fmt.Errorf("%w: HTTP status 200 without a valid token", ErrMalformedAnswer)
	}
	return nil
}

// isTrue reports whether value is the boolean true or the string "true".
func isTrue(value json.RawMessage) bool {
	if text, ok := stringMember(value); ok {
		return text == "true"
	}
	return string(value) == "true"
}

// refusal names the reason behind an answer that is no success. It serves the
// log only: each of them denies.
func refusal(status int, code string) error {
	reason := ErrUnexpectedStatus
	switch {
	case code == "60001":
		reason = ErrKeyRefused
	case code == "60003", status == http.StatusTooManyRequests:
		reason = ErrRateLimited
	case code == "60016", code == "60026":
		reason = ErrIDUnknown
	case code == "60019":
		reason = ErrTokenUsed
	case code == "60020":
		reason = ErrTokenWrong
	}
	if code == "" {
		return fmt.Errorf("%w (HTTP status %d)", reason, status)
	}
	return fmt.Errorf("%w (HTTP status %d, error code %s)", reason, status, code)
}

// errorCode returns Authy's error_code, a string of five digits (Authy API,
// error codes), or "". Anything else that the answer may hold, above all its
// message, is text from outside and is not repeated.
func errorCode(members map[string]json.RawMessage) string {
	code, ok := stringMember(members["error_code"])
	if !ok || len(code) != 5 || !isDigits(code) {
		return ""
	}
	return code
}
