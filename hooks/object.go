package hooks

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// errNotOneObject is all that is told about JSON that cannot be trusted: the
// text of encoding/json quotes from the input, which can hold secrets.
var errNotOneObject = errors.New("not exactly one well-formed JSON object with distinct names")

// parseObject splits the JSON object in data into its members.
//
// encoding/json would match the names of a struct case-insensitively, take the
// last of two equal names, and replace broken UTF-8: three ways in which two
// readers of the same bytes come to different results. Here the names are exact,
// and names that differ in nothing but case are an error, as are a byte order
// mark, broken UTF-8 and anything after the object.
func parseObject(data []byte) (map[string]json.RawMessage, error) {
	if !utf8.Valid(data) || !json.Valid(data) {
		return nil, errNotOneObject
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if open, err := decoder.Token(); err != nil || open != json.Delim('{') {
		return nil, errNotOneObject
	}
	members := make(map[string]json.RawMessage)
	seen := make(map[string]bool)
	for decoder.More() {
		token, err := decoder.Token()
		name, ok := token.(string)
		if err != nil || !ok || seen[foldCase(name)] {
			return nil, errNotOneObject
		}
		seen[foldCase(name)] = true
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, errNotOneObject
		}
		members[name] = value
	}
	return members, nil
}

// foldCase maps all names that encoding/json takes for the same struct field to
// one text: every rune becomes the smallest one that differs only in case.
func foldCase(name string) string {
	return strings.Map(func(r rune) rune {
		for {
			next := unicode.SimpleFold(r)
			if next <= r {
				return next
			}
			r = next
		}
	}, name)
}

// stringMember returns the JSON string in value, and false for anything else,
// null and a missing member included.
func stringMember(value json.RawMessage) (string, bool) {
	if len(value) == 0 || value[0] != '"' {
		return "", false
	}
	var text string
	if err := json.Unmarshal(value, &text); err != nil {
		return "", false
	}
	return text, true
}
