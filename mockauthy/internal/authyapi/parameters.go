package authyapi

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxBody is the largest body that is read, in bytes. Authy's own limit is not
// known; no documented request comes near this one.
const maxBody = 64 << 10

// maxDrained is how much of a larger body is read and thrown away, in bytes.
const maxDrained = 1 << 20

// parameters are what a client sent, by name, from wherever it sent it. A
// nested one is named with brackets, as in a form: user[email].
type parameters map[string]string

// readParameters takes them from the query, from a form and from a JSON body,
// whatever the method: Authy's official clients use all of these ways, GET with
// a body among them. The body wins over the query, as in Rack, which Authy is
// thought to be built on. The second result is the body as it came. The third is
// the answer to a request that cannot be read, or nil.
func readParameters(r *http.Request) (p parameters, body []byte, malformed *answer) {
	p = parameters{}
	if malformed := p.addForm(r.URL.RawQuery); malformed != nil {
		return p, nil, malformed
	}
	if r.Body == http.NoBody {
		return p, nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return p, body, invalidRequest()
	}
	if len(body) > maxBody {
		// A client that is still sending would not see the answer: its
		// connection breaks off if it is closed before all is read.
		_, _ = io.CopyN(io.Discard, r.Body, maxDrained) // what is longer still, or broken, is the client's loss
		return p, body, invalidRequest()
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return p, body, nil
	}
	mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	add := p.addForm
	switch mediaType {
	case "application/json":
		add = p.addJSON
	case "application/xml", "text/xml":
		add = p.addXML
	}
	return p, body, add(string(body))
}

// The texts of the codes 60002 and 60005 are documented, their bodies are not:
// they have the shape of the other answers that come before an endpoint.
func invalidRequest() *answer {
	a := refusal(http.StatusBadRequest, "60002", "Invalid request")
	return &a
}

func invalidUTF8() *answer {
	a := refusal(http.StatusBadRequest, "60005", "UTF-8 invalid")
	return &a
}

// addForm adds what is form-encoded. Where a name comes twice the last wins, but
// for members of the objects in a list, as logos[][url]: there the n-th belongs
// to the n-th object.
func (p parameters) addForm(form string) *answer {
	if form == "" {
		return nil
	}
	values, err := url.ParseQuery(form)
	if err != nil {
		return invalidRequest()
	}
	for _, name := range slices.Sorted(maps.Keys(values)) { // so that what wins does not depend on chance
		all := values[name]
		value := all[len(all)-1]
		if !utf8.ValidString(name) || !utf8.ValidString(value) {
			return invalidUTF8()
		}
		p[name] = value
		if list, member, ok := strings.Cut(name, "[]["); ok {
			for i, value := range all[:min(len(all), maxItems)] {
				p[itemName(list, i)+"["+member] = value
			}
		}
	}
	return nil
}

// addJSON adds the members of a JSON object.
func (p parameters) addJSON(body string) *answer {
	if !utf8.ValidString(body) {
		return invalidUTF8()
	}
	decoder := json.NewDecoder(bytes.NewReader([]byte(body)))
	decoder.UseNumber()
	var object map[string]any
	if err := decoder.Decode(&object); err != nil {
		return invalidRequest()
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return invalidRequest()
	}
	if !p.flatten("", object, 1) {
		return invalidRequest()
	}
	return nil
}

// maxDepth bounds how deep members and elements may be nested; Authy's requests
// need three.
const maxDepth = 16

// addXML adds the elements of an XML document that have no others in them, as
// old versions of authy-java sent them: <user><email>... is user[email].
func (p parameters) addXML(body string) *answer {
	decoder := xml.NewDecoder(strings.NewReader(body))
	var path []string
	var text strings.Builder
	leaf, roots := false, 0
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) && roots == 1 {
			return nil
		}
		if err != nil {
			return invalidRequest()
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(path) == 0 {
				roots++
			}
			if path = append(path, t.Name.Local); len(path) > maxDepth || roots > 1 {
				return invalidRequest()
			}
			text.Reset()
			leaf = true
		case xml.CharData:
			text.Write(t)
		case xml.EndElement:
			if leaf {
				p[bracketed(path)] = strings.TrimSpace(text.String())
			}
			path, leaf = path[:len(path)-1], false
		}
	}
}

// bracketed is the name of a nested parameter as in a form.
func bracketed(path []string) string {
	if len(path) == 1 {
		return path[0]
	}
	return path[0] + "[" + strings.Join(path[1:], "][") + "]"
}

// maxItems bounds how many objects of a list are read; a request has four logos
// at most.
const maxItems = 16

// flatten adds nested members, named with brackets. A null is as good as nothing:
// authy-python sends one for what is not set. Where {"user[email]":…} and
// {"user":{"email":…}} say different things the latter wins: only a form has
// names with brackets, which Rack takes apart. The result is false for what is
// nested too deep.
func (p parameters) flatten(prefix string, object map[string]any, depth int) bool {
	if depth > maxDepth {
		return false
	}
	// Of two members that come to the same name, the one with the shorter own
	// name is the nested one, and is sorted first.
	for _, own := range slices.Backward(slices.Sorted(maps.Keys(object))) {
		name := own
		if prefix != "" {
			name = prefix + "[" + own + "]"
		}
		switch v := object[own].(type) {
		case map[string]any:
			if !p.flatten(name, v, depth+1) {
				return false
			}
		case []any:
			for i, item := range v[:min(len(v), maxItems)] {
				inner, ok := item.(map[string]any)
				if ok && !p.flatten(itemName(name, i), inner, depth+1) {
					return false
				}
			}
		case string:
			p[name] = v
		case json.Number:
			p[name] = v.String()
		case bool:
			p[name] = strconv.FormatBool(v)
		}
	}
	return true
}

// itemName is the name of an object in a list: logos[0], for what is logos[] in a
// form.
func itemName(list string, i int) string {
	return list + "[" + strconv.Itoa(i) + "]"
}
