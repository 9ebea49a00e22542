package authyapi

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// writeXML writes the answer as ActiveSupport's to_xml does, by which Authy's
// XML is thought to be made: dashes for underscores, types as attributes, an
// indent of two spaces. The root of an error is another one.
func (a answer) writeXML() []byte {
	body, root := a.body, "hash"
	if a.xml != nil {
		body = a.xml
	}
	if a.status != http.StatusOK {
		root = "errors"
	}
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	writeXMLElement(&b, 0, root, body)
	return b.Bytes()
}

func writeXMLElement(b *bytes.Buffer, depth int, name string, value any) {
	indent := strings.Repeat("  ", depth)
	name = strings.ReplaceAll(name, "_", "-")
	b.WriteString(indent + "<" + name)
	switch v := value.(type) {
	case nil:
		b.WriteString(` nil="true"/>` + "\n")
		return
	case string:
		b.WriteByte('>')
		writeXMLText(b, v)
	case bool:
		b.WriteString(` type="boolean">` + strconv.FormatBool(v))
	case int64:
		b.WriteString(` type="integer">` + strconv.FormatInt(v, 10))
	case object:
		b.WriteString(">\n")
		for _, m := range v {
			writeXMLElement(b, depth+1, m.name, m.value)
		}
		b.WriteString(indent)
	case array:
		if len(v) == 0 {
			b.WriteString(` type="array"/>` + "\n")
			return
		}
		b.WriteString(` type="array">` + "\n")
		for _, item := range v {
			writeXMLElement(b, depth+1, singular(name), item)
		}
		b.WriteString(indent)
	default:
		panic(fmt.Sprintf("authyapi: no XML for a %T", value))
	}
	b.WriteString("</" + name + ">\n")
}

// writeXMLText leaves quotes as they are, as in the recorded "User doesn't exist".
func writeXMLText(b *bytes.Buffer, text string) {
	var escaped strings.Builder
	_ = xml.EscapeText(&escaped, []byte(text)) // a builder cannot fail
	_, _ = strings.NewReplacer("&#39;", "'", "&#34;", `"`).WriteString(b, escaped.String())
}

// singular is the name of one of many, as ActiveSupport makes it of the names
// that Authy has: devices, statistics.
func singular(plural string) string {
	if plural == "stats" {
		return "stat"
	}
	return strings.TrimSuffix(plural, "s")
}
