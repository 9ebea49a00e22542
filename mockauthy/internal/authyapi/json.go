package authyapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
)

// json writes the object without any white space: authy-python and authy-ssh
// look for "token":"is valid" in the raw text.
func (o object) json() []byte {
	var b bytes.Buffer
	o.writeJSON(&b)
	return b.Bytes()
}

func (o object) writeJSON(b *bytes.Buffer) {
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		writeJSONString(b, m.name)
		b.WriteByte(':')
		writeJSONValue(b, m.value)
	}
	b.WriteByte('}')
}

func writeJSONValue(b *bytes.Buffer, value any) {
	switch v := value.(type) {
	case nil:
		b.WriteString("null")
	case string:
		writeJSONString(b, v)
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case int64:
		b.WriteString(strconv.FormatInt(v, 10))
	case object:
		v.writeJSON(b)
	case array:
		b.WriteByte('[')
		for i, item := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSONValue(b, item)
		}
		b.WriteByte(']')
	default:
		panic(fmt.Sprintf("authyapi: no JSON for a %T", value))
	}
}

func writeJSONString(b *bytes.Buffer, s string) {
	if plain(s) {
		b.WriteByte('"')
		b.WriteString(s)
		b.WriteByte('"')
		return
	}
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // a string and a buffer cannot fail
	b.Truncate(b.Len() - 1)
}

// plain tells whether a JSON string needs no escape: nearly all that Authy says.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
