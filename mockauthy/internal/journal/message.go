package journal

import (
	"cmp"
	"slices"
	"strings"
)

// What is kept of one message: a journal of a thousand requests and their answers
// is never more than 16 MiB.
const (
	maxHeader = 2 << 10 // bytes; those of curl have 100, those of a browser 1000
	maxBody   = 4 << 10 // bytes; Authy's longest documented answer has 600
	// margin is how much of a body that does not fit is looked at and not shown: a
	// secret that was cut in two looks like none.
	margin = 128
)

// Room is of how many bytes of a body it is of use to keep a copy.
const Room = maxBody + margin

// Message is a request or an answer as it went over the wire, without secrets.
type Message struct {
	// Header has its fields, by name.
	Header []Field
	// Body in UTF-8. What was cut ends in "…".
	Body string
}

// Field is one of a header.
type Field struct {
	Name, Value string
}

// Message keeps a message, and takes its secrets out when somebody reads it: most
// are never read. The body must not change any more. Of digits that look like a token
// it keeps those that keep knows, see [Redactor.Redact].
func (r *Redactor) Message(header map[string][]string, body []byte, keep func(digits string) bool) func() Message {
	fields := keptFields(header)
	kept := body[:min(len(body), Room)]
	if cap(kept) > 2*Room {
		kept = slices.Clone(kept) // so that the rest is not kept
	}
	return func() Message {
		var m Message
		for line := range strings.Lines(fields) {
			name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
			m.Header = append(m.Header, Field{name, r.RedactText(value, keep)})
		}
		slices.SortStableFunc(m.Header, func(x, y Field) int { return cmp.Compare(x.Name, y.Name) })
		m.Body = r.RedactText(strings.ToValidUTF8(string(kept), "\uFFFD"), keep)
		if len(kept) == Room {
			m.Body = cut(m.Body, max(len(m.Body)-margin, len("…")))
		}
		m.Body = cut(m.Body, maxBody)
		return m
	}
}

// keptFields are those of a header as lines, so far as there is room, and without
// what is hidden whole.
func keptFields(header map[string][]string) string {
	var b strings.Builder
	size := 0
	for name, values := range header {
		for _, value := range values {
			size += len(name) + max(len(value), len(hidden)) + len(":\n")
		}
	}
	b.Grow(min(size, maxHeader))
	for name, values := range header {
		for _, value := range values {
			if secretField(name) {
				value = hidden
			}
			if b.Len()+len(name)+len(value) > maxHeader {
				value = "…"
			}
			if b.Len()+len(name) <= maxHeader {
				b.WriteString(name)
				b.WriteByte(':')
				b.WriteString(strings.ReplaceAll(value, "\n", " "))
				b.WriteByte('\n')
			}
		}
	}
	return b.String()
}

// hidden stands for a value that is not kept.
const hidden = "[hidden]"

// secretField tells whether a field of a header is hidden, whatever it is.
func secretField(name string) bool {
	switch name {
	case "Authorization", "Cookie", "Proxy-Authorization", "Set-Cookie", "X-Authy-Api-Key":
		return true
	}
	return false
}
