package fault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
)

// field of a JSON object.
type field struct {
	name  string
	value json.RawMessage
}

// edit changes the fields of the true answer. Where that is no JSON object it
// stays as it is.
type edit func([]field) []field

func (change edit) Serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	a := listenTo(next, r)
	if fields, ok := parseFields(a.body.Bytes()); ok {
		a.body.Reset()
		writeFields(&a.body, change(fields))
	}
	maps.Copy(w.Header(), a.header)
	w.Header().Set("Content-Length", strconv.Itoa(a.body.Len()))
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes()) // a client that is gone needs no answer
}

func newSetFields(p Parameters) (Fault, error) {
	if len(p.Fields) == 0 {
		return nil, errors.New(`fields: want at least one, such as {"success":false}`)
	}
	set := make(map[string]json.RawMessage, len(p.Fields))
	for name, value := range p.Fields {
		var compact bytes.Buffer // as all of Authy's answers
		if err := json.Compact(&compact, value); err != nil {
			return nil, fmt.Errorf("fields: %q: want JSON: %w", name, err)
		}
		set[name] = compact.Bytes()
	}
	return edit(func(fields []field) []field {
		for _, name := range slices.Sorted(maps.Keys(set)) {
			i := slices.IndexFunc(fields, func(f field) bool { return f.name == name })
			if i < 0 {
				i = len(fields)
				fields = append(fields, field{name: name})
			}
			fields[i].value = set[name]
		}
		return fields
	}), nil
}

func newDropFields(p Parameters) (Fault, error) {
	if len(p.Names) == 0 {
		return nil, errors.New(`names: want at least one, such as ["token"]`)
	}
	return edit(func(fields []field) []field {
		return slices.DeleteFunc(fields, func(f field) bool { return slices.Contains(p.Names, f.name) })
	}), nil
}

func newContradict(Parameters) (Fault, error) {
	return edit(func(fields []field) []field {
		for i, f := range fields {
			if f.name == "success" {
				fields[i].value = opposite(f.value)
			}
		}
		return fields
	}), nil
}

// opposite is what Authy says of the other case: failures are a boolean, a token
// that is right is a string.
func opposite(success json.RawMessage) json.RawMessage {
	if string(success) == "false" {
		return json.RawMessage(`"true"`)
	}
	return json.RawMessage("false")
}

func newWrongTypes(Parameters) (Fault, error) {
	return edit(func(fields []field) []field {
		for i, f := range fields {
			fields[i].value = anotherType(f.value)
		}
		return fields
	}), nil
}

// anotherType says the same in another JSON type, as servers do by mistake.
func anotherType(value json.RawMessage) json.RawMessage {
	switch value[0] {
	case '"':
		if text := string(value); text == `"true"` || text == `"false"` {
			return value[1 : len(value)-1]
		}
		return slices.Concat([]byte("["), value, []byte("]"))
	case '{':
		return json.RawMessage("[]")
	case '[':
		return json.RawMessage("{}")
	default: // a number, true, false or null
		return slices.Concat([]byte(`"`), value, []byte(`"`))
	}
}

// parseFields reads a JSON object and keeps the order of its fields. The second
// result is false for anything else.
func parseFields(text []byte) (fields []field, ok bool) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, false
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, false
		}
		f := field{name: name.(string)} // of an object, the decoder lets nothing else pass
		if err := decoder.Decode(&f.value); err != nil {
			return nil, false
		}
		fields = append(fields, f)
	}
	_, err := decoder.Token()
	return fields, err == nil
}

func writeFields(b *bytes.Buffer, fields []field) {
	b.WriteByte('{')
	for i, f := range fields {
		if i > 0 {
			b.WriteByte(',')
		}
		name, _ := json.Marshal(f.name) // a string cannot fail
		b.Write(name)
		b.WriteByte(':')
		b.Write(f.value)
	}
	b.WriteByte('}')
}
