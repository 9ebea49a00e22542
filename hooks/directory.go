package hooks

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
)

// AuthyID is the number under which Authy knows a user: 1 to 20 ASCII digits.
type AuthyID string

const maxAuthyIDDigits = 20

// errAuthyID does not repeat the text: it stands where an ID should, but it may
// be anything.
var errAuthyID = errors.New("an Authy ID is a number of 1 to 20 digits")

// ParseAuthyID returns text as an AuthyID, or an error if it is not one.
func ParseAuthyID(text string) (AuthyID, error) {
	if len(text) > maxAuthyIDDigits || !isDigits(text) {
		return "", errAuthyID
	}
	return AuthyID(text), nil
}

// ErrNoAuthyID says that a [Directory] has no Authy ID for an account.
var ErrNoAuthyID = errors.New("no Authy ID is known for this user")

// Account is what a [Directory] can look at.
type Account struct {
	// Username is the SFTPGo user name, exactly as SFTPGo passes it.
	Username string
	// AdditionalInfo is the free text field of the SFTPGo user. Only external
	// authentication receives it; elsewhere it is empty.
	AdditionalInfo string
}

// Directory knows who has which Authy ID. [Users] and [AdditionalInfo] are two;
// an own directory is plugged in by implementing it.
//
// AuthyID returns [ErrNoAuthyID] for an account that the directory does not
// know. Any other error says that the directory could not find out or found
// something contradictory, and denies the login. AuthyID must return when ctx
// ends.
type Directory interface {
	AuthyID(ctx context.Context, account Account) (AuthyID, error)
}

// Directories asks one [Directory] after the other; the first that knows the
// account, or fails, decides.
type Directories []Directory

// AuthyID implements [Directory].
func (d Directories) AuthyID(ctx context.Context, account Account) (AuthyID, error) {
	for _, directory := range d {
		id, err := directory.AuthyID(ctx, account)
		if !errors.Is(err, ErrNoAuthyID) {
			return id, err
		}
	}
	return "", ErrNoAuthyID
}

// AdditionalInfo is the [Directory] that reads the Authy ID from the "additional
// info" of the SFTPGo user. It takes two forms:
//
//   - a JSON object with the member authy_id, a string or a number:
//     {"authy_id":"1001","desk":"4b"}
//   - free text with the word authy_id=1001, set off by spaces, line ends,
//     commas or semicolons
//
// A text that starts with a brace must be the first form. Two IDs in one text
// are an error, even if they are equal: it shows that something went wrong.
type AdditionalInfo struct{}

var errAdditionalInfo = errors.New("additional_info must be one JSON object with at most one authy_id, " +
	"or text with at most one word authy_id=DIGITS")

// AuthyID implements [Directory].
func (AdditionalInfo) AuthyID(_ context.Context, account Account) (AuthyID, error) {
	text := strings.TrimSpace(account.AdditionalInfo)
	if strings.HasPrefix(text, "{") {
		return authyIDFromObject(text)
	}
	return authyIDFromWords(text)
}

func authyIDFromObject(text string) (AuthyID, error) {
	members, err := parseObject([]byte(text))
	if err != nil {
		return "", errAdditionalInfo
	}
	value, ok := members["authy_id"]
	if !ok {
		return "", ErrNoAuthyID
	}
	return parseFoundID(unquote(value))
}

// unquote returns a JSON string without its quotes, and any other JSON value as
// it is written: for a number those are its digits, unrounded.
func unquote(value json.RawMessage) string {
	if text, ok := stringMember(value); ok {
		return text
	}
	return string(value)
}

func authyIDFromWords(text string) (AuthyID, error) {
	const assignment = "authy_id="
	var found []string
	for word := range strings.FieldsFuncSeq(text, isSeparator) {
		if id, ok := strings.CutPrefix(word, assignment); ok {
			found = append(found, id)
		}
	}
	switch len(found) {
	case 0:
		return "", ErrNoAuthyID
	case 1:
		return parseFoundID(found[0])
	default:
		return "", errAdditionalInfo
	}
}

func isSeparator(r rune) bool { return strings.ContainsRune(" \t\r\n,;", r) }

func parseFoundID(text string) (AuthyID, error) {
	id, err := ParseAuthyID(text)
	if err != nil {
		return "", errAdditionalInfo
	}
	return id, nil
}
