package hooks

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
)

// AdditionalInfo is the [Directory] that reads the "additional info" of the
// SFTPGo user. It takes two forms:
//
//   - a JSON object with the member authy_id, a string or a number:
//     {"authy_id":"1001","desk":"4b"}
//   - free text with the word authy_id=1001, set off by spaces, line ends,
//     commas or semicolons
//
// Besides authy_id there may be authy_digits=6, authy_no_token and, any number
// of times, authy_no_token_from=10.0.0.0/8, in the object as
// "authy_no_token":true and "authy_no_token_from":["10.0.0.0/8"].
//
// A text that starts with a brace must be the first form. Two IDs in one text
// are an error, even if they are equal, and so is a word that begins with authy_
// and means nothing: it shows that something went wrong.
type AdditionalInfo struct{}

var errAdditionalInfo = errors.New("additional_info must be one JSON object with at most one authy_id, " +
	"or text with at most one word authy_id=DIGITS; there may be authy_digits, authy_no_token, authy_no_token_from")

// Find implements [Directory].
func (AdditionalInfo) Find(_ context.Context, account Account) (Enrolment, error) {
	return parseAdditionalInfo(account.AdditionalInfo)
}

func parseAdditionalInfo(text string) (Enrolment, error) {
	text = strings.TrimSpace(text)
	words, err := wordsOf(text)
	if err != nil {
		return Enrolment{}, err
	}
	var e Enrolment
	found := false
	for _, word := range words {
		name, ours := strings.CutPrefix(word.name, "authy_")
		if !ours {
			continue
		}
		found = true
		switch {
		case name != "id":
			err = e.set(strings.ReplaceAll(name, "_", "-"), word.value)
		case e.AuthyID != "":
			err = errAdditionalInfo
		default:
			e.AuthyID, err = ParseAuthyID(word.value)
		}
		if err != nil {
			return Enrolment{}, errAdditionalInfo
		}
	}
	if !found {
		return Enrolment{}, ErrNoAuthyID
	}
	if e.check() != nil {
		return Enrolment{}, errAdditionalInfo
	}
	return e, nil
}

// word is a name with its value.
type word struct {
	name, value string
}

func wordsOf(text string) ([]word, error) {
	if strings.HasPrefix(text, "{") {
		return wordsOfObject(text)
	}
	var words []word
	for field := range strings.FieldsFuncSeq(text, isSeparator) {
		name, value := parseOption(field)
		words = append(words, word{name, value})
	}
	return words, nil
}

func isSeparator(r rune) bool { return strings.ContainsRune(" \t\r\n,;", r) }

func wordsOfObject(text string) ([]word, error) {
	members, err := parseObject([]byte(text))
	if err != nil {
		return nil, errAdditionalInfo
	}
	var words []word
	for name, value := range members {
		if name != "authy_no_token_from" {
			words = append(words, word{name, unquote(value)})
			continue
		}
		var networks []string
		if err := json.Unmarshal(value, &networks); err != nil || networks == nil {
			return nil, errAdditionalInfo
		}
		for _, network := range networks {
			words = append(words, word{name, network})
		}
	}
	return words, nil
}

// unquote returns a JSON string without its quotes, and any other JSON value as
// it is written: for a number those are its digits, unrounded.
func unquote(value json.RawMessage) string {
	if text, ok := stringMember(value); ok {
		return text
	}
	return string(value)
}
