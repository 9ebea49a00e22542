package journal

import "strings"

// What an entry keeps of a request is bounded, so that the journal is: a client
// may send headers of 64 KiB and bodies of as much, and name any number of users
// in them. A thousand entries come to less than 16 MiB of JSON, the most that
// package control reads.
const (
	maxMethod   = 32      // bytes; the methods of HTTP have at most 7
	maxTarget   = 4 << 10 // bytes
	maxOutcome  = 512     // bytes; Authy's longest message has 152
	maxAuthyIDs = 64
)

// bounded is the entry with what arrived cut short.
func (e Entry) bounded() Entry {
	e.Method, e.Target = cut(e.Method, maxMethod), cut(e.Target, maxTarget)
	e.AuthyIDs = e.AuthyIDs[:min(len(e.AuthyIDs), maxAuthyIDs)]
	return e
}

// cut is the text in UTF-8, so far as it has room. What was cut ends in "…".
func cut(text string, most int) string {
	const more = "…"
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most-len(more)], "") + more
}
