package authyapi

import (
	"net/http"
	"strconv"
)

// The formats that a path can ask for.
const (
	formatJSON = "json"
	formatXML  = "xml"
)

// The error codes of Authy, which are strings on the wire.
const (
	generalError         = "60000"
	invalidAPIKey        = "60001"
	tooManyRequests      = "60003"
	invalidParameter     = "60004"
	callsDisabled        = "60006"
	smsDisabled          = "60007"
	userDoesNotExist     = "60016"
	userSuspended        = "60017"
	reusedToken          = "60019"
	invalidToken         = "60020"
	noCustomCodes        = "60021"
	wrongCode            = "60022"
	verificationNotFound = "60023"
	userNotFoundCode     = "60026"
	userNotValid         = "60027"
	activityNotCreated   = "60029"
	invalidPhone         = "60033"
	uuidOrPhoneRequired  = "60042"
	approvalNotFound     = "60049"
	accountSuspended     = "60060"
	oneTouchDisabled     = "60065"
	invalidCountryCode   = "60078"
)

// answer is an answer of Authy before it is written.
type answer struct {
	status  int
	message string // for the journal
	body    object
	xml     object // the body in XML, where it is not the same
	text    string // instead of a body
}

// object is a JSON object or an XML element whose members keep their order:
// clients have been seen to depend on it.
type object []member

// member is a name with its value: nil, a string, a bool, an int64, an object or
// an array.
type member struct {
	name  string
	value any
}

// array is a list of values.
type array []any

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
	return answer{status: status, message: message, body: body, xml: xmlFailure(message, code, extra)}
}

// xmlFailure is what is recorded of such an error in XML: without the members
// that a status tells already. What is there of wrong fields is the mock's
// choice.
func xmlFailure(message, code string, extra object) object {
	xml := append(object{{"message", message}}, extra...)
	return append(xml, member{"error_code", code})
}

// text is an answer that is no JSON.
func text(status int, text string) answer {
	return answer{status: status, message: text, text: text}
}

// write sends the answer in the format that the path asks for. Content types are
// those of Sinatra, which Authy is thought to be built on.
func (a answer) write(w http.ResponseWriter, format string) {
	var contentType string
	var body []byte
	switch {
	case a.text != "":
		contentType, body = "text/html;charset=utf-8", []byte(a.text)
	case format == formatXML:
		contentType, body = "application/xml;charset=utf-8", a.writeXML()
	default:
		contentType, body = "application/json;charset=utf-8", a.body.json()
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(a.status)
	_, _ = w.Write(body) // a client that is gone needs no answer
}
