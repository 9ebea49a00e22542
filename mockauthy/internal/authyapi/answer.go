package authyapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
)

// The error codes of Authy, which are strings on the wire.
const (
	invalidAPIKey    = "60001"
	userDoesNotExist = "60016"
	reusedToken      = "60019"
	invalidToken     = "60020"
	userNotValid     = "60027"
)

// answer is an answer of Authy before it is written.
type answer struct {
	status  int
	message string // for the journal
	body    object
	text    string // instead of a body
}

// object is a JSON object whose members keep their order: clients have been
// seen to depend on it.
type object []member

// member is a name with a string, a bool, an int64 or an object.
type member struct {
	name  string
	value any
}

// success is an answer with the status 200.
func success(message string, body object) answer {
	return answer{status: http.StatusOK, message: message, body: body}
}

// refusal is the error that is raised before an endpoint is reached: its code
// comes first.
func refusal(status int, code, message string) answer {
	return answer{status: status, message: message, body: object{
		{"error_code", code},
		{"message", message},
		{"errors", object{{"message", message}}},
		{"success", false},
	}}
}

// failure is the error that an endpoint raises: its message comes first.
// Between them stand the members that the endpoint adds.
func failure(status int, code, message string, extra ...member) answer {
	body := object{{"message", message}}
	body = append(body, extra...)
	body = append(body,
		member{"success", false},
		member{"errors", object{{"message", message}}},
		member{"error_code", code},
	)
	return answer{status: status, message: message, body: body}
}

// text is an answer that is no JSON.
func text(status int, text string) answer {
	return answer{status: status, message: text, text: text}
}

// write sends the answer. Content types are those of Sinatra, which Authy is
// thought to be built on.
func (a answer) write(w http.ResponseWriter) {
	contentType, body := "application/json;charset=utf-8", a.body.json()
	if a.text != "" {
		contentType, body = "text/html;charset=utf-8", []byte(a.text)
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(a.status)
	_, _ = w.Write(body) // a client that is gone needs no answer
}

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
		switch v := m.value.(type) {
		case string:
			writeJSONString(b, v)
		case bool:
			b.WriteString(strconv.FormatBool(v))
		case int64:
			b.WriteString(strconv.FormatInt(v, 10))
		case object:
			v.writeJSON(b)
		}
	}
	b.WriteByte('}')
}

func writeJSONString(b *bytes.Buffer, s string) {
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // a string and a buffer cannot fail
	b.Truncate(b.Len() - 1)
}
